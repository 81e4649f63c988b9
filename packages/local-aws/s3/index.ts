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

/** What puts objects into a bucket or takes them out. */
const WRITING: ReadonlySet<string> = new Set(['PutObject', 'CopyObject', 'DeleteObject', 'DeleteObjects']);

/** S3: buckets with objects in files, and their web sites. */
export interface S3 extends LocalService {
  /** What serves buckets as web sites. */
  websites: Route;
  /** Whether it is a bucket into which the owner alone can have put something. */
  isForCode(bucket: string): boolean;
}

/** Makes S3; buckets and objects of an earlier run are there. */
export function createS3(core: Core): S3 {
  const buckets = new Buckets(core);
  const parts = { core, buckets };
  const isForCode = (bucket: string) => buckets.get(bucket)?.settings.isForCode === true;
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
    isForCode,
    changes: (operation, { Bucket }) => WRITING.has(operation) && isForCode(String(Bucket)),
  };
}
