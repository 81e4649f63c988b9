import { dirname } from 'node:path';
import { LOCAL_REGION } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import type { Credentials } from '../iam/index.ts';
import { type FunctionIam, sessionNameOf } from './functionIam.ts';
import type { LocalFunction } from './registry.ts';

/** Variables that Lambda sets itself and refuses in a template (developer guide, "Defined runtime environment variables"). */
export const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

/** A path that does not exist: no profile, no credentials file of the laptop's owner. */
const NOWHERE = '/nonexistent/local-aws';

/** The log group of a function. */
export function logGroupOf(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/**
 * The whole `process.env` of a function: its own variables, Lambda's, its role's false credentials and the local endpoint.
 * Nothing of the host's environment but PATH, so that nothing local ever finds real credentials or a real endpoint.
 */
function environmentOf(owner: LocalFunction, credentials: Credentials, endpoint: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...owner.variables,
    _HANDLER: owner.handler,
    LAMBDA_TASK_ROOT: owner.code ? dirname(owner.code.file) : '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_${owner.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: owner.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(owner.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(owner.name),
    // An execution environment replaces it by its own stream's name.
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${owner.name}`,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_ENDPOINT_URL: endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: `${NOWHERE}/credentials`,
    AWS_CONFIG_FILE: `${NOWHERE}/config`,
  };
}

/** That environment, with what core and IAM know. `endpoint` is where functions call. */
export function environmentIn(
  { core, iam, endpoint }: { core: Core; iam: FunctionIam; endpoint(): string },
  owner: LocalFunction,
): Record<string, string> {
  const variables = addressedTo(endpoint(), core.endpoint(), owner.variables);
  const credentials = iam.credentialsFor(owner.roleArn, sessionNameOf(owner.name));
  const environment = environmentOf({ ...owner, variables }, credentials, endpoint());
  if (endpoint() === core.endpoint()) return environment;
  // The guard in the function's process turns away from there.
  return { ...environment, LOCAL_AWS_OWNERS_PORT: new URL(core.endpoint()).port };
}

/** What follows the host where an address is a user pool's issuer: a name, which tokens are compared with, and nobody calls. */
const OF_ISSUER = `/${LOCAL_REGION}_[A-Za-z0-9]{9}(?![^/?#])`;

/** Variables with addresses of local-aws (queue URLs, APIs) in them: for functions these are at their own door. */
function addressedTo(endpoint: string, elsewhere: string, variables: Record<string, string>): Record<string, string> {
  const [own, other] = [new URL(endpoint).host, new URL(elsewhere).host];
  if (own === other) return variables;
  const address = new RegExp(`//${other.replaceAll('.', '\\.')}(?!\\d|${OF_ISSUER})`, 'g');
  const entries = Object.entries(variables).map(([name, value]) => [name, value.replace(address, `//${own}`)]);
  return Object.fromEntries(entries);
}
