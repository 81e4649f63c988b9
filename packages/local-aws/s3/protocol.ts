import type { Protocol, RestRoute } from '../core/service.ts';

/** Headers that say something of an object, by the members of operations' inputs; an answer carries them again. */
export const OBJECT_HEADERS = {
  ContentType: 'content-type',
  CacheControl: 'cache-control',
  ContentDisposition: 'content-disposition',
  ContentEncoding: 'content-encoding',
  ContentLanguage: 'content-language',
  Expires: 'expires',
  WebsiteRedirectLocation: 'x-amz-website-redirect-location',
} as const;

const CONDITIONS = {
  IfMatch: 'if-match',
  IfNoneMatch: 'if-none-match',
  IfModifiedSince: 'if-modified-since',
  IfUnmodifiedSince: 'if-unmodified-since',
};
const READ = { ...CONDITIONS, Range: 'range' };
const WRITE = { ...OBJECT_HEADERS, IfMatch: 'if-match', IfNoneMatch: 'if-none-match', ContentMD5: 'content-md5' };
const COPY = { ...OBJECT_HEADERS, CopySource: 'x-amz-copy-source', MetadataDirective: 'x-amz-metadata-directive' };

const METADATA = 'x-amz-meta-';
/** What the SDK and its signature say of the request itself. */
const OF_REQUEST =
  /^x-amz-(date|content-sha256|security-token|user-agent|decoded-content-length|trailer|sdk-checksum-algorithm|checksum-.+)$/;
/** What a client says of how it sends a body, and what the body sums up to. */
const OF_BODY = /^(x-amz-checksum-.+|x-amz-trailer|x-amz-decoded-content-length)$/;

/** What stands in the query for what of a bucket or an object is meant, as operations' names spell it. */
const PARTS = new Map(
  [
    ...['Accelerate', 'Acl', 'Analytics', 'Attributes', 'Cors', 'Encryption', 'Inventory', 'Lifecycle', 'Location'],
    ...[
      'Logging',
      'Metrics',
      'Notification',
      'ObjectLock',
      'OwnershipControls',
      'Policy',
      'PolicyStatus',
      'Replication',
    ],
    ...['PublicAccessBlock', 'RequestPayment', 'Restore', 'Retention', 'Select', 'Tagging', 'Torrent', 'Versioning'],
    ...['Versions', 'Website', 'LegalHold', 'IntelligentTiering'],
  ].flatMap((name) => [
    [name.charAt(0).toLowerCase() + name.slice(1), name],
    [name.replaceAll(/(?<!^)[A-Z]/g, '-$&').toLowerCase(), name],
  ]),
);
const VERBS: Readonly<Record<string, string>> = {
  GET: 'Get',
  PUT: 'Put',
  DELETE: 'Delete',
  POST: 'Post',
  HEAD: 'Head',
};
const UPLOADS: Readonly<Record<string, string>> = {
  PUT: 'UploadPart',
  DELETE: 'AbortMultipartUpload',
  GET: 'ListParts',
};

/**
 * S3's paths and methods, with the bucket in the path. What it does not do, it names as AWS does, so that it is refused by that name.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
 */
export const s3Protocol: Protocol = {
  kind: 'rest-xml',
  xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/',
  roots: {
    ListBuckets: 'ListAllMyBucketsResult',
    ListObjects: 'ListBucketResult',
    ListObjectsV2: 'ListBucketResult',
    DeleteObjects: 'DeleteResult',
  },
  route(method, path, query, headers) {
    const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
    const parameters = { Bucket: decodeURIComponent(bucket), ...(key !== '' && { Key: decodeURIComponent(key) }) };
    if (bucket === '') return method === 'GET' ? routeTo('ListBuckets', {}) : undefined;
    const part = [...query.keys()].find((name) => PARTS.has(name));
    if (part !== undefined) {
      const operation = `${VERBS[method] ?? method}${key === '' ? 'Bucket' : 'Object'}${PARTS.get(part)}`;
      return routeTo(operation, parameters);
    }
    return key === '' ? bucketRoute(method, parameters, query) : objectRoute(method, parameters, query, headers);
  },
};

type Parameters = Record<string, string>;

function bucketRoute(method: string, parameters: Parameters, query: URLSearchParams): RestRoute | undefined {
  if (query.has('uploads')) return routeTo('ListMultipartUploads', parameters);
  switch (method) {
    case 'GET':
      return routeTo(query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects', parameters);
    case 'HEAD':
      return routeTo('HeadBucket', parameters);
    case 'PUT':
      return routeTo('CreateBucket', parameters);
    case 'DELETE':
      return routeTo('DeleteBucket', parameters);
    case 'POST':
      return routeTo(query.has('delete') ? 'DeleteObjects' : 'PostObject', parameters);
    default:
      return undefined;
  }
}

function objectRoute(
  method: string,
  parameters: Parameters,
  query: URLSearchParams,
  headers: Readonly<Record<string, string>>,
): RestRoute | undefined {
  if (query.has('uploads')) return routeTo('CreateMultipartUpload', parameters);
  if (query.has('uploadId')) return routeTo(UPLOADS[method] ?? 'CompleteMultipartUpload', parameters);
  switch (method) {
    case 'GET':
      return routeTo('GetObject', parameters, READ);
    case 'HEAD':
      return routeTo('HeadObject', parameters, READ);
    case 'DELETE':
      return routeTo('DeleteObject', parameters, { IfMatch: 'if-match' });
    case 'PUT':
      // Which of the two it is, a header says.
      if (COPY.CopySource in headers) return routeTo('CopyObject', parameters, COPY);
      return { ...routeTo('PutObject', parameters, WRITE), payload: 'Body', streams: true };
    default:
      return undefined;
  }
}

/** A route on which the members of the input stand in these headers, and what its writer says of an object in headers of their own names. */
function routeTo(operation: string, parameters: Parameters, headers: Readonly<Record<string, string>> = {}): RestRoute {
  const named = new Set(Object.values(headers));
  return {
    operation,
    parameters,
    headers,
    members(sent) {
      const metadata: Record<string, string> = {};
      const sums: Record<string, string> = {};
      // A header of S3 that is nobody's stays under its own name: the operation refuses it by that.
      const others: Record<string, string> = {};
      for (const [name, value] of Object.entries(sent)) {
        if (name.startsWith(METADATA)) metadata[name.slice(METADATA.length)] = value;
        else if (OF_BODY.test(name)) sums[name] = value;
        else if (name.startsWith('x-amz-') && !OF_REQUEST.test(name) && !named.has(name)) others[name] = value;
      }
      return {
        ...others,
        ...(Object.keys(metadata).length > 0 && { Metadata: metadata }),
        ...(operation === 'PutObject' && { Sums: sums }),
      };
    },
  };
}
