import type { LocalService } from '../core/resource.ts';
import { getCallerIdentity } from './getCallerIdentity.ts';

/** STS: who am I. Credentials come from IAM, with the functions; roles are not assumed over the wire. */
export function createSts(): LocalService {
  return {
    service: {
      id: 'sts',
      protocol: { kind: 'query', xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/' },
      operations: { GetCallerIdentity: getCallerIdentity },
    },
    resources: [],
  };
}
