import type { Clock } from '../core/clock.ts';
import { type Checked, kidOf } from './poolKeys.ts';
import type { UserPools } from './pools.ts';

/** Tells good tokens of user pools from others. */
export interface PoolTokens {
  /**
   * Checks who has signed a token (one of the pools with these ARNs, as their issuer) and until when it is good. What it is for
   * (`token_use`, `aud`, `client_id`) is the caller's business. A revoked one is good here, as it is for AWS's own gateways:
   * https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html
   */
  check(token: string, poolArns: readonly string[]): Promise<Checked>;
}

/** Checks with the pools' own keys. */
export function createPoolTokens(pools: UserPools, clock: Pick<Clock, 'now'>): PoolTokens {
  return {
    async check(token, poolArns) {
      const kid = kidOf(token);
      const pool = pools.all().find(({ signing }) => signing.has(kid));
      if (!pool || !poolArns.includes(pool.arn)) return { refused: 'invalid' };
      return pool.signing.check(token, pools.issuerOf(pool), clock.now());
    },
  };
}
