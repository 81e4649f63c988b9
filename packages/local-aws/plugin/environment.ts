import { fileURLToPath } from 'node:url';
import type { Stack } from './client.ts';
import type { Serverless } from './serverlessTypes.ts';

const runtimeFile = (name: string) => fileURLToPath(new URL(`../lambda/runtime/${name}`, import.meta.url));

/** Loaded where a function runs in osls's own process: refuses connections to the real AWS. */
export const GUARD = runtimeFile('guard.cjs');

/** The guard and what else serverless-offline's worker threads need. NODE_OPTIONS takes quotes, so that a path with a
 * space stays whole; backslashes are doubled inside them. */
const NODE_OPTIONS = `--enable-source-maps --require "${runtimeFile('offlineWorker.cjs').replaceAll('\\', '\\\\')}"`;

/** What the process itself needs and no function has. */
const HOST_VARIABLES = new Set(['PATH', 'NODE_OPTIONS']);

/**
 * Keeps osls itself on this machine: false credentials, no profile, no metadata service, local-aws as endpoint of every
 * SDK call (`${aws:accountId}`, `${cf:...}` in a serverless.yml).
 */
export function stayLocal(endpoint: string, env: NodeJS.ProcessEnv = process.env): void {
  delete env.AWS_PROFILE;
  delete env.AWS_DEFAULT_PROFILE;
  delete env.AWS_SESSION_TOKEN;
  Object.assign(env, {
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: endpoint,
  });
}

/**
 * Gives each function the environment that it has in the stack, references resolved and with its own role's credentials.
 * Throws when the stack has no such function.
 */
export function setEnvironments(serverless: Serverless, stack: Stack, where: 'worker-threads' | 'this-process'): void {
  const { service } = serverless;
  // Already part of each function's own, resolved.
  delete service.provider.environment;
  for (const key of service.getAllFunctions()) {
    const definition = service.getFunction(key);
    const environment = stack.environments[definition.name];
    if (!environment) throw new Error(`the stack ${stack.stackName} has no function ${definition.name}`);
    const kept = Object.entries(environment).filter(([name]) => !HOST_VARIABLES.has(name));
    definition.environment = { ...Object.fromEntries(kept), ...(where === 'worker-threads' && { NODE_OPTIONS }) };
  }
}
