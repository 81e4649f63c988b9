import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import { MasterKeys } from './masterKeys.ts';
import { keyOperations } from './operations.ts';
import { kmsResources } from './resources.ts';

/** Key Management Service: symmetric keys that really encrypt (AES-256-GCM). */
export function createKms(core: Core): LocalService {
  const keys = new MasterKeys(core);
  const policyOf = (arn: string) => {
    try {
      return keys.find(arn).policy;
    } catch {
      return undefined;
    }
  };
  return {
    id: 'kms',
    protocol: { kind: 'json', targetPrefix: 'TrentService', version: '1.1' },
    operations: keyOperations(keys),
    policyOf,
    policyDecides: true,
    resources: kmsResources(keys, () => core.clock.now()),
  };
}
