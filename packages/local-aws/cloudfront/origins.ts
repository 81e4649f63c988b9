import { LOCAL_REGION } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { ANONYMOUS, servicePrincipal } from '../core/principal.ts';
import { RawAnswer } from '../core/service.ts';
import { API_PREFIX, type ApiTable } from '../front-door/apiTable.ts';
import type { ReceivedRequest } from '../front-door/exchange.ts';
import { splitUrl } from '../front-door/http.ts';
import { xmlError } from '../front-door/restXml.ts';
import type { Distribution, Distributions } from './distributions.ts';
import type { ViewerRequest } from './functionEvent.ts';
import { ORIGIN_REQUEST_POLICIES } from './managedPolicies.ts';
import type { BehaviorProperties, OriginProperties } from './properties.ts';

/** The service that asks buckets, as their policies name it. */
export const CLOUDFRONT = 'cloudfront.amazonaws.com';

const API = new RegExp(`^([a-z0-9-]+)\\.execute-api\\.${LOCAL_REGION}\\.amazonaws\\.com$`);
const BUCKET = new RegExp(`^(.+)\\.s3(?:\\.${LOCAL_REGION})?\\.amazonaws\\.com$`);

/** The bucket that an origin is; undefined when it is none. */
export const bucketOf = ({ S3OriginConfig, DomainName }: OriginProperties): string | undefined =>
  S3OriginConfig && BUCKET.exec(DomainName)?.[1];

/** The API that an origin is; undefined when it is none. */
export const apiOf = ({ CustomOriginConfig, DomainName }: OriginProperties): string | undefined =>
  CustomOriginConfig && API.exec(DomainName)?.[1];

/** What origins are asked with. */
export interface OriginParts {
  core: Core;
  table: ApiTable;
  distributions: Distributions;
}

/** A request on its way to an origin. */
export interface OriginRequest {
  distribution: Distribution;
  origin: OriginProperties;
  behavior: BehaviorProperties;
  /** As a function has left it. */
  viewer: ViewerRequest;
  received: ReceivedRequest;
}

/** Asks an origin. Its errors are its answers. */
export async function askOrigin(parts: OriginParts, request: OriginRequest): Promise<RawAnswer> {
  const bucket = bucketOf(request.origin);
  return bucket === undefined ? askApi(parts, request) : askBucket(parts, bucket, request);
}

async function askBucket(
  { core, distributions }: OriginParts,
  Bucket: string,
  request: OriginRequest,
): Promise<RawAnswer> {
  const { distribution, origin, viewer, received } = request;
  const { OriginAccessControlId, OriginPath } = origin;
  const control = distributions.accessControls.get(OriginAccessControlId ?? '');
  const signs = control?.SigningBehavior === 'always';
  try {
    const Key = decodeURIComponent(`${OriginPath}${viewer.path}`.slice(1));
    if (Key === '') throw new AwsError('AccessDenied', 'Access Denied', { status: 403 });
    return (await core.call({
      service: 's3',
      operation: viewer.method === 'HEAD' ? 'HeadObject' : 'GetObject',
      input: { Bucket, Key, Range: viewer.headers.range },
      principal: signs ? servicePrincipal(CLOUDFRONT, distribution.arn) : ANONYMOUS,
      requestId: received.requestId,
    })) as RawAnswer;
  } catch (error) {
    if (error instanceof URIError)
      return xmlError(new AwsError('InvalidURI', "Couldn't parse the specified URI."), received.requestId);
    if (!(error instanceof AwsError)) throw error;
    return xmlError(error, received.requestId);
  }
}

async function askApi(
  { table }: OriginParts,
  { origin, behavior, viewer, received }: OriginRequest,
): Promise<RawAnswer> {
  const id = apiOf(origin) ?? '';
  if (!table.find(id)) return unreachable(origin);
  const { query } = splitUrl(`?${viewer.rawQuery}`);
  const headers = headersFor(origin, behavior, viewer);
  const answer = await table.serve({
    ...received,
    method: viewer.method,
    path: `${API_PREFIX}${id}${origin.OriginPath}${viewer.path}`,
    // Without a policy that says otherwise an origin hears nothing of the query.
    ...(behavior.OriginRequestPolicyId === undefined
      ? { query: new URLSearchParams(), rawQuery: '' }
      : { query, rawQuery: viewer.rawQuery }),
    headers,
    rawHeaders: Object.entries(headers).flat(),
  });
  // A call of an AWS operation is not passed on: nobody has signed it for this host.
  return answer ?? new RawAnswer(403, { 'content-type': 'application/json' }, '{"message":"Forbidden"}');
}

/** What an API hears of the viewer: all that the policy lets through, and who it is that asks. */
export function headersFor(
  { DomainName }: OriginProperties,
  { OriginRequestPolicyId = '' }: BehaviorProperties,
  { headers }: ViewerRequest,
): Record<string, string> {
  const policy = ORIGIN_REQUEST_POLICIES.get(OriginRequestPolicyId);
  const passed = policy
    ? Object.entries(headers).filter(([name]) => !policy.without.has(name))
    : Object.entries(headers).filter(([name]) => ['content-type', 'content-length'].includes(name));
  return {
    ...Object.fromEntries(passed),
    ...(!policy && { 'user-agent': 'Amazon CloudFront' }),
    host: DomainName,
    via: '1.1 local.cloudfront.net (CloudFront)',
  };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html */
export function unreachable({ DomainName }: OriginProperties): RawAnswer {
  return edgeError(502, `CloudFront wasn't able to resolve the origin domain name: there is no API at ${DomainName}.`);
}

/** An error of the edge itself, for people to read. */
export function edgeError(status: number, sentence: string): RawAnswer {
  return new RawAnswer(status, { 'content-type': 'text/plain; charset=utf-8' }, `${sentence}\n`);
}
