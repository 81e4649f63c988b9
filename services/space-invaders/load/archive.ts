import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { LOCAL } from './accounts.ts';
import type { Laptop } from './laptop.ts';

/** What Firehose has brought to S3. */
export interface Archive {
  /** The ids of a session's statuses, each as often as it is there. What was read once is not read again. */
  ids(sessionId: string): Promise<string[]>;
  /** How many objects were read. */
  objects(): number;
  close(): void;
}

/** Where statuses are, by day and session. */
const Prefix = 'statuses/';

/** The archive of the service: compressed lines of JSON. */
export function archiveOf({ endpoint, outputs }: Pick<Laptop, 'endpoint' | 'outputs'>): Archive {
  const s3 = new S3Client({ ...LOCAL, endpoint, forcePathStyle: true });
  const Bucket = outputs['space-invaders']?.ArchiveBucketName ?? '';
  const read = new Map<string, { id: string; sessionId: string }[]>();
  const linesOf = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const text = gunzipSync((await Body?.transformToByteArray()) ?? Buffer.alloc(0)).toString();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const { id, detail } = JSON.parse(line);
        return { id, sessionId: detail.sessionId };
      });
  };
  return {
    async ids(sessionId) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }))
        for (const { Key = '' } of Contents) if (!read.has(Key)) read.set(Key, await linesOf(Key));
      return [...read.values()].flat().flatMap((one) => (one.sessionId === sessionId ? [one.id] : []));
    },
    objects: () => read.size,
    close: () => s3.destroy(),
  };
}
