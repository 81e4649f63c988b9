import type { LocalService } from '../core/service.ts';
import { getCallerIdentity } from './getCallerIdentity.ts';

/** STS: who am I. Credentials come from IAM, with the functions; roles are not assumed over the wire. */
export function createSts(): LocalService {
  return {
    id: 'sts',
    protocol: { kind: 'query', xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/' },
    errors: { throttled: { code: 'Throttling', status: 400 }, denied: { code: 'AccessDenied', status: 403 } },
    operations: { GetCallerIdentity: getCallerIdentity },
    resources: [],
  };
}
