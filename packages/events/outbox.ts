import type { AnyEvent } from './contract.ts';
import { type FailedEntry, PublishError } from './errors.ts';

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

/** An entry that waits for a relay. */
export interface WaitingEntry<Place, Event extends AnyEvent = AnyEvent> {
  place: Place;
  /** How often a relay has tried it before. */
  tries: number;
  /** Undefined for an entry that cannot be read. */
  events: readonly Event[] | undefined;
  /** The entry as it is kept. */
  raw: unknown;
}

/** What is left of an entry that is given up: nothing of it is lost. */
export interface DeadLetter {
  reason: string;
  tries: number;
  /** The events, each to be published as it is; what is kept of the entry where they cannot be read. */
  events: readonly unknown[];
}

/** Where such events are kept: beside what they tell of. */
export interface Outbox<Place, Event extends AnyEvent = AnyEvent> {
  /** Notes which of the events at a place are left to be published: none, as a rule. */
  settle(place: Place, left: readonly Event[]): Promise<void>;
  /** Counts a try that is about to be made. False when the entry is settled by now. */
  claim(place: Place): Promise<boolean>;
  /** The entries that were written before `beforeMs` and are not settled. */
  waiting(beforeMs: number): AsyncIterable<WaitingEntry<Place, Event>>;
}

/** Publishes events. Throws PublishError for those that are refused; anything else that it throws has refused all. */
export type Publish<Event extends AnyEvent = AnyEvent> = (events: readonly Event[]) => Promise<void>;

interface Parts<Place, Event extends AnyEvent> {
  outbox: Pick<Outbox<Place, Event>, 'settle'>;
  publish: Publish<Event>;
}

async function refusedOf<Event extends AnyEvent>(
  publish: Publish<Event>,
  events: readonly Event[],
): Promise<readonly FailedEntry[]> {
  try {
    await publish(events);
    return [];
  } catch (error) {
    if (!(error instanceof PublishError)) throw error;
    return error.failed;
  }
}

const those = <Event extends AnyEvent>(events: readonly Event[], entries: readonly { eventId: string }[]): Event[] => {
  const ids = new Set(entries.map(({ eventId }) => eventId));
  return events.filter(({ id }) => ids.has(id));
};

/**
 * Publishes an entry and notes what is left of it: gives the events that were refused, each by itself, and which wait in the
 * outbox. Throws what `publish` and `settle` throw beside PublishError.
 */
export async function publishEntry<Place, Event extends AnyEvent>(
  { outbox, publish }: Parts<Place, Event>,
  { place, events }: OutboxEntry<Place, Event>,
): Promise<Event[]> {
  if (events.length === 0) return [];
  const left = those(events, await refusedOf(publish, events));
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
/** An hour of a relay that comes each minute: longer than a service is throttled or away, as a rule. */
const MOST_TRIES = 60;

interface RelayParts<Place, Event extends AnyEvent> extends Parts<Place, Event> {
  outbox: Outbox<Place, Event>;
  /** Puts down what is given up, where somebody finds it. */
  bury(letter: DeadLetter): Promise<void>;
}

/** What a relay has done. */
export interface Relayed {
  /** Entries whose events were published. */
  emptied: number;
  /** What was given up. */
  buried: DeadLetter[];
  /** Why other entries stay in the outbox: one error for each. */
  left: unknown[];
}

/**
 * Publishes what waits in the outbox. An entry that cannot be read, an event that is refused for good, and what has failed for an
 * hour go to `bury` and out of the outbox; what else fails stays, and is tried by the next relay after all that is new. So no entry
 * holds back another one, however many there are: not even one that takes the relay's whole time, as tries are counted before
 * they are made. Throws what reading the outbox throws.
 */
export async function relayOutbox<Place, Event extends AnyEvent>({
  now,
  ...parts
}: RelayParts<Place, Event> & {
  /** Milliseconds since the epoch. */
  now(): number;
}): Promise<Relayed> {
  const relayed: Relayed = { emptied: 0, buried: [], left: [] };
  const triedBefore: WaitingEntry<Place, Event>[] = [];
  for await (const entry of parts.outbox.waiting(now() - GRACE_MS)) {
    if (entry.tries === 0) await relayEntry(parts, entry, relayed);
    else triedBefore.push(entry);
  }
  for (const entry of triedBefore.sort((one, other) => one.tries - other.tries)) {
    await relayEntry(parts, entry, relayed);
  }
  return relayed;
}

async function relayEntry<Place, Event extends AnyEvent>(
  { outbox, publish, bury }: RelayParts<Place, Event>,
  { place, tries: triesBefore, events, raw }: WaitingEntry<Place, Event>,
  relayed: Relayed,
): Promise<void> {
  const tries = triesBefore + 1;
  const giveUp = async (letter: DeadLetter) => {
    await bury(letter);
    relayed.buried.push(letter);
  };
  try {
    if (!events) {
      await giveUp({ reason: 'the entry cannot be read', tries, events: [raw] });
      await outbox.settle(place, []);
      return;
    }
    if (!(await outbox.claim(place))) return;
    const failed = await failuresOf(publish, events);
    const isOver = ({ permanent = false }: FailedEntry) => permanent || tries >= MOST_TRIES;
    const hopeless = failed.filter(isOver);
    const left = failed.filter((one) => !isOver(one));
    if (hopeless.length > 0) await giveUp({ reason: reasonsOf(hopeless), tries, events: those(events, hopeless) });
    if (left.length < events.length) await outbox.settle(place, those(events, left));
    if (left.length > 0) relayed.left.push(new Error(reasonsOf(left)));
    if (failed.length === 0) relayed.emptied += 1;
  } catch (error) {
    relayed.left.push(error);
  }
}

const reasonsOf = (failed: readonly FailedEntry[]) =>
  failed.map(({ eventId, code, message }) => `${eventId} (${code}: ${message})`).join(', ');

/** A call that fails whole has refused every event, for now. */
async function failuresOf<Event extends AnyEvent>(
  publish: Publish<Event>,
  events: readonly Event[],
): Promise<readonly FailedEntry[]> {
  try {
    return await refusedOf(publish, events);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return events.map(({ id }) => ({ eventId: id, code: name, message, permanent: false }));
  }
}
