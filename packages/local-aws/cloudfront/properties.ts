import { z } from 'zod';
import { inert } from '../core/resource.ts';
import { CACHE_POLICIES, ORIGIN_REQUEST_POLICIES } from './managedPolicies.ts';

const flag = z.union([z.boolean(), z.stringbool()]);
const NO_TLS = 'there is no TLS on a laptop: what comes over the loopback is plain HTTP';
const NO_DNS = 'a laptop has no DNS: a distribution is served under its own name alone';
const LOOPBACK = 'local origins are in the same process';

const managed = (kind: string, known: ReadonlyMap<string, unknown>) =>
  z
    .string()
    .refine((id) => known.has(id), `is none of the managed ${kind} that are executed: ${[...known.keys()].join(', ')}`);

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'] as const;
/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html */
const allowedMethods = z
  .array(z.enum(METHODS))
  .refine((methods) => [2, 3, METHODS.length].includes(new Set(methods).size), 'has two, three or all seven methods')
  .default(['GET', 'HEAD']);

const behavior = {
  TargetOriginId: z.string().min(1),
  ViewerProtocolPolicy: inert(NO_TLS),
  AllowedMethods: allowedMethods,
  CachedMethods: z
    .array(z.enum(['GET', 'HEAD']))
    .length(2)
    .optional(),
  CachePolicyId: managed('cache policies', CACHE_POLICIES),
  OriginRequestPolicyId: managed('origin request policies', ORIGIN_REQUEST_POLICIES).optional(),
  ResponseHeadersPolicyId: z.string().min(1).optional(),
  FunctionAssociations: z
    .array(
      z.strictObject({
        EventType: z.literal('viewer-request', 'of functions those alone are run that see requests: viewer-request'),
        FunctionARN: z.string().min(1),
      }),
    )
    .max(1)
    .default([]),
  Compress: inert('what comes over the loopback is not compressed'),
};

const origin = z
  .strictObject({
    Id: z.string().min(1),
    DomainName: z.string().min(1),
    OriginPath: z
      .string()
      .regex(/^(\/.*[^/])?$/s, 'begins with a slash and ends without one')
      .default(''),
    OriginAccessControlId: z.string().min(1).optional(),
    S3OriginConfig: z
      .strictObject({
        OriginAccessIdentity: z.literal('', 'who may read is said by an origin access control').optional(),
      })
      .optional(),
    CustomOriginConfig: z
      .strictObject({
        OriginProtocolPolicy: inert(NO_TLS),
        OriginSSLProtocols: inert(NO_TLS),
        HTTPPort: inert(LOOPBACK),
        HTTPSPort: inert(LOOPBACK),
        OriginReadTimeout: inert("an API's own limit ends what takes too long"),
        OriginKeepaliveTimeout: inert(LOOPBACK),
      })
      .optional(),
    ConnectionAttempts: inert(LOOPBACK),
    ConnectionTimeout: inert(LOOPBACK),
  })
  .refine(
    ({ S3OriginConfig, CustomOriginConfig }) => (S3OriginConfig === undefined) !== (CustomOriginConfig === undefined),
    'has either S3OriginConfig or CustomOriginConfig',
  );
/** An origin, as a template describes it. */
export type OriginProperties = z.output<typeof origin>;

const errorTtl = z.strictObject({
  ErrorCode: z.coerce
    .number()
    .pipe(z.union([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504].map((code) => z.literal(code)))),
  ErrorCachingMinTTL: z.coerce.number().int().min(0).default(10),
});

