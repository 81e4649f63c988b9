/** How long answers are kept at the edge, in seconds. Those of `CachingDisabled` are not. */
export interface CachePolicy {
  minS: number;
  defaultS: number;
  maxS: number;
}

/**
 * AWS's own cache policies, as far as they are executed: both look at nothing but the path.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
export const CACHE_POLICIES: ReadonlyMap<string, CachePolicy> = new Map([
  // CachingOptimized
  ['658327ea-f89d-4fab-a63d-7e88639e58f6', { minS: 1, defaultS: 86_400, maxS: 31_536_000 }],
  // CachingDisabled
  ['4135ea2d-6df8-44a3-9df3-4b5a84be39ad', { minS: 0, defaultS: 0, maxS: 0 }],
]);

/** What of a viewer's request comes to the origin. */
export interface OriginRequestPolicy {
  /** All headers but these; the query and the cookies come whole. */
  without: ReadonlySet<string>;
}

/**
 * AWS's own origin request policies, as far as they are executed.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 */
export const ORIGIN_REQUEST_POLICIES: ReadonlyMap<string, OriginRequestPolicy> = new Map([
  // AllViewerExceptHostHeader
  ['b689b0a8-53d0-40ab-baf2-68738e2966ac', { without: new Set(['host']) }],
]);
