/** What became of a thing that was written: by what was acknowledged, or found afterwards. */
type Fate = 'there' | 'gone' | 'unknown';

/** What was acknowledged of things with ids: which must be there, and which must not. */
export class Ledger {
  readonly #fates = new Map<string, Fate>();
  readonly #busy = new Set<string>();
  readonly #onAcknowledged: () => void;

  constructor(onAcknowledged: () => void) {
    this.#onAcknowledged = onAcknowledged;
  }

  /** Does something that makes the thing be there, or go; if it fails, nobody knows. */
  async write(id: string, becomes: 'there' | 'gone', work: () => Promise<unknown>): Promise<void> {
    this.#busy.add(id);
    this.#fates.set(id, 'unknown');
    await work();
    this.#fates.set(id, becomes);
    this.#busy.delete(id);
    this.#onAcknowledged();
  }

  /** A thing that is there and that nobody is at; undefined when there is none. */
  pick(random: () => number): string | undefined {
    const idle = this.all('there').filter((id) => !this.#busy.has(id));
    return idle[Math.floor(random() * idle.length)];
  }

  all(fate: Fate): string[] {
    return [...this.#fates].filter(([, is]) => is === fate).map(([id]) => id);
  }

  is(id: string, fate: Fate): boolean {
    return this.#fates.get(id) === fate;
  }

  /** What the acknowledgements say is not so: lost, or there again. Afterwards nothing is unknown any more. */
  compare(found: ReadonlySet<string>): string[] {
    const lost = this.all('there').filter((id) => !found.has(id));
    const returned = this.all('gone').filter((id) => found.has(id));
    for (const id of this.all('unknown')) this.#fates.set(id, found.has(id) ? 'there' : 'gone');
    this.#busy.clear();
    return [...lost.map((id) => `${id} is lost`), ...returned.map((id) => `${id} is there again`)];
  }
}
