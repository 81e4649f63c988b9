import { gunzipSync } from 'node:zlib';
import { type Session, statusUpdated } from '@arcade/events/contracts/space-invaders';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { type Status, statusOf } from '../domain/status.ts';

/** What the archive has of a session. */
export interface Archived {
  /** Each as often as it is there, in no order. */
  statuses: Status[];
  objects: number;
  /** Lines that are no status. */
  unread: number;
}

const DAY_MS = 86_400_000;
/** Below the prefix of resources/archive.yml, which has the day of an object's oldest status. */
const folderOf = (day: string, sessionId: string) => `statuses/day=${day}/session=${sessionId}/`;

/** The days on which something of a session can have come, `2030-01-31`, in UTC: a status may be late, but not a day. */
export function daysOf(
  { openedAtMs, closedAtMs }: Pick<Session, 'openedAtMs' | 'closedAtMs'>,
  nowMs: number,
): string[] {
  const days: string[] = [];
  const lastMs = Math.min(nowMs, (closedAtMs ?? nowMs) + DAY_MS);
  for (let atMs = openedAtMs - (openedAtMs % DAY_MS); atMs <= lastMs; atMs += DAY_MS)
    days.push(new Date(atMs).toISOString().slice(0, 10));
  return days;
}

/** Reads all that the archive has of a session. */
export async function readArchive(s3: S3Client, Bucket: string, sessionId: string, days: string[]): Promise<Archived> {
  const archived: Archived = { statuses: [], objects: 0, unread: 0 };
  for (const day of days) {
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: s3 },
      { Bucket, Prefix: folderOf(day, sessionId) },
    )) {
      for (const { Key = '' } of Contents) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        addLines(archived, gunzipSync((await Body?.transformToByteArray()) ?? Buffer.alloc(0)).toString());
      }
    }
  }
  return archived;
}

function addLines(archived: Archived, text: string): void {
  archived.objects += 1;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const read = statusUpdated.schema.safeParse(jsonIn(line));
    if (read.success) archived.statuses.push(statusOf(read.data));
    else archived.unread += 1;
  }
}

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
