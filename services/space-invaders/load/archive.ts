import { S3Client } from '@aws-sdk/client-s3';
import { daysOf, readArchive } from '../rebuild/archive.ts';
import { LOCAL } from './accounts.ts';
import type { Laptop } from './laptop.ts';
import { idOf } from './measured.ts';

/** What Firehose has brought to S3. */
export interface Archive {
  /** The ids of a session's statuses, each as often as it is there, in so many objects. Rejects when there is a line that is no status. */
  read(sessionId: string, openedAtMs: number): Promise<{ ids: string[]; objects: number }>;
  close(): void;
}

export function archiveOf({ endpoint, outputs }: Pick<Laptop, 'endpoint' | 'outputs'>): Archive {
  const s3 = new S3Client({ ...LOCAL, endpoint });
  const bucket = outputs['space-invaders']?.ArchiveBucketName ?? '';
  return {
    async read(sessionId, openedAtMs) {
      const days = daysOf({ openedAtMs }, Date.now());
      const { statuses, objects, unread } = await readArchive(s3, bucket, sessionId, days);
      if (unread > 0) throw new Error(`the archive has ${unread} lines that are no status`);
      return { ids: statuses.map((status) => idOf(status.player, sessionId, status)), objects };
    },
    close: () => s3.destroy(),
  };
}
