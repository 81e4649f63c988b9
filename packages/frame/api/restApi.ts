import { createHash } from 'node:crypto';
import { FrameError } from '../errors.ts';
import type { Throttle } from '../settings.ts';
import {
  isObject,
  ofType,
  referenced,
  referencesIn,
  renamed,
  type Template,
  type TemplateResource,
} from '../template.ts';

const DEPLOYMENT = 'AWS::ApiGateway::Deployment';

/** Of the REST API's resources, those that no deployment takes a picture of. */
const NOT_DEPLOYED = new Set([DEPLOYMENT, 'AWS::ApiGateway::Stage', 'AWS::ApiGateway::UsagePlan']);

/** Of what methods refer to, the properties by which they reach it: the rest may change without a new deployment. */
const REACHED_BY: Readonly<Record<string, string>> = { 'AWS::Lambda::Function': 'FunctionName' };

/** The logical id of a stack's REST API; undefined when it has none. */
export function restApiIn(template: Template): string | undefined {
  return ofType(template, 'AWS::ApiGateway::RestApi')[0]?.[0];
}

/**
 * The resources that belong to a REST API and that a deployment takes a picture of: its paths, methods, models,
 * validators, authorizers, gateway responses.
 */
function deployedParts(template: Template, api: string): Record<string, TemplateResource> {
  const parts = Object.entries(template.Resources).filter(
    ([, { Type, Properties }]) =>
      Type.startsWith('AWS::ApiGateway::') && !NOT_DEPLOYED.has(Type) && referenced(Properties?.RestApiId) === api,
  );
  return Object.fromEntries(parts.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/**
 * Gives a REST API one deployment and one stage of its own.
 *
 * The deployment's logical id follows from what it takes a picture of, so that a changed API is deployed again and an
 * unchanged one is not; it depends on all of it, methods that osls knows nothing of included. The stage stands apart
 * (not in the deployment's StageName, as osls has it), because only then it can have settings, and only then a rollback
 * leads it back to the deployment it had: docs/decisions/frame.md.
 */
export function deployRestApi(
  template: Template,
  { api, stageName, stageId, redeploy }: { api: string; stageName: string; stageId: string; redeploy: string },
): void {
  const [[former, deployment] = []] = ofType(template, DEPLOYMENT).filter(
    ([, { Properties }]) => referenced(Properties?.RestApiId) === api,
  );
  if (former !== undefined) delete template.Resources[former];
  const parts = deployedParts(template, api);
  const id = `ApiGatewayDeployment${contentHash(template, { api, parts, redeploy })}`;
  const { StageName: _, ...properties } = deployment?.Properties ?? { RestApiId: { Ref: api } };
  const methods = Object.keys(parts).filter((part) => template.Resources[part]?.Type === 'AWS::ApiGateway::Method');
  if (methods.length === 0) throw new FrameError(`the REST API ${api} has no routes`);
  template.Resources[id] = { Type: DEPLOYMENT, Properties: properties, DependsOn: Object.keys(parts) };
  template.Resources[stageId] = {
    Type: 'AWS::ApiGateway::Stage',
    Properties: { RestApiId: { Ref: api }, DeploymentId: { Ref: id }, StageName: stageName },
  };
  if (former === undefined) return;
  // What waited for the deployment, as usage plans do, waited for its stage.
  const isPlaced = (name: string) => name === id || name === stageId;
  for (const [name, resource] of Object.entries(template.Resources)) {
    if (!isPlaced(name)) template.Resources[name] = renamed(resource, former, stageId) as TemplateResource;
  }
}

/** Eight letters that change when the API does, or the name of what it reaches, or the word `redeploy`. */
function contentHash(
  template: Template,
  { api, parts, redeploy }: { api: string; parts: Record<string, TemplateResource>; redeploy: string },
): string {
  const reached: Record<string, unknown> = {};
  for (const id of [...referencesIn(parts)].sort()) {
    const resource = template.Resources[id];
    if (!resource || id in parts || id === api) continue;
    const property = REACHED_BY[resource.Type];
    reached[id] = property ? resource.Properties?.[property] : resource;
  }
  const content = JSON.stringify(sorted([template.Resources[api], parts, reached, redeploy]));
  return createHash('sha256').update(content).digest('hex').slice(0, 8);
}

/** The order in which keys were written says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** `GET /games/{gameId}` in a method's settings: `/~1games~1{gameId}` (CloudFormation reference, MethodSetting). */
function settingOf(route: string, { rate, burst }: Throttle): Record<string, unknown> {
  const [method = '', path = ''] = route.split(' ');
  return {
    HttpMethod: method,
    ResourcePath: path === '/' || path === '/*' ? path : `/~1${path.slice(1).replaceAll('/', '~1')}`,
    ThrottlingRateLimit: rate,
    ThrottlingBurstLimit: burst,
  };
}

/**
 * Limits how many requests each stage of the template takes, and single routes of its REST API (`routes`) and its HTTP APIs.
 * Throws FrameError for a route that is not there.
 */
export function throttleStages(
  template: Template,
  { throttle, throttles, routes }: { throttle: Throttle; throttles: Record<string, Throttle>; routes: string[] },
): void {
  const ofHttpApis = ofType(template, 'AWS::ApiGatewayV2::Route').map(([id, { Properties = {} }]) => ({
    id,
    api: referenced(Properties.ApiId),
    key: String(Properties.RouteKey),
  }));
  const known = [...routes, ...ofHttpApis.map(({ key }) => key)];
  const unknown = Object.keys(throttles).find((route) => !known.includes(route));
  if (unknown)
    throw new FrameError(`frame.throttles has '${unknown}', which is no route of an API: ${known.join(', ')}`);
  for (const [, { Properties = {} }] of ofType(template, 'AWS::ApiGateway::Stage')) {
    const own = Object.entries(throttles).flatMap(([route, one]) =>
      routes.includes(route) ? settingOf(route, one) : [],
    );
    Properties.MethodSettings ??= [settingOf('* /*', throttle), ...own];
  }
  for (const [, stage] of ofType(template, 'AWS::ApiGatewayV2::Stage')) {
    const { Properties = {} } = stage;
    const settings = isObject(Properties.DefaultRouteSettings) ? Properties.DefaultRouteSettings : {};
    Properties.DefaultRouteSettings = { ...limitsOf(throttle), ...settings };
    const own = ofHttpApis.flatMap(({ id, api, key }) => {
      const limited = api === referenced(Properties.ApiId) && throttles[key];
      return limited ? [{ id, key, limited }] : [];
    });
    if (own.length === 0) continue;
    Properties.RouteSettings ??= Object.fromEntries(own.map(({ key, limited }) => [key, limitsOf(limited)]));
    // A stage knows settings only of routes that are there.
    stage.DependsOn = [...new Set([stage.DependsOn ?? [], own.map(({ id }) => id)].flat(2))];
  }
}

const limitsOf = ({ rate, burst }: Throttle) => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });

/** The methods of a REST API, by the routes as they are asked for: `GET /games/{gameId}`. */
export function methodsOf(template: Template, api: string): Map<string, TemplateResource> {
  const methods = ofType(template, 'AWS::ApiGateway::Method').map(([, method]) => method);
  return new Map(
    methods
      .filter(({ Properties }) => referenced(Properties?.RestApiId) === api)
      .map((method) => [
        `${String(method.Properties?.HttpMethod)} ${pathOf(template, method.Properties?.ResourceId)}`,
        method,
      ]),
  );
}

function pathOf(template: Template, resourceId: unknown): string {
  const parts: unknown[] = [];
  for (let id = referenced(resourceId); id !== undefined; ) {
    const { Type, Properties } = template.Resources[id] ?? {};
    if (Type !== 'AWS::ApiGateway::Resource') break;
    parts.unshift(Properties?.PathPart);
    id = referenced(Properties?.ParentId);
  }
  return `/${parts.join('/')}`;
}
