import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import { secretOperations } from './operations.ts';
import { secretType } from './resources.ts';
import { resolveSecret, Secrets } from './secrets.ts';

/** Secrets Manager, as far as templates need it to hand a secret to somebody else. */
export interface SecretsManager extends LocalService {
  /** For services that keep a secret of their own there. */
  secrets: Secrets;
  /** What a dynamic reference stands for, from `{{resolve:<service>:<key>}}`; undefined when it leads to nothing. */
  resolveDynamic(service: string, key: string): string | undefined;
}

export function createSecretsManager(core: Core): SecretsManager {
  const secrets = new Secrets(core);
  return {
    id: 'secretsmanager',
    protocol: { kind: 'json', targetPrefix: 'secretsmanager', version: '1.1' },
    operations: secretOperations(secrets),
    resources: [secretType(secrets)],
    secrets,
    resolveDynamic: (service, key) => (service === 'secretsmanager' ? resolveSecret(secrets, key) : undefined),
  };
}
