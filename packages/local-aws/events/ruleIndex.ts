import { parseJson } from '../core/boundedJson.ts';
import { compilePattern, type MatchResult, type Pattern } from '../patterns/pattern.ts';
import type { BusEvent } from './busEvent.ts';
import type { Rule } from './rules.ts';

/** A rule that did not take an event, and which field decided. */
export interface Miss extends Extract<MatchResult, { matched: false }> {
  rule: Rule;
  /** It takes no event of this source and type, whatever else is in it. */
  isOfKind: boolean;
}

/** What the rules of a bus make of an event. */
export interface Matches {
  taken: Rule[];
  missed: Miss[];
}

interface Compiled {
  rule: Rule;
  /** What the pattern says of the source and the type; most rules decide by these. Undefined when it says nothing of them. */
  head: Pattern | undefined;
  /** All of it; undefined when it says no more than the head. */
  whole: Pattern | undefined;
}

/** What is known of all events of one source and type. */
interface OfKind {
  candidates: Compiled[];
  missed: Miss[];
}

/** So many kinds of events are remembered; sources with ids in them must not fill the memory. */
const MOST_KINDS = 1000;
const HEAD = ['source', 'detail-type'] as const;

/** The patterns of a bus's rules, compiled once. Which rules can take an event of some source and type is found out once for each. */
export class RuleIndex {
  readonly #compiled: Compiled[];
  readonly #byKind = new Map<string, OfKind>();

  constructor(rules: readonly Rule[]) {
    this.#compiled = rules.flatMap((rule) =>
      rule.eventPattern === undefined ? [] : compiled(rule, rule.eventPattern),
    );
  }

  match(event: BusEvent): Matches {
    const { candidates, missed } = this.#ofKind(event);
    const matches: Matches = { taken: [], missed: [...missed] };
    for (const { rule, whole } of candidates) {
      const result = whole?.matches(event);
      if (result === undefined || result.matched) matches.taken.push(rule);
      else matches.missed.push({ ...result, rule, isOfKind: false });
    }
    return matches;
  }

  #ofKind(event: BusEvent): OfKind {
    const key = `${event.source.length} ${event.source}${event['detail-type']}`;
    const known = this.#byKind.get(key);
    if (known) return known;
    const found: OfKind = { candidates: [], missed: [] };
    for (const one of this.#compiled) {
      const result = one.head?.matches(event);
      if (result === undefined || result.matched) found.candidates.push(one);
      else found.missed.push({ ...result, rule: one.rule, isOfKind: true });
    }
    if (this.#byKind.size >= MOST_KINDS) this.#byKind.clear();
    this.#byKind.set(key, found);
    return found;
  }
}

function compiled(rule: Rule, text: string): Compiled {
  const pattern = parseJson(text) as Record<string, unknown>;
  const names = HEAD.filter((name) => Array.isArray(pattern[name]));
  const head = Object.fromEntries(names.map((name) => [name, pattern[name]]));
  const saysMore = Object.keys(pattern).length > names.length;
  return {
    rule,
    head: names.length > 0 ? compilePattern(head, 'events') : undefined,
    whole: saysMore ? compilePattern(text, 'events') : undefined,
  };
}
