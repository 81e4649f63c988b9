import type { World } from '@arcade/lambda/world';
import type { HomesTable, HubGrant, HubsTable } from './ports.ts';

/** What a hub on the premises works with. */
export interface HubParts extends Pick<World, 'now'> {
  hubs: HubsTable;
  homes: Pick<HomesTable, 'find'>;
  /** What the skill shows to a hub. */
  secret(): Promise<string>;
}

/** What a hub says: what it keeps (nothing after it was dropped), or why it does not. */
export type HubAnswer =
  | { outcome: 'kept'; kept: HubGrant }
  | { outcome: 'empty' }
  | { outcome: 'dropped' }
  | { outcome: 'changed' }
  /** Nobody has such a hub. */
  | { outcome: 'unknown' }
  | { outcome: 'off' };

/** How long a hub keeps a grant: as long as its home is there. */
const KEEP_MS = 24 * 60 * 60_000;

/** Keeps a grant. `version`: which must be there now (0: none), undefined: whichever. */
export async function keepGrant(
  parts: HubParts,
  account: string,
  grant: Record<string, unknown>,
  version: number | undefined,
): Promise<HubAnswer> {
  const silent = await silenceOf(parts, account);
  if (silent) return silent;
  const kept = await parts.hubs.put(account, grant, version, parts.now() + KEEP_MS);
  return kept === 'changed' ? { outcome: 'changed' } : { outcome: 'kept', kept };
}

export async function fetchGrant(parts: HubParts, account: string): Promise<HubAnswer> {
  const silent = await silenceOf(parts, account);
  if (silent) return silent;
  const kept = await parts.hubs.find(account);
  return kept ? { outcome: 'kept', kept } : { outcome: 'empty' };
}

export async function dropGrant(parts: HubParts, account: string): Promise<HubAnswer> {
  const silent = await silenceOf(parts, account);
  if (silent) return silent;
  await parts.hubs.remove(account);
  return { outcome: 'dropped' };
}

async function silenceOf({ homes }: HubParts, account: string): Promise<HubAnswer | undefined> {
  const home = await homes.find(account);
  if (!home) return { outcome: 'unknown' };
  return home.misbehaviour.hubOff ? { outcome: 'off' } : undefined;
}
