import { completeAnswers } from '../api/answerHeaders.ts';
import { closeRoutes } from '../api/authorizer.ts';
import { addGatewayResponses } from '../api/gatewayResponses.ts';
import { allowOnHttpApis } from '../api/httpApi.ts';
import { deployRestApi, methodsOf, restApiIn, throttleStages } from '../api/restApi.ts';
import { addRoutes } from '../api/routes.ts';
import { FrameError } from '../errors.ts';
import { allowOrigins, nameFunctions } from '../functions.ts';
import { completeRoles } from '../roles.ts';
import { readSettings, SETTINGS_SCHEMA, type Settings } from '../settings.ts';
import { Removal } from '../stage/removal.ts';
import { type TakenParams, takeDeployedParams, type VariableSource } from '../stage/variables.ts';
import type { Template } from '../template.ts';
import { checkVariables, settingsOf } from '../variables.ts';
import { addAlarms } from '../watch/alarms.ts';
import { addDashboard } from '../watch/dashboard.ts';
import { watchedIn } from '../watch/watched.ts';
import type { Log, Serverless } from './serverlessTypes.ts';

/**
 * The Serverless plugin that gives every service's template what all have in common and osls does not make: what it adds, and
 * what a service may say under `frame`, is in packages/frame/README.md. The same for every command and stage.
 */
export default class FramePlugin {
  readonly hooks = {
    initialize: () => this.#complete(),
    // As late as can be: `resources` have been merged, and nothing has been written.
    'after:aws:package:finalize:mergeCustomProviderResources': () => this.#shape(),
    'after:deploy:deploy': () => this.#deploySite(),
    'before:remove:remove': () => this.#removal.begin(),
    'after:remove:remove': () => this.#removal.finish(),
    error: () => this.#removal.stop(),
  };
  /** Only of commands that deploy. */
  readonly configurationVariablesSources: Record<string, VariableSource> | undefined;
  readonly #serverless: Serverless;
  readonly #log: Log;
  readonly #taken: TakenParams | undefined;
  readonly #removal: Removal;

  constructor(serverless: Serverless, _options: object, { log }: { log: Log }) {
    this.#serverless = serverless;
    this.#log = log;
    this.#removal = new Removal(serverless, log);
    serverless.configSchemaHandler.defineTopLevelProperty('frame', SETTINGS_SCHEMA);
    // osls names the functions that have no name before its first hook.
    nameFunctions(serverless.service.functions, `${serverless.service.service}-${this.#stage}`);
    this.#taken = takeDeployedParams(serverless, this.#stage);
    this.configurationVariablesSources = this.#taken?.configurationVariablesSources;
  }

  get #stage(): string {
    return this.#serverless.getProvider('aws').getStage();
  }

  /** Not before: variables are not all resolved when plugins are made. */
  get #settings(): Settings {
    const { service, configurationInput } = this.#serverless;
    return readSettings(service.custom?.frame, configurationInput.frame);
  }

  async #complete(): Promise<void> {
    this.#failingClearly(() => this.#taken?.check());
    this.#failingClearly(() => allowOrigins(this.#serverless.service.functions, this.#settings.cors));
  }

  async #shape(): Promise<void> {
    const template = this.#serverless.service.provider.compiledCloudFormationTemplate;
    const settings = await settingsOf(this.#serverless.serviceDir);
    this.#failingClearly(() => {
      if (settings) checkVariables(template, settings);
      this.#shapeApis(template);
      completeRoles(template);
      this.#watch(template);
    });
  }

  async #deploySite(): Promise<void> {
    const { site: settings } = this.#settings;
    if (!settings) return;
    const provider = this.#serverless.getProvider('aws');
    const { serviceDir } = this.#serverless;
    const { deploySite } = await import('../site/site.ts');
    await deploySite(provider, this.#log, { settings, serviceDir, stackName: provider.naming.getStackName() });
  }

  #shapeApis(template: Template): void {
    const provider = this.#serverless.getProvider('aws');
    const { naming } = provider;
    const { authorizer, routes, cors, throttle, throttles, redeploy } = this.#settings;
    const endpointType = this.#serverless.service.provider.endpointType ?? 'EDGE';
    const stageName = this.#stage;
    const apiName = naming.getApiGatewayName();
    addRoutes(template, routes, { naming, apiName, endpointType, stageName, cors });
    const api = restApiIn(template);
    if (api !== undefined) {
      if (authorizer) closeRoutes(template, { api, name: apiName, authorizer });
      completeAnswers(template, { api, cors });
      addGatewayResponses(template, { api, cors });
      deployRestApi(template, { api, stageName, stageId: naming.getStageLogicalId(), redeploy });
    }
    if (cors) allowOnHttpApis(template, cors);
    const known = api === undefined ? [] : [...methodsOf(template, api).keys()];
    if (throttle) throttleStages(template, { throttle, throttles, routes: known });
  }

  #watch(template: Template): void {
    const { alarms, dashboard, metricsNamespace } = this.#settings;
    if (!alarms) return;
    const { service } = this.#serverless.service;
    const watched = watchedIn(template);
    addAlarms(template, watched, alarms.topicArn);
    const domain =
      metricsNamespace === undefined ? undefined : { widgets: dashboard, namespace: metricsNamespace, service };
    addDashboard(template, { name: `${service}-${this.#stage}`, domain, watched });
  }

  /** What a serverless.yml asks for in vain is shown by osls without a stack trace. */
  #failingClearly<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof FrameError) throw new this.#serverless.classes.Error(error.message, 'FRAME');
      throw error;
    }
  }
}
