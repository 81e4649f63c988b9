import { parseJson } from '../core/boundedJson.ts';
import type { Taker } from '../core/service.ts';
import { compilePattern } from '../patterns/pattern.ts';
import type { Rule } from './rules.ts';

/** What the rules that wait for events make of this one. */
export function takersOf(rules: readonly Rule[], said: string | object): Taker[] {
  const event = typeof said === 'string' ? eventIn(said) : said;
  return rules.flatMap(({ arn, targets, eventPattern: pattern, state }): Taker[] => {
    if (pattern === undefined) return [];
    const taker = { arn, targets: targets.map(({ Arn }) => Arn), pattern };
    if (state === 'DISABLED') return [{ ...taker, matched: false, reason: 'the rule is disabled' }];
    return [{ ...taker, ...compilePattern(pattern, 'events').matches(event) }];
  });
}

function eventIn(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