const config = z.strictObject({
  Enabled: flag,
  Comment: inert('comments are for readers of the template'),
  DefaultRootObject: z
    .string()
    .regex(/^(?!\/)/, 'begins without a slash')
    .default(''),
  Origins: z.array(origin).min(1),
  DefaultCacheBehavior: z.strictObject(behavior),
  CacheBehaviors: z.array(z.strictObject({ PathPattern: z.string().min(1).max(255), ...behavior })).default([]),
  CustomErrorResponses: z.array(errorTtl).default([]),
  Aliases: inert(NO_DNS),
  ViewerCertificate: inert(NO_TLS),
  HttpVersion: inert(NO_TLS),
  IPV6Enabled: inert('only the loopback address 127.0.0.1 is listened at'),
  PriceClass: inert('there is one place on a laptop'),
  WebACLId: inert('there is no WAF on a laptop'),
  Logging: inert('the journal has every request'),
});
/** How a distribution serves, as a template describes it. */
export type DistributionConfig = z.output<typeof config>;
/** One behaviour of a distribution. */
export type BehaviorProperties = DistributionConfig['DefaultCacheBehavior'] & { PathPattern?: string };

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-distribution.html */
export const distributionProperties = z.strictObject({
  DistributionConfig: config,
  Tags: inert('tags have no effect on a laptop'),
});
export type DistributionProperties = z.output<typeof distributionProperties>;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const MAX_CODE_BYTES = 10 * 1024;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-function.html */
export const functionProperties = z.strictObject({
  Name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'has up to 64 letters, digits, hyphens and underscores'),
  AutoPublish: z.preprocess(
    (value) => value === true || value === 'true',
    z.literal(true, 'a function that is not published serves nobody'),
  ),
  FunctionCode: z
    .string()
    .min(1)
    .refine((code) => Buffer.byteLength(code) <= MAX_CODE_BYTES, `has at most ${MAX_CODE_BYTES} bytes`),
  FunctionConfig: z.strictObject({
    Comment: z.string(),
    Runtime: z.literal('cloudfront-js-2.0', 'it runs functions of cloudfront-js-2.0'),
  }),
  Tags: inert('tags have no effect on a laptop'),
});
export type FunctionProperties = z.output<typeof functionProperties>;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-originaccesscontrol.html */
export const accessControlProperties = z.strictObject({
  OriginAccessControlConfig: z.strictObject({
    Name: z.string().min(1).max(64),
    Description: inert('descriptions are for readers of the template'),
    OriginAccessControlOriginType: z.literal('s3', 'it signs for buckets'),
    SigningBehavior: z.enum(['always', 'never']),
    SigningProtocol: z.literal('sigv4'),
  }),
});
export type AccessControlProperties = z.output<typeof accessControlProperties>;

const Override = flag;
const securityHeaders = z.strictObject({
  ContentSecurityPolicy: z.strictObject({ ContentSecurityPolicy: z.string().min(1), Override }).optional(),
  ContentTypeOptions: z.strictObject({ Override }).optional(),
  FrameOptions: z.strictObject({ FrameOption: z.enum(['DENY', 'SAMEORIGIN']), Override }).optional(),
  ReferrerPolicy: z.strictObject({ ReferrerPolicy: z.string().min(1), Override }).optional(),
  StrictTransportSecurity: z
    .strictObject({
      AccessControlMaxAgeSec: z.coerce.number().int().min(0),
      IncludeSubdomains: flag.default(false),
      Preload: flag.default(false),
      Override,
    })
    .optional(),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-responseheaderspolicy.html */
export const headersPolicyProperties = z.strictObject({
  ResponseHeadersPolicyConfig: z.strictObject({
    Name: z.string().min(1).max(128),
    Comment: inert('comments are for readers of the template'),
    SecurityHeadersConfig: securityHeaders.default({}),
    CustomHeadersConfig: z
      .strictObject({ Items: z.array(z.strictObject({ Header: z.string().min(1), Value: z.string(), Override })) })
      .default({ Items: [] }),
    RemoveHeadersConfig: z
      .strictObject({ Items: z.array(z.strictObject({ Header: z.string().min(1) })) })
      .default({ Items: [] }),
  }),
});
export type HeadersPolicyProperties = z.output<typeof headersPolicyProperties>;
