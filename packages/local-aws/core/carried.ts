import type { Delivery, MessageAttribute } from './cloud.ts';

/** A message as a filter or a pattern looks at it. */
export interface Asked {
  /** JSON or any other text; an object where it is at hand as one. */
  said: string | object;
  attributes?: Readonly<Record<string, string | MessageAttribute>> | undefined;
}

/** How a message is sent once more. */
export type Again =
  | { kind: 'call'; service: string; operation: string; traceHeader?: string | undefined }
  | { kind: 'delivery'; delivery: Delivery }
  | { kind: 'invocation'; functionArn: string; type: 'RequestResponse' | 'Event'; traceHeader: string };

/** What went over with a hop. It is not in the journal, which anybody on this machine may read. */
export interface Carried extends Asked {
  /** What its sender had, where that is what filters and patterns looked at. */
  asked?: Asked;
  /** Left out where it cannot be sent again. */
  again?: Again;
}

/** What of a hop is kept beside what it carried; `Entry` is the journal's. */
interface Numbered {
  seq: number;
  from?: string;
  to?: string;
}

/** A message that is kept, with the latest entry of its hop: the end, where there is one. */
export interface Kept<Entry extends Numbered> {
  /** The number of the hop: of its begin, where there is one. */
  seq: number;
  entry: Entry;
  carried: Carried;
  /** It was too long: only the beginning of its text is kept. */
  isCut: boolean;
  characters: number;
}

/** How much is kept of it: characters of a message, of all messages together, and how many of an edge and in all. */
export interface KeepingLimits {
  longest: number;
  characters: number;
  ofEdge: number;
  messages: number;
}

const LIMITS: KeepingLimits = { longest: 256_000, characters: 8_000_000, ofEdge: 25, messages: 5000 };

/** The beginning of what is too long to be kept. */
const BEGINNING = 4000;

/** The last messages of each edge, which is a pair of ARNs. Bounded in count and in characters, and in memory only. */
export class KeptMessages<Entry extends Numbered> {
  readonly #limits: KeepingLimits;
  readonly #byEdge = new Map<string, Kept<Entry>[]>();
  /** The oldest first. */
  readonly #bySeq = new Map<number, Kept<Entry>>();
  #characters = 0;

  constructor(limits: Partial<KeepingLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Keeps what went over with a hop that has begun, or is written once. */
  keep(entry: Entry, whole: Carried): void {
    const { carried, isCut, characters } = this.#within(whole);
    const kept: Kept<Entry> = { seq: entry.seq, entry, carried, isCut, characters };
    const edge = edgeOf(entry);
    const others = this.#byEdge.get(edge);
    if (!others) this.#byEdge.set(edge, [kept]);
    else {
      others.push(kept);
      if (others.length > this.#limits.ofEdge) this.#forget(others[0]);
    }
    this.#bySeq.set(kept.seq, kept);
    this.#characters += characters;
    while (this.#characters > this.#limits.characters || this.#bySeq.size > this.#limits.messages) this.#forgetOldest();
  }

  /** The hop that began with number `began` has ended. */
  ended(began: number, entry: Entry): void {
    const kept = this.#bySeq.get(began);
    if (kept) kept.entry = entry;
  }

  get(seq: number): Kept<Entry> | undefined {
    return this.#bySeq.get(seq);
  }

  /**
   * The last messages from one of `from` to one of `to`, the newest first. An ARN is meant by itself and by all that it continues in after
   * `/` or `:`.
   */
  between(from: readonly string[], to: readonly string[]): Kept<Entry>[] {
    const found: Kept<Entry>[] = [];
    for (const messages of this.#byEdge.values()) {
      const [first] = messages;
      if (first && isOneOf(first.entry.from, from) && isOneOf(first.entry.to, to)) found.push(...messages);
    }
    return found.sort((one, other) => other.seq - one.seq).slice(0, this.#limits.ofEdge);
  }

  #within(carried: Carried): Pick<Kept<Entry>, 'carried' | 'isCut' | 'characters'> {
    const parts = [carried.said, carried.attributes, carried.asked?.said];
    const characters = parts.reduce<number>((sum, part) => sum + charactersOf(part), 0);
    if (characters <= this.#limits.longest) return { carried, isCut: false, characters };
    const { said } = carried;
    const beginning = typeof said === 'string' ? beginningOf(said, BEGINNING) : '';
    return { carried: { said: beginning }, isCut: true, characters: beginning.length };
  }

  #forgetOldest(): void {
    const [oldest] = this.#bySeq.values();
    this.#forget(oldest);
  }

  /** The oldest of its edge. */
  #forget(kept: Kept<Entry> | undefined): void {
    if (!kept) return;
    this.#bySeq.delete(kept.seq);
    this.#characters -= kept.characters;
    const edge = edgeOf(kept.entry);
    const others = this.#byEdge.get(edge);
    others?.shift();
    if (others?.length === 0) this.#byEdge.delete(edge);
  }
}

const edgeOf = ({ from = '', to = '' }: Numbered): string => `${from}\n${to}`;

const isOneOf = (arn: string | undefined, wanted: readonly string[]): boolean =>
  arn !== undefined && wanted.some((one) => arn === one || arn.startsWith(`${one}/`) || arn.startsWith(`${one}:`));

/** How much text a value holds. */
export function charactersOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  if (Buffer.isBuffer(value)) return value.length;
  let characters = 0;
  for (const key in value) characters += key.length + charactersOf((value as Record<string, unknown>)[key]);
  return characters;
}

/** A string of its own: what `slice` gives would keep the whole text in memory. */
export const beginningOf = (text: string, length: number): string =>
  Buffer.from(text.slice(0, length), 'utf16le').toString('utf16le');
