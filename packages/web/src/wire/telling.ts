import type { Family } from '../cabinet/parts.tsx';
import type { Hop } from '../lib/journal.ts';

/** What is said of a hop. */
export interface Telling {
  /** The pattern's name: "At least once". */
  pattern: string;
  family: Family;
  /** One sentence; what stands between backticks is a name of the code. */
  sentence: string;
  /** Whether it stays for a while although other hops follow: outcomes and what went wrong. */
  isOutcome: boolean;
}

/** What tellers may look at besides the hop itself. */
export interface Recent {
  /** Hops that came before it, newest last; only so many as sentences need. */
  hops: readonly Hop[];
  /** The name that a drawing gives to what an ARN belongs to: `pong`; the ARN's last part when it belongs to nothing there. */
  nameOf(arn: string | undefined): string;
}

/** Tells what a hop means; undefined where there is nothing to say. */
export type Teller = (hop: Hop, recent: Recent) => Telling | undefined;

/** Told when something has come out: it stays for a while. */
export const outcome = (pattern: string, family: Family, sentence: string): Telling => ({
  pattern,
  family,
  sentence,
  isOutcome: true,
});
/** Told by the way: the next takes its place. */
export const remark = (pattern: string, family: Family, sentence: string): Telling => ({
  pattern,
  family,
  sentence,
  isOutcome: false,
});

/** Whether an ARN ends in one of `ends`. Functions and tables go by that: a drawing may call them otherwise. */
export const isOne = (arn: string | undefined, ...ends: readonly string[]): boolean =>
  ends.some((end) => arn?.endsWith(end));
