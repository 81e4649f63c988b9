import type { Dependencies } from './dependencies.ts';

/** Younger events are left to the request that wrote them, which publishes them itself. */
const GRACE_MS = 10_000;

/**
 * Publishes what a crash left in the outbox. Gives how many turns it caught up with.
 * Throws when SNS refuses: the schedule comes again, and the outbox is kept.
 */
export async function relayEvents({
  outbox,
  publish,
  now,
}: Pick<Dependencies, 'outbox' | 'publish' | 'now'>): Promise<number> {
  let turns = 0;
  for await (const { gameId, turnNumber, events } of outbox.unpublished(now() - GRACE_MS)) {
    await publish(events);
    await outbox.published(gameId, turnNumber);
    turns += 1;
  }
  return turns;
}
