import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import { routeOf, schemaOperations } from './operations.ts';
import { Registries } from './registry.ts';
import { schemaResources } from './resources.ts';

/** EventBridge's schema registry: what templates put there, with all versions, can be read. */
export function createSchemas(core: Core): LocalService {
  const registries = new Registries(core);
  return {
    id: 'schemas',
    protocol: { kind: 'rest', route: routeOf },
    operations: schemaOperations(registries),
    errors: {
      denied: { code: 'ForbiddenException', status: 403 },
      throttled: { code: 'TooManyRequestsException', status: 429 },
    },
    resources: schemaResources(registries),
  };
}
