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
  /** How many of the statuses Firehose had put apart. */
  apart: number;
}

const DAY_MS = 86_400_000;
/** Below the prefix of resources/archive.yml, which has the day of an object's oldest status. */
const folderOf = (day: string, sessionId: string) => `statuses/day=${day}/session=${sessionId}/`;
/**
 * What came while too many sessions were written to at once, whichever it was of: Firehose has 500 partitions, and puts the rest here.
 * https://docs.aws.amazon.com/firehose/latest/dev/buffering.html
 */
const apartOf = (day: string) => `errors/activePartitionExceeded/day=${day}/`;

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

/** Reads all that the archive has of a session, also what Firehose had no partition for. */
export async function readArchive(s3: S3Client, Bucket: string, sessionId: string, days: string[]): Promise<Archived> {
  const archived: Archived = { statuses: [], objects: 0, unread: 0, apart: 0 };
  for (const day of days) {
    for await (const text of textsBelow(s3, Bucket, folderOf(day, sessionId))) addLines(archived, text.split('\n'));
    for await (const text of textsBelow(s3, Bucket, apartOf(day))) {
      const before = archived.statuses.length;
      const lines = linesApart(text, sessionId);
      if (lines.length > 0) addLines(archived, lines);
      archived.apart += archived.statuses.length - before;
    }
  }
  return archived;
}

async function* textsBelow(s3: S3Client, Bucket: string, Prefix: string): AsyncGenerator<string> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    for (const { Key = '' } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      yield textIn(Buffer.from((await Body?.transformToByteArray()) ?? []));
    }
  }
}

/** What is put apart is not compressed. */
const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;
const textIn = (bytes: Buffer) => (isGzip(bytes) ? gunzipSync(bytes) : bytes).toString();

/** A session's lines among those that were put apart, each of which has the record in base64 and the reason. */
function linesApart(text: string, sessionId: string): string[] {
  return text.split('\n').flatMap((line) => {
    const { rawData = '' } = (jsonIn(line) ?? {}) as { rawData?: string };
    const record = Buffer.from(rawData, 'base64').toString();
    const { detail } = (jsonIn(record) ?? {}) as { detail?: { sessionId?: unknown } };
    return detail?.sessionId === sessionId ? record.trimEnd() : [];
  });
}

function addLines(archived: Archived, lines: readonly string[]): void {
  archived.objects += 1;
  for (const line of lines) {
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
