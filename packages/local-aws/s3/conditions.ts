import { AwsError } from '../core/errors.ts';
import { noSuchKey, notImplemented, preconditionFailed } from './errors.ts';

/** A part of a body: its first and its last byte. */
export interface Range {
  first: number;
  last: number;
}

/** What conditions look at. */
interface Stamped {
  /** With its quotation marks. */
  etag: string;
  lastModifiedMs: number;
}

/** The conditions that a request to read may have. */
export interface ReadConditions {
  IfMatch?: string | undefined;
  IfNoneMatch?: string | undefined;
  IfModifiedSince?: string | undefined;
  IfUnmodifiedSince?: string | undefined;
}

/**
 * The part of a body of `size` bytes that a `Range` header asks for; undefined for all of it: what is no single range of bytes is
 * not listened to. Throws AwsError InvalidRange (416).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, https://www.rfc-editor.org/rfc/rfc9110#name-range
 */
export function rangeIn(header: string | undefined, size: number): Range | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first <= last) return { first, last };
  throw new AwsError('InvalidRange', 'The requested range is not satisfiable', {
    status: 416,
    fields: { RangeRequested: header, ActualObjectSize: size },
  });
}

/** Whether a reader has it already (304). Throws AwsError PreconditionFailed (412). */
export function isUnchanged(conditions: ReadConditions, { etag, lastModifiedMs }: Stamped, nowMs: number): boolean {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined && !names(IfMatch, etag)) throw preconditionFailed('If-Match');
  // A date of HTTP has no milliseconds.
  const changedMs = Math.floor(lastModifiedMs / 1000) * 1000;
  const unmodifiedMs = Date.parse(IfUnmodifiedSince ?? '');
  if (IfMatch === undefined && changedMs > unmodifiedMs) throw preconditionFailed('If-Unmodified-Since');
  if (IfNoneMatch !== undefined) return names(IfNoneMatch, etag);
  const modifiedMs = Date.parse(IfModifiedSince ?? '');
  // What lies in the future nobody can have read.
  return changedMs <= modifiedMs && modifiedMs <= nowMs;
}

/**
 * Refuses a write whose conditions do not hold. Throws AwsError.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWrite(
  key: string,
  { IfMatch, IfNoneMatch }: Pick<ReadConditions, 'IfMatch' | 'IfNoneMatch'>,
  found: Stamped | undefined,
): void {
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*') throw notImplemented('If-None-Match');
    if (found) throw preconditionFailed('If-None-Match');
  }
  if (IfMatch === undefined) return;
  if (IfMatch === '*') throw notImplemented('If-Match');
  if (!found) throw noSuchKey(key);
  if (!names(IfMatch, found.etag)) throw preconditionFailed('If-Match');
}

function names(header: string, etag: string): boolean {
  const bare = (text: string) => text.trim().replace(/^W\//, '').replaceAll('"', '');
  return header === '*' || header.split(',').some((one) => bare(one) === bare(etag));
}
