import type { BehaviorProperties, DistributionConfig } from './properties.ts';

/** The behaviour for a path: the first whose pattern fits it, else the default. */
export function behaviorFor(config: DistributionConfig, path: string): BehaviorProperties {
  const normal = normalized(path);
  const found = config.CacheBehaviors.find(({ PathPattern }) => fits(PathPattern, normal));
  return found ?? config.DefaultCacheBehavior;
}

/**
 * Whether a path fits a pattern, in which `*` stands for any characters and `?` for one; a slash at its beginning may be left out.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
export function fits(pattern: string, path: string): boolean {
  const whole = pattern.startsWith('/') ? pattern : `/${pattern}`;
  const escaped = whole.replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`, 's').test(path);
}

/** Behaviours are chosen by what a path comes to (RFC 3986), whatever is sent on then. */
function normalized(path: string): string {
  return URL.parse(`http://edge${path}`)?.pathname ?? path;
}
