import { LOCAL_REGION } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { ANONYMOUS } from '../core/principal.ts';
import { RawAnswer, StreamAnswer } from '../core/service.ts';
import type { ReceivedRequest } from '../front-door/exchange.ts';
import type { Route } from '../front-door/index.ts';
import { escapeXml } from '../front-door/xml.ts';
import type { S3Parts } from './access.ts';
import type { Bucket } from './buckets.ts';

/** What follows the bucket in the name of a web site's host; browsers find all names below `localhost` on their own machine. */
const SITES = `s3-website-${LOCAL_REGION}.localhost`;
const HOST = new RegExp(`^(.+)\\.${SITES.replaceAll('.', '\\.')}(:\\d+)?$`);

/** Where a bucket's web site is. */
export function websiteUrl(core: Pick<Core, 'endpoint'>, bucket: string): string {
  return `http://${bucket}.${SITES}:${new URL(core.endpoint()).port}`;
}

/**
 * Serves buckets as web sites, to nobody in particular: the bucket's policy alone says what may be read.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html
 */
export function websiteRoute(parts: S3Parts): Route {
  return {
    isHost: (host) => HOST.test(host),
    async serve(request) {
      const name = HOST.exec(request.headers.host ?? '')?.[1] ?? '';
      try {
        return await page(parts, parts.buckets.find(name), request);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return errorPage(error);
      }
    },
  };
}

async function page({ core, buckets }: S3Parts, bucket: Bucket, request: ReceivedRequest): Promise<RawAnswer> {
  const { website, restrictsPublic } = bucket.settings;
  if (!website) {
    const message = 'The specified bucket does not have a website configuration';
    throw new AwsError('NoSuchWebsiteConfiguration', message, { status: 404, fields: { BucketName: bucket.name } });
  }
  const { method, path, headers } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    const message = 'The specified method is not allowed against this resource.';
    throw new AwsError('MethodNotAllowed', message, { status: 405, fields: { Method: method } });
  }
  const read = async (Key: string, status?: number) => {
    if (restrictsPublic) throw new AwsError('AccessDenied', 'Access Denied', { status: 403 });
    const conditions = { IfNoneMatch: headers['if-none-match'], IfModifiedSince: headers['if-modified-since'] };
    const answer = await core.call({
      service: 's3',
      operation: method === 'HEAD' ? 'HeadObject' : 'GetObject',
      input: { Bucket: bucket.name, Key, ...(status === undefined && { ...conditions, Range: headers.range }) },
      principal: ANONYMOUS,
      requestId: request.requestId,
    });
    return asPage(answer as RawAnswer, status);
  };
  const key = decodeURIComponent(path.slice(1));
  const document = key === '' || key.endsWith('/') ? key + website.indexDocument : key;
  if (document === key && !bucket.objects.has(key) && bucket.objects.has(`${key}/${website.indexDocument}`))
    return new RawAnswer(302, { location: `${path}/` });
  try {
    return await read(document);
  } catch (error) {
    const isFault = error instanceof AwsError && (error.status === 403 || error.status === 404);
    if (!isFault || website.errorDocument === undefined || !buckets.object(bucket.name, website.errorDocument))
      throw error;
    return read(website.errorDocument, error.status);
  }
}

/** An object may send its reader elsewhere. */
function asPage(answer: RawAnswer, status: number | undefined): RawAnswer {
  const { 'x-amz-website-redirect-location': location } = answer.headers;
  // Nothing changed since.
  if (!(answer instanceof StreamAnswer)) return answer;
  if (status !== undefined) return new StreamAnswer(status, answer.headers, answer.stream);
  if (typeof location !== 'string') return answer;
  answer.stream.destroy();
  return new RawAnswer(301, { location });
}

function errorPage({ code, message, status }: AwsError): RawAnswer {
  const title = escapeXml(`${status} ${code}`);
  const body = `<html><head><title>${title}</title></head><body><h1>${title}</h1><p>${escapeXml(message)}</p></body></html>\n`;
  return new RawAnswer(status, { 'content-type': 'text/html; charset=utf-8' }, body);
}
