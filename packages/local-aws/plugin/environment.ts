import { fileURLToPath } from 'node:url';
import { localAwsUrl } from '../host/ports.ts';
import type { Stack } from './client.ts';
import type { Serverless } from './serverlessTypes.ts';

/** Loaded where a function runs in osls's own process: refuses connections to the real AWS. */
export const GUARD = fileURLToPath(new URL('../lambda/runtime/guard.cjs', import.meta.url));

/** What the process itself needs and no function has. */
const HOST_VARIABLES = new Set(['PATH', 'NODE_OPTIONS']);

/**
 * Keeps osls itself on this machine: false credentials, no profile, no metadata service, local-aws as endpoint of every
 * SDK call (`${aws:accountId}`, `${cf:...}` in a serverless.yml).
 */
export function stayLocal(endpoint: string = localAwsUrl(), env: NodeJS.ProcessEnv = process.env): void {
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
export function setEnvironments({ service }: Serverless, stack: Stack): void {
  // Already part of each function's own, resolved.
  delete service.provider.environment;
  for (const key of service.getAllFunctions()) {
    const definition = service.getFunction(key);
    const environment = stack.environments[definition.name];
    if (!environment) throw new Error(`the stack ${stack.stackName} has no function ${definition.name}`);
    const kept = Object.entries(environment).filter(([name]) => !HOST_VARIABLES.has(name));
    definition.environment = Object.fromEntries(kept);
  }
}
