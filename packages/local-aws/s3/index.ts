import type { Core } from '../core/cloud.ts';
import type { LocalService } from '../core/service.ts';
import type { Route } from '../front-door/index.ts';
import { bucketInArn } from './access.ts';
import { Buckets } from './buckets.ts';
import { bucketOperations } from './operations/buckets.ts';
import { deleteOperations } from './operations/delete.ts';
import { listOperations } from './operations/lists.ts';
import { readOperations } from './operations/read.ts';
import { writeOperations } from './operations/write.ts';
import { s3Protocol } from './protocol.ts';
import { s3Resources } from './resources.ts';
import { websiteRoute } from './website.ts';

/** S3: buckets with objects in files, and their web sites. */
export interface S3 extends LocalService {
  /** What serves buckets as web sites. */
  websites: Route;
}

/** Makes S3; buckets and objects of an earlier run are there. */
export function createS3(core: Core): S3 {
  const buckets = new Buckets(core);
  const parts = { core, buckets };
  return {
    id: 's3',
    protocol: s3Protocol,
    operations: {
      ...bucketOperations(parts),
      ...listOperations(parts),
      ...readOperations(parts),
      ...writeOperations(parts),
      ...deleteOperations(parts),
    },
    errors: {
      denied: { code: 'AccessDenied', status: 403 },
      throttled: { code: 'SlowDown', status: 503, message: 'Please reduce your request rate.' },
    },
    policyOf: (arn) => buckets.get(bucketInArn(arn))?.policy,
    resources: s3Resources(core, buckets),
    websites: websiteRoute(parts),
  };
}
