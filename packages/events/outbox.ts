import type { AnyEvent } from './contract.ts';
import { PublishError, RelayError } from './errors.ts';

/*
 * The outbox: events are written together with what they tell of, in one write, and published after it. What a crash or
 * a refusal leaves stays in the outbox and is published later, by whoever comes next or by a relay. Each event keeps
 * its id: at least once, and countable once.
 */

/** Events that were written with what they tell of, and are not known to be published. */
export interface OutboxEntry<Place, Event extends AnyEvent = AnyEvent> {
  /** Where they are written. */
  place: Place;
  events: readonly Event[];
}

/** Where such events are kept: beside what they tell of. */
export interface Outbox<Place, Event extends AnyEvent = AnyEvent> {
  /** Notes which of the events at a place are left to be published: none, as a rule. */
  settle(place: Place, left: readonly Event[]): Promise<void>;
  /**
   * The entries that were written before `beforeMs` and are not settled, each to be read by itself: undefined when it has been
   * settled meanwhile. Reading throws for an entry that cannot be read, and the next one is given all the same.
   */
  waiting(beforeMs: number): AsyncIterable<() => Promise<OutboxEntry<Place, Event> | undefined>>;
}

/** Publishes events. Throws PublishError for those that are refused; anything else that it throws has refused all. */
export type Publish<Event extends AnyEvent = AnyEvent> = (events: readonly Event[]) => Promise<void>;

interface Parts<Place, Event extends AnyEvent> {
  outbox: Pick<Outbox<Place, Event>, 'settle'>;
  publish: Publish<Event>;
}

async function refusedOf<Event extends AnyEvent>(publish: Publish<Event>, events: readonly Event[]): Promise<Event[]> {
  try {
    await publish(events);
    return [];
  } catch (error) {
    if (!(error instanceof PublishError)) throw error;
    const refused = new Set(error.failed.map(({ eventId }) => eventId));
    return events.filter(({ id }) => refused.has(id));
  }
}

/**
 * Publishes an entry and notes what is left of it: gives the events that were refused, each by itself, and which wait in the
 * outbox. Throws what `publish` and `settle` throw beside PublishError.
 */
export async function publishEntry<Place, Event extends AnyEvent>(
  { outbox, publish }: Parts<Place, Event>,
  { place, events }: OutboxEntry<Place, Event>,
): Promise<Event[]> {
  if (events.length === 0) return [];
  const left = await refusedOf(publish, events);
  if (left.length < events.length) await outbox.settle(place, left);
  return left;
}

/**
 * Publishes an entry that was written just now. Nothing is thrown: what fails here is told to `warn`, and done again by
 * the relay.
 */
export async function publishNow<Place, Event extends AnyEvent>(
  { warn, ...parts }: Parts<Place, Event> & { warn(message: string, error: unknown): void },
  entry: OutboxEntry<Place, Event>,
): Promise<void> {
  try {
    const left = await publishEntry(parts, entry);
    if (left.length > 0) warn('events wait in the outbox', { refused: left.map(({ id, type }) => ({ id, type })) });
  } catch (error) {
    warn('events wait in the outbox', error);
  }
}

/** Younger entries are left to whoever wrote them, and publishes them at this moment. */
const GRACE_MS = 10_000;

/**
 * Publishes what waits in the outbox. Gives how many entries it has emptied. Each entry is tried, whatever became of
 * those before it: one that cannot be read or published holds back no other. Throws RelayError at the end when some are left, so
 * that the failure is seen; they stay in the outbox.
 */
export async function relayOutbox<Place, Event extends AnyEvent>({
  outbox,
  publish,
  now,
}: {
  outbox: Outbox<Place, Event>;
  publish: Publish<Event>;
  /** Milliseconds since the epoch. */
  now(): number;
}): Promise<number> {
  const failures: unknown[] = [];
  let emptied = 0;
  for await (const readEntry of outbox.waiting(now() - GRACE_MS)) {
    try {
      const entry = await readEntry();
      if (!entry) continue;
      const left = await publishEntry({ outbox, publish }, entry);
      if (left.length > 0)
        failures.push(new Error(`refused: ${left.map(({ id, type }) => `${type} ${id}`).join(', ')}`));
      else emptied += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new RelayError(emptied, failures);
  return emptied;
}
