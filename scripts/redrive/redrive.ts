import { inWords, type Letter } from './letter.ts';
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

/**
 * Goes through the dead letters. An event is in the redrive queue before its letter is taken away, so that an end in between loses nothing:
 * the event may then come twice, under the same id. What is kept can be seen again at once.
 */
export async function redrive(parts: RedriveParts, wish: Wish): Promise<Done> {
  const { queues, say, progress, isStopped } = parts;
  const done: Done = { seen: 0, sent: 0, discarded: 0, kept: 0, failed: 0 };
  const total = Math.min(await queues.count(), wish.limit ?? Infinity);
  /** Let go of at the end only: else the queue would bring them again and again. */
  const kept: Held[] = [];
  try {
    for await (const held of queues.letters(wish.limit)) {
      // Until it is settled what becomes of a letter, it is one of those that stay.
      const undecided = new Set(held);
      let isOver = false;
      try {
        const sorted = await sort(parts, wish, held);
        isOver = sorted.isOver;
        done.seen += sorted.seen;
        const sent = await queues.send(sorted.sending);
        const gone = await queues.remove([...sent, ...sorted.discarding]);
        for (const one of [...sent, ...gone]) undecided.delete(one);
        done.sent += sent.length;
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

/** Asks of each letter what is to be done with it, until somebody has enough, and shows those that are to be shown. */
async function sort({ say, isStopped, now }: RedriveParts, wish: Wish, held: readonly Held[]) {
  const sorted = { sending: [] as Held[], discarding: [] as Held[], seen: 0, isOver: false };
  for (const one of held) {
    if (sorted.isOver || isStopped()) break;
    const { letter } = one;
    const choice = await wish.choose(letter);
    sorted.isOver = choice === 'stop';
    const isSent = choice === 'send' && letter.event !== undefined;
    if (isSent) sorted.sending.push(one);
    else if (choice === 'discard') sorted.discarding.push(one);
    else if (wish.shows === 'all' || letter.kept !== undefined) say(`${inWords(letter, now())}\n`);
    sorted.seen += 1;
  }
  return sorted;
}
