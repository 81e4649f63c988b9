export { Secrets } from './secrets.ts';
export { createSecretsManager, type SecretsManager } from './secretsManager.ts';
