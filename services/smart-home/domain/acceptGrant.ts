import type { World } from '@arcade/lambda/world';
import { endOf, type GrantParts, sealedTokens } from './grants.ts';
import type { AcceptGrant } from './ports.ts';

/** What a grant is accepted with. */
export interface AcceptParts extends GrantParts, Pick<World, 'newId'> {}

/**
 * Exchanges the code at once, for it is good once and for five minutes, and keeps both tokens sealed: here, or on the hub in the
 * customer's house. A grant that she gave before is none any more. Throws when any of it fails: then there is no grant.
 */
export const acceptGrant =
  ({ now, newId, grants, safe, hub, login }: AcceptParts): AcceptGrant =>
  async ({ code, account: { account, grants: keeper } }) => {
    const askedAtMs = now();
    const issued = await login.exchange(code);
    const sealed = await sealedTokens(safe, account, issued);
    if (keeper === 'hub') await hub.keep(account, sealed);
    await grants.put({
      account,
      grantId: newId(),
      keeper,
      expiresAtMs: endOf(issued, askedAtMs),
      ...(keeper === 'table' && { sealed }),
    });
  };
