import { inWords, isSendable, type Letter } from './letter.ts';
import type { Held, Queues } from './queue.ts';

/** What is to be done with a letter. */
export type Choice = 'send' | 'discard' | 'keep' | 'stop';

/** What is wanted. */
export interface Wish {
  /** Asked for each letter, in turn. */
  choose(letter: Letter): Choice | Promise<Choice>;
  /** At most so many letters are looked at. */
  limit?: number | undefined;
  /** Whether each letter is shown, or only those that stay. */
  shows: 'all' | 'kept';
}

/** What was done. */
export interface Done {
  seen: number;
  sent: number;
  /** Were taken away with another letter of the same event, which was sent. */
  merged: number;
  discarded: number;
  kept: number;
  /** Were to go, and could not. */
  failed: number;
}

/** What it works with. */
export interface RedriveParts {
  queues: Queues;
  say(text: string): void;
  /** Tells how far it has come: so many of about so many. */
  progress(seen: number, total: number): void;
  /** Whether somebody wants it to end. */
  isStopped(): boolean;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** As a queue gives its letters in no order, old ones may come after new ones: so many times in a row, and all have been there. */
const ONLY_NEW_TIMES = 10;

/**
 * Goes through the dead letters that were there when it began. An event is in the redrive queue before its letter is taken away, so that an
 * end in between loses nothing: the event may then come twice, under the same id. What is kept can be seen again at once.
 *
 * An event goes to all rules, so that it is sent once, however many have given it up; and what comes meanwhile stays, as it may be what was
 * just sent and has failed again: else one that fails for good would go round without end, and be more with each round.
 */
export async function redrive(parts: RedriveParts, wish: Wish): Promise<Done> {
  const { queues, say, progress, isStopped } = parts;
  const done: Done = { seen: 0, sent: 0, merged: 0, discarded: 0, kept: 0, failed: 0 };
  const startedMs = parts.now();
  const total = Math.min(await queues.count(), wish.limit ?? Infinity);
  /** Let go of at the end only: else the queue would bring them again and again. */
  const kept: Held[] = [];
  const sentEvents = new Set<string>();
  const isSent = ({ letter }: Held) => letter.sameEvent !== undefined && sentEvents.has(letter.sameEvent);
  let onlyNew = 0;
  try {
    for await (const all of queues.letters(wish.limit)) {
      const held = all.map((one) => (one.letter.sentMs < startedMs ? one : withoutEvent(one)));
      onlyNew = held.every((one, index) => one !== all[index]) ? onlyNew + 1 : 0;
      // Until it is settled what becomes of a letter, it is one of those that stay.
      const undecided = new Set(held);
      let isOver = onlyNew >= ONLY_NEW_TIMES;
      try {
        const sorted = await sort(parts, wish, held);
        isOver ||= sorted.isOver;
        done.seen += sorted.seen;
        const first = firstOfEach(sorted.sending.filter((one) => !isSent(one)));
        const sent = await queues.send(first);
        for (const { letter } of sent) if (letter.sameEvent !== undefined) sentEvents.add(letter.sameEvent);
        const merged = sorted.sending.filter((one) => !first.includes(one) && isSent(one));
        const gone = await queues.remove([...sent, ...merged, ...sorted.discarding]);
        for (const one of [...sent, ...gone]) undecided.delete(one);
        done.sent += sent.length;
        done.merged += gone.filter((one) => merged.includes(one)).length;
        done.discarded += gone.filter((one) => sorted.discarding.includes(one)).length;
        const failed = sorted.sending.length + sorted.discarding.length - gone.length;
        done.failed += failed;
        if (failed > 0) say(`${failed} could not be sent or taken away: they are still there`);
      } finally {
        kept.push(...undecided);
        done.kept = kept.length;
      }
      progress(done.seen, Math.max(total, done.seen));
      if (isOver || isStopped()) break;
    }
  } finally {
    await queues.release(kept);
  }
  return done;
}

/** A letter that is not to be sent back in this run. */
function withoutEvent({ letter: { event: _event, back: _back, ...letter }, ...held }: Held): Held {
  return { ...held, letter: { ...letter, kept: letter.kept ?? 'it came while this ran' } };
}

function firstOfEach(held: readonly Held[]): Held[] {
  const events = new Set<string>();
  return held.filter(({ letter: { sameEvent } }) => {
    if (sameEvent === undefined) return true;
    return !events.has(sameEvent) && events.add(sameEvent);
  });
}

/** Asks of each letter what is to be done with it, until somebody has enough, and shows those that are to be shown. */
async function sort({ say, isStopped, now }: RedriveParts, wish: Wish, held: readonly Held[]) {
  const sorted = { sending: [] as Held[], discarding: [] as Held[], seen: 0, isOver: false };
  for (const one of held) {
    if (sorted.isOver || isStopped()) break;
    const { letter } = one;
    const choice = await wish.choose(letter);
    sorted.isOver = choice === 'stop';
    const isSent = choice === 'send' && isSendable(letter);
    if (isSent) sorted.sending.push(one);
    else if (choice === 'discard') sorted.discarding.push(one);
    else if (wish.shows === 'all' || letter.kept !== undefined) say(`${inWords(letter, now())}\n`);
    sorted.seen += 1;
  }
  return sorted;
}
