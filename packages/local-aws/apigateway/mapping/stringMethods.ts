import { Regex } from '../../core/regex/regex.ts';
import type { JavaDouble } from './arithmetic.ts';
import type { Work } from './work.ts';

/** The methods of `java.lang.String` that take a regular expression, which is their first argument. */
export const REGEX_METHODS: ReadonlySet<string> = new Set(['matches', 'replaceAll', 'replaceFirst', 'split']);

/** What a match costs beside finding it. */
const MATCH_STEPS = 30;

const regexes = new Map<string, Regex>();
const MAX_KEPT = 500;

/** A pattern may be made of what a client sends: only so many are kept. */
function regexOf(pattern: string, work: Work): Regex {
  let regex = regexes.get(pattern);
  if (!regex) {
    work.charge(pattern.length * 10);
    regex = new Regex(pattern);
    if (regexes.size >= MAX_KEPT) regexes.clear();
    regexes.set(pattern, regex);
  }
  return regex;
}

type StringMethod = (text: string, work: Work, ...args: never[]) => unknown;

/** The methods of `java.lang.String`. */
export const stringMethods: Record<string, StringMethod> = {
  charAt: (text, _work, at: number) => text[within(text, at, text.length - 1)],
  compareTo: (text, _work, other: string) => (text < other ? -1 : Number(text > other)),
  concat: (text, work, more: string) => work.copied(text + more),
  contains: (text, work, part: string) => searched(text, work).includes(part),
  endsWith: (text, _work, part: string) => text.endsWith(part),
  equals: (text, _work, other: unknown) => text === other,
  equalsIgnoreCase: (text, work, other: string) =>
    searched(text, work).toLowerCase() === searched(String(other), work).toLowerCase(),
  indexOf: (text, work, part: string, from?: number) => searched(text, work).indexOf(part, from),
  isEmpty: (text) => text === '',
  lastIndexOf: (text, work, part: string) => searched(text, work).lastIndexOf(part),
  length: (text) => text.length,
  matches: (text, work, pattern: string) => regexOf(pattern, work).fits(text, work.charge),
  replace: (text, work, part: string, by: string) => replaced(text, part, by, work),
  replaceAll: (text, work, pattern: string, by: string) => replacedAll(text, regexOf(pattern, work), by, work),
  replaceFirst: (text, work, pattern: string, by: string) => replacedAll(text, regexOf(pattern, work), by, work, 1),
  split: (text, work, pattern: string, limit?: number) => split(text, regexOf(pattern, work), work, limit),
  startsWith: (text, _work, part: string) => text.startsWith(part),
  substring: (text, _work, from: number, to = text.length) =>
    text.slice(within(text, from, to), within(text, to, text.length)),
  toLowerCase: (text, work) => searched(text, work).toLowerCase(),
  toString: (text: string) => text,
  toUpperCase: (text, work) => searched(text, work).toUpperCase(),
  trim: (text, work) => trimmed(searched(text, work)),
};

/** Of all characters up to the blank; a regular expression would try each run of them to its end. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(start, end);
}

const searched = (text: string, work: Work) => work.copied(text);

/** Throws RangeError, as Java does. */
function within(text: string, at: number | JavaDouble, most: number): number {
  if (typeof at !== 'number' || !(at >= 0 && at <= most))
    throw new RangeError(`index ${at} of a text that has ${text.length} characters`);
  return at;
}

function replaced(text: string, part: string, by: string, work: Work): string {
  const parts = searched(text, work).split(part);
  work.charge(parts.length + (parts.length * String(by).length) / 8);
  return parts.join(by);
}

function replacedAll(text: string, regex: Regex, by: string, work: Work, times = Number.POSITIVE_INFINITY): string {
  let result = '';
  let rest = 0;
  for (const match of matchesOf(text, regex, work, times)) {
    result += work.copied(text.slice(rest, match.start) + replacement(by, match.groups, regex));
    rest = match.end;
  }
  return result + work.copied(text.slice(rest));
}

function* matchesOf(text: string, regex: Regex, work: Work, times: number) {
  let from = 0;
  for (let count = 0; count < times && from <= text.length; count += 1) {
    const match = regex.find(text, from, work.charge);
    if (!match) return;
    work.charge(MATCH_STEPS);
    yield match;
    from = match.end > match.start ? match.end : match.end + 1;
  }
}

/** Java writes a literal character as `\x`, groups as `$1` and `${name}`. Throws for a group that is not there. */
function replacement(by: string, groups: readonly (string | undefined)[], { names }: Regex): string {
  return by.replace(/\\(.?)|\$(?:(\d)|\{(\w+)\})?/gs, (_all, escaped?: string, digit?: string, name?: string) => {
    if (escaped) return escaped;
    const index = digit === undefined ? names.get(name ?? '') : Number(digit);
    if (index === undefined || index >= groups.length) throw new Error(`Illegal group reference in '${by}'`);
    return groups[index] ?? '';
  });
}

/** Java drops empty parts at the end, and what is empty before a match of nothing at the start. */
function split(text: string, regex: Regex, work: Work, limit = 0): string[] {
  const parts: string[] = [];
  let rest = 0;
  const times = limit > 0 ? limit - 1 : Number.POSITIVE_INFINITY;
  for (const { start, end } of matchesOf(text, regex, work, times)) {
    if (end === 0 || (start === end && start === text.length)) continue;
    parts.push(work.copied(text.slice(rest, start)));
    rest = end;
  }
  parts.push(work.copied(text.slice(rest)));
  while (limit === 0 && parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts;
}
