import { Readable } from 'node:stream';
import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import { type Operation, RawAnswer } from '../../core/service.ts';
import { objectFor, onObject, type S3Parts } from '../access.ts';
import type { Description } from '../buckets.ts';
import { summing } from '../checksums.ts';
import { dechunked } from '../chunked.ts';
import { checkWrite } from '../conditions.ts';
import { badDigest, invalidArgument } from '../errors.ts';
import { OBJECT_HEADERS } from '../protocol.ts';
import { ofObject, operation } from './operation.ts';

/** The most of one PUT, in bytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
const MAX_BODY = 5 * 1024 ** 3;
const MAX_METADATA_BYTES = 2048;
const DEFAULT_TYPE = 'binary/octet-stream';
const CHUNKED = 'aws-chunked';

const described = {
  ContentType: z.string().default(DEFAULT_TYPE),
  CacheControl: z.string().optional(),
  ContentDisposition: z.string().optional(),
  ContentEncoding: z.string().optional(),
  ContentLanguage: z.string().optional(),
  Expires: z.string().optional(),
  WebsiteRedirectLocation: z
    .string()
    .regex(/^(\/|https?:\/\/)/)
    .optional(),
  Metadata: z.record(z.string(), z.string()).default({}),
};

const put = z.strictObject({
  ...ofObject,
  ...described,
  Body: z.union([z.instanceof(Readable), z.instanceof(Buffer)]),
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
  ContentMD5: z.string().optional(),
  /** Headers that say how the body comes, and what it sums up to. */
  Sums: z.record(z.string(), z.string()).default({}),
  'x-amz-storage-class': z.literal('STANDARD', 'there is the storage class STANDARD only').optional(),
});

const copy = z.strictObject({
  ...ofObject,
  ...described,
  CopySource: z.string().min(1),
  MetadataDirective: z.enum(['COPY', 'REPLACE']).default('COPY'),
});

/** What writes objects. */
export function writeOperations(parts: S3Parts): Record<string, Operation> {
  const { buckets } = parts;
  return {
    PutObject: operation('PutObject', {
      input: put,
      permissions: ({ Bucket, Key }) => onObject('PutObject', Bucket, Key),
      async run(input) {
        const { Bucket, Key } = input;
        // Before anything is read, and once more when all is there.
        checkWrite(Key, input, buckets.object(Bucket, Key));
        const description = descriptionOf(input);
        const sum = summing(input.Sums);
        const object = await buckets.write(Bucket, Key, Readable.from(bodyOf(input, sum)), ({ size, md5 }, found) => {
          checkBody(input, size, md5);
          checkWrite(Key, input, found);
          const checksum = sum.verified();
          return { ...description, ...(checksum && { checksum }) };
        });
        const { checksum } = object;
        return new RawAnswer(200, {
          etag: object.etag,
          ...(checksum && { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value }),
        });
      },
    }),
    CopyObject: operation('CopyObject', {
      input: copy,
      permissions({ Bucket, Key, CopySource }) {
        const from = sourceIn(CopySource);
        return [...onObject('PutObject', Bucket, Key), ...onObject('GetObject', from.bucket, from.key)];
      },
      async run(input, context) {
        const { Bucket, Key, MetadataDirective } = input;
        const from = sourceIn(input.CopySource);
        const original = objectFor(parts, context, buckets.find(from.bucket), from.key);
        const isSame = MetadataDirective === 'COPY';
        if (isSame && from.bucket === Bucket && from.key === Key) {
          throw new AwsError(
            'InvalidRequest',
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
          );
        }
        const { headers, metadata, checksum } = original;
        const description = isSame ? { headers, metadata } : descriptionOf(input);
        const body = await buckets.read(from.bucket, from.key, original);
        const object = await buckets.write(Bucket, Key, body, () => ({
          ...description,
          ...(checksum && { checksum }),
        }));
        return { ETag: object.etag, LastModified: new Date(object.lastModifiedMs) };
      },
    }),
  };
}

type Put = z.output<typeof put>;

/** The body as it is kept. */
async function* bodyOf({ Body, Sums, ContentEncoding }: Put, sum: ReturnType<typeof summing>): AsyncGenerator<Buffer> {
  const sent: AsyncIterable<Buffer> = Body instanceof Readable ? Body : Readable.from([Body]);
  const isChunked = codingsIn(ContentEncoding).includes(CHUNKED) || Sums['x-amz-trailer'] !== undefined;
  let size = 0;
  for await (const piece of isChunked ? dechunked(sent, sum.expect) : sent) {
    size += piece.length;
    if (size > MAX_BODY) throw tooLarge();
    sum.update(piece);
    yield piece;
  }
}

function checkBody({ ContentMD5, Sums }: Put, size: number, md5: string): void {
  const stated = Sums['x-amz-decoded-content-length'];
  if (stated !== undefined && Number(stated) !== size) {
    const message = 'You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header';
    throw new AwsError('IncompleteBody', message);
  }
  if (ContentMD5 !== undefined && Buffer.from(ContentMD5, 'base64').toString('hex') !== md5)
    throw badDigest('The Content-MD5 you specified did not match what we received.');
}

function descriptionOf(input: z.output<z.ZodObject<typeof described>>): Description {
  const { Metadata: metadata } = input;
  const bytes = Object.entries(metadata).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (bytes > MAX_METADATA_BYTES)
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  const headers: Record<string, string> = {};
  for (const [member, header] of Object.entries(OBJECT_HEADERS)) {
    const value = input[member as keyof typeof OBJECT_HEADERS];
    // How it was sent is no matter of the object's.
    const isKept = (coding: string) => coding !== CHUNKED;
    const kept = member === 'ContentEncoding' ? codingsIn(value).filter(isKept).join(',') : value;
    if (kept) headers[header] = kept;
  }
  return { headers, metadata };
}

function codingsIn(contentEncoding = ''): string[] {
  return contentEncoding
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '');
}

/** Throws AwsError InvalidArgument. */
function sourceIn(source: string): { bucket: string; key: string } {
  const wrong = () => invalidArgument('Invalid copy source object key', 'x-amz-copy-source', source);
  if (source.includes('?')) throw wrong();
  try {
    const [, bucket = '', key = ''] = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(source)) ?? [];
    if (bucket === '' || key === '') throw wrong();
    return { bucket, key };
  } catch {
    throw wrong();
  }
}

const tooLarge = () => new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
