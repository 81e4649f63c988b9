import type { Plugin } from 'vite';

/** What a build for a stage is told of it: the outputs of its stack identity. */
const OUTPUTS = {
  clientId: 'ARCADE_USER_POOL_CLIENT_ID',
  identityPoolId: 'ARCADE_IDENTITY_POOL_ID',
  confirmsAtOnce: 'ARCADE_CONFIRMS_AT_ONCE',
} as const;

/**
 * Writes `_arcade/config`, which says how one signs in on a deployed stage; on a laptop the app's own server says it. Without the
 * variables there is no such file, and the page says that nobody can sign in. Throws an Error when some are set and others are not.
 */
export function accountConfig(env: NodeJS.ProcessEnv = process.env): Plugin {
  return {
    name: 'arcade-account-config',
    apply: 'build',
    generateBundle() {
      const config = accountConfigOf(env);
      if (config) this.emitFile({ type: 'asset', fileName: '_arcade/config', source: JSON.stringify(config) });
    },
  };
}

/** What is in that file; undefined without the variables. Throws an Error that names those that are missing. */
export function accountConfigOf(env: NodeJS.ProcessEnv) {
  const names = Object.values(OUTPUTS);
  const missing = names.filter((name) => !env[name]);
  if (missing.length === names.length) return undefined;
  if (missing.length > 0)
    throw new Error(`to sign in, the page must be told ${missing.join(', ')} too: outputs of the stack identity`);
  const identityPoolId = env[OUTPUTS.identityPoolId] ?? '';
  // `eu-west-1:a UUID`
  const [region = ''] = identityPoolId.split(':');
  return {
    region,
    userPool: { clientId: env[OUTPUTS.clientId], endpoint: `https://cognito-idp.${region}.amazonaws.com/` },
    identityPoolId,
    // The SDK in the page knows AWS's own addresses.
    aws: {},
    confirmsAtOnce: env[OUTPUTS.confirmsAtOnce] === 'true',
  };
}
