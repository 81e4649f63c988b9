import { createHash } from 'node:crypto';
import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import type { ResourceContext } from '../core/resource.ts';
import { kinds, type Owner } from '../core/store/index.ts';
import { EdgeCache } from './edgeCache.ts';
import type { EdgeFunction } from './edgeFunction.ts';
import type { AccessControlProperties, DistributionConfig, HeadersPolicyProperties } from './properties.ts';

/** A distribution, as its template describes it. */
export interface Distribution {
  id: string;
  arn: string;
  owner: Owner;
  /** What it is served under: `e1a2b3c4d5e6f7.cloudfront.localhost:4566`. */
  domainName: string;
  config: DistributionConfig;
}

/** A function that is published. */
export interface PublishedFunction extends EdgeFunction {
  name: string;
  arn: string;
}

/** Paths that were to be forgotten. */
export interface Invalidation {
  id: string;
  createdMs: number;
  callerReference: string;
  paths: string[];
}

const INVALIDATIONS = kinds<Invalidation>(
  'cloudfront/invalidations/',
  z.looseObject({ id: z.string(), createdMs: z.number(), callerReference: z.string(), paths: z.array(z.string()) }),
);

/** What follows a distribution's id in its host's name; browsers find all names below `localhost` on their own machine. */
const SITES = 'cloudfront.localhost';
const HOST = /^([a-z0-9]+)\.cloudfront\.localhost(:\d+)?$/i;

export const distributionArn = (id: string) => arnOf('cloudfront', `distribution/${id}`, '');
export const functionArn = (name: string) => arnOf('cloudfront', `function/${name}`, '');

/** An id as CloudFront makes them, the same at each start: an `E`, and thirteen letters and digits. */
export function stableCloudFrontId({ stackName, logicalId }: Pick<ResourceContext, 'stackName' | 'logicalId'>): string {
  const hash = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex');
  return `E${BigInt(`0x${hash.slice(0, 20)}`)
    .toString(36)
    .padStart(13, '0')
    .slice(0, 13)
    .toUpperCase()}`;
}

/** All that templates have made of CloudFront, and what is kept at the edge. */
export class Distributions {
  readonly cache = new EdgeCache();
  readonly functions = new Map<string, PublishedFunction>();
  readonly accessControls = new Map<string, AccessControlProperties['OriginAccessControlConfig']>();
  readonly headersPolicies = new Map<string, HeadersPolicyProperties['ResponseHeadersPolicyConfig']>();
  readonly #core: Core;
  readonly #byId = new Map<string, Distribution>();

  constructor(core: Core) {
    this.#core = core;
  }

  create(owner: Owner, id: string, config: DistributionConfig): Distribution {
    const { port } = new URL(this.#core.endpoint());
    const domainName = `${id.toLowerCase()}.${SITES}:${port}`;
    const distribution = { id, arn: distributionArn(id), owner, domainName, config };
    this.#byId.set(id, distribution);
    return distribution;
  }

  /** Throws AwsError NoSuchDistribution. */
  find(id: string): Distribution {
    const distribution = this.#byId.get(id);
    if (!distribution)
      throw new AwsError('NoSuchDistribution', 'The specified distribution does not exist.', { status: 404 });
    return distribution;
  }

  /** The distribution that a host names. */
  atHost(host: string): Distribution | undefined {
    return this.#byId.get(HOST.exec(host)?.[1]?.toUpperCase() ?? '');
  }

  remove(id: string): void {
    const distribution = this.#byId.get(id);
    if (!distribution) return;
    this.#byId.delete(id);
    this.cache.invalidate(id, ['/*']);
    const kept = this.#core.store.collection(distribution.owner, INVALIDATIONS(id));
    for (const [invalidation] of kept.entries()) kept.delete(invalidation);
  }

  /** Forgets these paths at the edge. Asked for again with the same reference it is the same, and does nothing. */
  invalidate(id: string, callerReference: string, paths: string[]): Invalidation {
    const { owner } = this.find(id);
    const kept = this.#core.store.collection(owner, INVALIDATIONS(id));
    for (const [, before] of kept.entries()) {
      if (before.callerReference !== callerReference) continue;
      if (before.paths.join('\n') === paths.join('\n')) return before;
      const message =
        'Your request contains a caller reference that was used for a previous invalidation batch for the same distribution.';
      throw new AwsError('InvalidationBatchAlreadyExists', message, { status: 400 });
    }
    this.cache.invalidate(id, paths);
    const number = createHash('sha256').update(this.#core.newId()).digest('hex').slice(0, 13).toUpperCase();
    const made = { id: `I${number}`, createdMs: this.#core.clock.now(), callerReference, paths };
    kept.put(made.id, made);
    return made;
  }

  /** Throws AwsError NoSuchDistribution, NoSuchInvalidation. */
  invalidation(distributionId: string, id: string): Invalidation {
    const { owner } = this.find(distributionId);
    const found = this.#core.store.collection(owner, INVALIDATIONS(distributionId)).get(id);
    if (!found) throw new AwsError('NoSuchInvalidation', 'The specified invalidation does not exist.', { status: 404 });
    return found;
  }
}

/** Whether a host is one of distributions, there or not. */
export const isDistributionHost = (host: string): boolean => HOST.test(host);
