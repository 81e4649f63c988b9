import { endOf, type Grant, GrantError, type GrantParts, type SealedTokens, sealedTokens } from './grants.ts';

/** What access tokens are had with. */
export interface AccessParts extends GrantParts {
  /** Resolves after so many milliseconds. */
  pause(ms: number): Promise<void>;
}

/** An access token that is good, as far as is known, and the grant that it is of. */
export interface Held {
  account: string;
  grantId: string;
  access: string;
  expiresAtMs: number;
}

/** Access tokens of customers; undefined where there is no grant, or none any more. */
export interface Access {
  /** Throws GrantError when there is none now, and may be later. */
  current(account: string): Promise<Held | undefined>;
  /** Another than this one, which Alexa did not take. Throws GrantError. */
  renewed(refused: Held): Promise<Held | undefined>;
  /** The customer wants it no more; false: she has given another grant meanwhile. */
  drop(refused: Held): Promise<boolean>;
}

/** So long before a token ends, another one is fetched: Amazon's own samples do so. */
export const RENEW_BEFORE_MS = 300_000;
/** Who fetches a token has this long; a function that takes longer is over. */
export const LEASE_MS = 2000;
/** So many customers' tokens a process keeps: some 2 MB. */
export const MOST_HELD = 1000;
/** How long, and how often, one waits for what somebody else fetches. */
const WAIT_MS = 1200;
const LOOK_AGAIN_MS = 100;

/**
 * Gives out access tokens: kept in this process, shared through the table, and fetched anew 300 s before they end, by one for all. Who
 * comes meanwhile takes the old one as long as it is good, and waits for the new one when it is not.
 */
export function createAccess(parts: AccessParts): Access {
  const { now, grants } = parts;
  const held = new Map<string, Held>();
  const looking = new Map<string, Promise<Held | undefined>>();

  /** Many in this process are one. */
  const look = (account: string, refused?: string): Promise<Held | undefined> => {
    const found = looking.get(account) ?? find(parts, account, refused).finally(() => looking.delete(account));
    looking.set(account, found);
    return found.then((token) => {
      held.delete(account);
      if (token) held.set(account, token);
      const [oldest] = held.keys();
      if (held.size > MOST_HELD && oldest !== undefined) held.delete(oldest);
      return token;
    });
  };

  return {
    async current(account) {
      const known = held.get(account);
      return known && known.expiresAtMs - now() > RENEW_BEFORE_MS ? known : look(account);
    },
    async renewed(refused) {
      const { account, access } = refused;
      const isOther = (one: Held | undefined) => one !== undefined && one.access !== access;
      const known = held.get(account);
      if (isOther(known)) return known;
      held.delete(account);
      const others = await looking.get(account);
      return isOther(others) ? others : look(account, access);
    },
    async drop(refused) {
      held.delete(refused.account);
      const grant = await grants.find(refused.account);
      if (!grant) return true;
      return grant.grantId === refused.grantId && removed(parts, grant);
    },
  };
}

/** The customer wants it no more; false: it is another grant by now. What a hub has is of no use without it. */
async function removed({ grants, hub }: AccessParts, grant: Grant): Promise<boolean> {
  if (!(await grants.remove(grant))) return false;
  if (grant.keeper === 'hub') await hub.drop(grant.account).catch(() => undefined);
  return true;
}

/** Looks until there is a token, or no grant, or no time. */
async function find(parts: AccessParts, account: string, refused: string | undefined): Promise<Held | undefined> {
  const { now, grants, pause } = parts;
  const startedMs = now();
  while (now() - startedMs <= WAIT_MS) {
    const grant = await grants.find(account);
    if (!grant) return undefined;
    const leftMs = grant.expiresAtMs - now();
    if (leftMs > RENEW_BEFORE_MS) {
      const token = await opened(parts, grant);
      // Another than what Alexa did not take: somebody has been faster.
      if (token?.access !== refused) return token;
    }
    const nowMs = now();
    const untilMs = nowMs + LEASE_MS;
    if (await grants.lease(grant, nowMs, untilMs)) {
      const token = await fetched(parts, grant, untilMs, refused);
      if (token !== 'another') return token;
    } else {
      if (refused === undefined && leftMs > WAIT_MS) return opened(parts, grant);
      await pause(LOOK_AGAIN_MS);
    }
  }
  throw new GrantError('somebody else is fetching an access token, and it takes long');
}

/** The access token that there is; undefined where the hub has none any more. */
async function opened(parts: AccessParts, grant: Grant): Promise<Held | undefined> {
  const sealed = await sealedOf(parts, grant);
  if (!sealed) return undefined;
  const { account, grantId, expiresAtMs } = grant;
  return { account, grantId, expiresAtMs, access: await parts.safe.open(account, 'access', sealed.access) };
}

const sealedOf = async ({ hub }: AccessParts, { account, keeper, sealed }: Grant): Promise<SealedTokens | undefined> =>
  keeper === 'hub' ? hub.fetch(account) : sealed;

/** Fetches another access token, by the lease that lasts until then. `another`: the customer has given another grant meanwhile. */
async function fetched(
  parts: AccessParts,
  grant: Grant,
  untilMs: number,
  refused: string | undefined,
): Promise<Held | undefined | 'another'> {
  const { now, grants, safe, hub, login } = parts;
  const { account, grantId, keeper } = grant;
  try {
    const before = await sealedOf(parts, grant);
    if (!before) throw new GrantError('the tokens are not there any more', { isFinal: true });
    const askedAtMs = now();
    const issued = await login.refresh(await safe.open(account, 'refresh', before.refresh));
    const sealed = await sealedTokens(safe, account, issued);
    if (keeper === 'hub') await hub.keep(account, sealed);
    const expiresAtMs = endOf(issued, askedAtMs);
    const isOurs = await grants.renew(grant, { expiresAtMs, ...(keeper === 'table' && { sealed }) });
    return isOurs ? { account, grantId, expiresAtMs, access: issued.access } : 'another';
  } catch (error) {
    if (error instanceof GrantError && error.isFinal) {
      return (await removed(parts, grant)) ? undefined : 'another';
    }
    // Should this fail, the lease ends by itself.
    await grants.release(grant, untilMs).catch(() => undefined);
    // What is there is good for minutes yet.
    if (refused === undefined && grant.expiresAtMs > now() + WAIT_MS) return opened(parts, grant);
    throw error;
  }
}
