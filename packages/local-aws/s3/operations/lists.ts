import { z } from 'zod';
import type { Operation } from '../../core/service.ts';
import { onBucket, type S3Parts } from '../access.ts';
import type { Buckets } from '../buckets.ts';
import { invalidArgument } from '../errors.ts';
import { type ListPage, listPage } from '../list.ts';
import { ofBucket, operation } from './operation.ts';

const MAX_KEYS = 1000;

const common = {
  ...ofBucket,
  prefix: z.string().default(''),
  delimiter: z.string().default(''),
  'max-keys': z
    .string()
    .regex(/^\d{1,9}$/, 'Provided max-keys not an integer or within integer range')
    .transform(Number)
    .default(MAX_KEYS),
  'encoding-type': z.literal('url').optional(),
};

type Common = { Bucket: string; prefix: string; delimiter: string };

/** What a policy may look at. */
const permissions = ({ Bucket, prefix, delimiter, 'max-keys': max }: Common & { 'max-keys': number }) =>
  onBucket('ListBucket', Bucket, { 's3:prefix': prefix, 's3:delimiter': delimiter, 's3:max-keys': String(max) });

/** What lists objects. */
export function listOperations({ buckets }: S3Parts): Record<string, Operation> {
  return {
    ListObjectsV2: operation('ListObjectsV2', {
      input: z.strictObject({
        ...common,
        'list-type': z.literal('2'),
        'continuation-token': z.string().optional(),
        'start-after': z.string().optional(),
        'fetch-owner': z.enum(['true', 'false']).optional(),
      }),
      permissions,
      run(input) {
        const { 'continuation-token': token, 'start-after': startAfter } = input;
        const after = token === undefined ? (startAfter ?? '') : keyInToken(token);
        const page = pageOf(buckets, input, after);
        return {
          ...contentsOf(buckets, input, page),
          KeyCount: page.keys.length + page.prefixes.length,
          ContinuationToken: token,
          NextContinuationToken: page.isTruncated ? tokenOf(page.last ?? '') : undefined,
          StartAfter: startAfter === undefined ? undefined : spelled(input)(startAfter),
        };
      },
    }),
    ListObjects: operation('ListObjects', {
      input: z.strictObject({ ...common, marker: z.string().default('') }),
      permissions,
      run(input) {
        const page = pageOf(buckets, input, input.marker);
        const spell = spelled(input);
        return {
          ...contentsOf(buckets, input, page),
          Marker: spell(input.marker),
          // Without a delimiter the last key is the next marker.
          NextMarker: page.isTruncated && input.delimiter !== '' ? spell(page.last ?? '') : undefined,
        };
      },
    }),
  };
}

function pageOf(buckets: Buckets, input: Common & { 'max-keys': number }, after: string): ListPage {
  const { Bucket, prefix, delimiter, 'max-keys': max } = input;
  return listPage(buckets.keys(Bucket), { prefix, delimiter, after, max: Math.min(max, MAX_KEYS) });
}

function contentsOf(
  buckets: Buckets,
  input: Common & { 'max-keys': number; 'encoding-type'?: 'url' | undefined },
  { keys, prefixes, isTruncated }: ListPage,
) {
  const spell = spelled(input);
  return {
    Name: input.Bucket,
    Prefix: spell(input.prefix),
    Delimiter: input.delimiter === '' ? undefined : spell(input.delimiter),
    MaxKeys: input['max-keys'],
    EncodingType: input['encoding-type'],
    IsTruncated: isTruncated,
    Contents: keys.map((key) => {
      const object = buckets.object(input.Bucket, key);
      return {
        Key: spell(key),
        LastModified: new Date(object?.lastModifiedMs ?? 0),
        ETag: object?.etag,
        Size: object?.size,
        StorageClass: 'STANDARD',
      };
    }),
    CommonPrefixes: prefixes.map((prefix) => ({ Prefix: spell(prefix) })),
  };
}

/** How keys are written: XML cannot hold all of what they may. */
function spelled({ 'encoding-type': encoding }: { 'encoding-type'?: 'url' | undefined }) {
  return (text: string) => (encoding === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text);
}

const tokenOf = (key: string) => Buffer.from(`after:${key}`).toString('base64');

function keyInToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (text.startsWith('after:')) return text.slice('after:'.length);
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
}
