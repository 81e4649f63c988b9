import { type Charge, run } from './machine.ts';
import { parseRegex } from './parse.ts';
import { compile, type Program } from './program.ts';
import type { Node } from './syntax.ts';

export type { Charge } from './machine.ts';
export { RegexError } from './syntax.ts';

/** Where a text fits. */
export interface RegexMatch {
  start: number;
  end: number;
  /** What the groups captured, the whole at 0; undefined for a group that took no part. */
  groups: (string | undefined)[];
}

/**
 * A regular expression as Java's `Pattern` reads it, whose matching takes time in proportion to the text, whatever it is
 * (all ways through it are gone at once): templates are matched with what clients send. What cannot be done so
 * (references to groups, lookbehinds, possessive quantifiers) is refused by name; a lookahead starts anew at each place.
 */
export class Regex {
  readonly #program: Program;
  readonly #groups: number;
  readonly #literal: string | undefined;
  readonly names: ReadonlyMap<string, number>;

  /** Throws RegexError. */
  constructor(source: string) {
    const { node, groups, names } = parseRegex(source);
    this.#groups = groups;
    this.names = names;
    this.#literal = literalOf(node);
    this.#program = compile(node);
  }

  /** Whether the whole text fits. */
  fits(text: string, charge?: Charge): boolean {
    if (this.#literal !== undefined) return text === this.#literal;
    const search = { text, from: 0, isAnchored: true, isWhole: true, slots: 0, charge };
    return run(this.#program, search) !== undefined;
  }

  /** Whether some part of the text fits. */
  isIn(text: string, charge?: Charge): boolean {
    if (this.#literal !== undefined) return text.includes(this.#literal);
    return run(this.#program, { text, from: 0, isAnchored: false, isWhole: false, slots: 0, charge }) !== undefined;
  }

  /** The first place from `from` on, the leftmost, as Java prefers it among those. */
  find(text: string, from = 0, charge?: Charge): RegexMatch | undefined {
    if (this.#literal !== undefined) return literalMatch(text, this.#literal, from, charge);
    const slots = 2 * (this.#groups + 1);
    const found = run(this.#program, { text, from, isAnchored: false, isWhole: false, slots, charge });
    if (!found) return undefined;
    const groups: (string | undefined)[] = [];
    for (let slot = 0; slot < slots; slot += 2) {
      const [start, end] = [found[slot] ?? -1, found[slot + 1] ?? -1];
      groups.push(start < 0 || end < 0 ? undefined : text.slice(start, end));
    }
    return { start: found[0] ?? 0, end: found[1] ?? 0, groups };
  }
}

function literalMatch(text: string, literal: string, from: number, charge: Charge | undefined): RegexMatch | undefined {
  const start = text.indexOf(literal, from);
  charge?.(((start < 0 ? text.length : start) - from) / 8 + 1);
  return start < 0 ? undefined : { start, end: start + literal.length, groups: [literal] };
}

function literalOf(node: Node): string | undefined {
  if (node.kind === 'char') return node.literal;
  if (node.kind !== 'sequence') return undefined;
  const parts = node.parts.map(literalOf);
  return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
}
