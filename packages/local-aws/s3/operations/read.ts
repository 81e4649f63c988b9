import { Readable } from 'node:stream';
import { z } from 'zod';
import { type Operation, RawAnswer, StreamAnswer } from '../../core/service.ts';
import { objectFor, onObject, type S3Parts } from '../access.ts';
import type { StoredObject } from '../buckets.ts';
import { isUnchanged, type Range, rangeIn } from '../conditions.ts';

import { ofObject, operation } from './operation.ts';

const input = z.strictObject({
  ...ofObject,
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
  IfModifiedSince: z.string().optional(),
  IfUnmodifiedSince: z.string().optional(),
  Range: z.string().optional(),
});
type Input = z.output<typeof input>;

/** What reads objects. */
export function readOperations(parts: S3Parts): Record<string, Operation> {
  const { core, buckets } = parts;

  /** What is asked for; undefined: the reader has it already. */
  const wanted = (object: StoredObject, conditions: Input) =>
    isUnchanged(conditions, object, core.clock.now())
      ? undefined
      : { object, range: rangeIn(conditions.Range, object.size) };

  return {
    GetObject: operation('GetObject', {
      input,
      permissions: ({ Bucket, Key }) => onObject('GetObject', Bucket, Key),
      async run(asked, context) {
        const { Bucket, Key } = asked;
        const object = objectFor(parts, context, buckets.find(Bucket), Key);
        const found = wanted(object, asked);
        if (!found) return new RawAnswer(304, headersOf(object));
        const { status, headers } = answerTo(found);
        return new StreamAnswer(status, headers, await buckets.read(Bucket, Key, object, found.range));
      },
    }),
    HeadObject: operation('HeadObject', {
      input,
      permissions: ({ Bucket, Key }) => onObject('GetObject', Bucket, Key),
      run(asked, context) {
        const object = objectFor(parts, context, buckets.find(asked.Bucket), asked.Key);
        const found = wanted(object, asked);
        if (!found) return new RawAnswer(304, headersOf(object));
        const { status, headers } = answerTo(found);
        // A stream, so that the length stays that of the body which is not sent.
        return new StreamAnswer(status, headers, Readable.from([]));
      },
    }),
  };
}

function answerTo({ object, range }: { object: StoredObject; range: Range | undefined }) {
  const { size, checksum } = object;
  const headers: Record<string, string> = { ...headersOf(object), 'content-length': String(size) };
  if (!range) {
    if (checksum) {
      headers[`x-amz-checksum-${checksum.algorithm}`] = checksum.value;
      headers['x-amz-checksum-type'] = 'FULL_OBJECT';
    }
    return { status: 200, headers };
  }
  headers['content-length'] = String(range.last - range.first + 1);
  headers['content-range'] = `bytes ${range.first}-${range.last}/${size}`;
  return { status: 206, headers };
}

/** What is said of an object wherever it is answered. */
export function headersOf({ etag, lastModifiedMs, headers, metadata }: StoredObject): Record<string, string> {
  const said = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
  return {
    etag,
    'last-modified': new Date(lastModifiedMs).toUTCString(),
    'accept-ranges': 'bytes',
    ...headers,
    ...Object.fromEntries(said),
  };
}
