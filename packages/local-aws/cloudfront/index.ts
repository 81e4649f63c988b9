import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import type { ApiTable } from '../front-door/apiTable.ts';
import type { Route } from '../front-door/index.ts';
import type { Logs } from '../logs/index.ts';
import { Distributions } from './distributions.ts';
import { cloudFrontProtocol, invalidationOperations } from './operations.ts';
import { cloudFrontResources } from './resources.ts';
import { distributionRoute } from './serve.ts';

/** CloudFront: distributions in front of buckets and APIs, with their functions, and what they keep. */
export interface CloudFront extends LocalService {
  /** What serves distributions, each under `<id>.cloudfront.localhost`. */
  sites: Route;
}

/** Makes CloudFront. `table`: the APIs that may stand behind it. */
export function createCloudFront(
  core: Core,
  { table, logs }: { table: ApiTable; logs: Pick<Logs, 'write'> },
): CloudFront {
  const distributions = new Distributions(core);
  return {
    id: 'cloudfront',
    protocol: cloudFrontProtocol,
    operations: invalidationOperations(distributions),
    errors: {
      denied: { code: 'AccessDenied', status: 403 },
      throttled: { code: 'Throttling', status: 400, message: 'Rate exceeded' },
    },
    resources: cloudFrontResources(distributions),
    sites: distributionRoute({ core, table, logs, distributions }),
  };
}
