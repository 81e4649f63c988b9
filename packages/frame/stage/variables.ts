import { composeEntries, findComposeFolder } from '@arcade/compose';
import type { Serverless } from '../plugin/serverlessTypes.ts';
import { isObject } from '../template.ts';
import { deployedParams } from './deployedParams.ts';
import { outputsOf } from './stacks.ts';

/** What stands for a param until it is known: `${deployed:userPoolArn}`. */
const SOURCE = 'deployed';

/** How osls asks a plugin for a variable. */
export interface VariableSource {
  resolve(question: { address?: string | null }): Promise<{ value: unknown }>;
}

/** What a plugin adds to have params taken from deployed stacks. */
export interface TakenParams {
  configurationVariablesSources: Record<string, VariableSource>;
  /** Throws FrameError when something was not there: to be called before anything is deployed. */
  check(): void;
}

/**
 * Has `sls deploy` in a service's folder take the params that serverless-compose.yml passes from the stacks of its stage. What
 * `--param` gives, as compose does, or the service's own `params` of the stage, comes first. Undefined for all other commands, which need no
 * account: there the defaults hold.
 */
export function takeDeployedParams(serverless: Serverless, stage: string): TakenParams | undefined {
  const { commands } = serverless.processedInput;
  if (commands[0] !== 'deploy' || commands[1] === 'list') return undefined;
  const { serviceDir, configurationInput } = serverless;
  const folder = findComposeFolder(serviceDir);
  const entry = folder === undefined ? undefined : composeEntries(folder).find((one) => one.folder === serviceDir);
  if (!entry) return undefined;

  const params = isObject(configurationInput.params) ? configurationInput.params : {};
  const ofStage = isObject(params[stage]) ? params[stage] : {};
  const defaults = isObject(params.default) ? params.default : {};
  const named = Object.keys(ofStage);
  const taken = Object.keys(entry.params).map((param) => [param, `\${${SOURCE}:${param}}`]);
  configurationInput.params = { ...params, [stage]: { ...Object.fromEntries(taken), ...ofStage } };

  let failure: unknown;
  let values: Promise<Record<string, string>> | undefined;
  const ask = () => {
    // Only now: osls has read the command line anew after it had made the plugins.
    const said = (serverless.processedInput.options.param ?? []).map((text) => text.split('=')[0] ?? '');
    const provider = serverless.getProvider('aws');
    return deployedParams({ entry, stage, given: new Set([...named, ...said]) }, (other) =>
      outputsOf(provider, `${other}-${stage}`),
    ).catch((error: unknown) => {
      failure = error;
      return {};
    });
  };
  return {
    configurationVariablesSources: {
      [SOURCE]: {
        async resolve({ address }) {
          values ??= ask();
          const param = address ?? '';
          // What is wrong is told once, by `check`. Until then the default stands, which has the form that osls asks for: it looks at forms first.
          return { value: (await values)[param] ?? defaults[param] ?? '' };
        },
      },
    },
    check() {
      if (failure !== undefined) throw failure;
    },
  };
}
