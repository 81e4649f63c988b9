import { ANY_TEXT, ANY_UNIT, globMatcher, type Unit, unitsOf } from '../core/glob.ts';
import type { RequestKeys } from './requestKeys.ts';

/** Says whether a text fits. */
export type Matcher = (text: string) => boolean;

/**
 * A pattern of a policy, ready to be asked. Undefined for a request that lacks a policy variable that the pattern
 * holds: then the statement does not apply.
 */
export type Pattern = (keys: RequestKeys) => Matcher | undefined;

/** How a pattern is compared. */
export interface PatternKind {
  /** `*` and `?` are wildcards. */
  wildcards: boolean;
  ignoreCase?: boolean;
  /** In a condition on ARNs no wildcard reaches over one of the first five colons. */
  arn?: boolean;
}

type Part = { literal: string } | { wild: '*' | '?' } | { variable: string; fallback: string | undefined };

/** No variable's name holds a brace: a text of nothing but `${` is read in one go. */
const SPECIAL = /\$\{([^{}]*)\}|[*?]/g;

/**
 * Compiles a text of a policy. With `variables` (policies of Version 2012-10-17) it may hold policy variables such as
 * `${aws:PrincipalArn}`, with a default as in `${aws:username, 'nobody'}`, and the literals `${*}`, `${?}` and `${$}`.
 * What a variable stands for is taken literally: a `*` in it is no wildcard.
 */
export function compilePattern(text: string, kind: PatternKind, variables: boolean): Pattern {
  const parts = partsOf(text, kind.wildcards, variables);
  if (parts.some((part) => 'variable' in part)) {
    return (keys) => {
      const resolved = resolve(parts, keys);
      return resolved && matcherOf(resolved, kind);
    };
  }
  const matcher = matcherOf(parts, kind);
  return () => matcher;
}

function partsOf(text: string, wildcards: boolean, variables: boolean): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(SPECIAL)) {
    const [found, inner] = match;
    const isVariable = inner !== undefined;
    if (isVariable ? !variables : !wildcards) continue;
    if (match.index > end) parts.push({ literal: text.slice(end, match.index) });
    end = match.index + found.length;
    if (!isVariable) parts.push({ wild: found === '*' ? '*' : '?' });
    else if (inner === '*' || inner === '?' || inner === '$') parts.push({ literal: inner });
    else {
      const [name = '', fallback] = inner.split(',').map((piece) => piece.trim());
      parts.push({ variable: name, fallback: fallback?.replace(/^'(.*)'$/s, '$1') });
    }
  }
  if (end < text.length) parts.push({ literal: text.slice(end) });
  return parts;
}

function resolve(parts: Part[], keys: RequestKeys): Part[] | undefined {
  const resolved: Part[] = [];
  for (const part of parts) {
    if (!('variable' in part)) resolved.push(part);
    else {
      const value = keys.single(part.variable) ?? part.fallback;
      if (value === undefined) return undefined;
      resolved.push({ literal: value });
    }
  }
  return resolved;
}

function matcherOf(parts: Part[], { ignoreCase = false, arn = false }: PatternKind): Matcher {
  const cased = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  if (parts.every((part) => 'literal' in part)) {
    const wanted = cased(parts.map((part) => part.literal).join(''));
    return (text) => cased(text) === wanted;
  }
  const [only] = parts;
  if (parts.length === 1 && only && 'wild' in only && only.wild === '*') return () => true;
  const units = parts.flatMap((part): Unit[] => {
    if ('literal' in part) return [...unitsOf(cased(part.literal))];
    return ['wild' in part && part.wild === '*' ? ANY_TEXT : ANY_UNIT];
  });
  const fits = arn ? arnMatcher(units) : globMatcher(units);
  return (text) => fits(cased(text));
}

const COLON = ':'.charCodeAt(0);

/** How many colons stand before the resource part of an ARN. */
const ARN_COLONS = 5;

/** Each part of an ARN is compared by itself; only the last one, which names the resource, may hold colons. */
function arnMatcher(units: readonly Unit[]): Matcher {
  const fields: Unit[][] = [[]];
  for (const unit of units) {
    if (unit === COLON && fields.length <= ARN_COLONS) fields.push([]);
    else fields.at(-1)?.push(unit);
  }
  const matchers = fields.map(globMatcher);
  return (text) => {
    const found = arnFields(text);
    return found.length === matchers.length && matchers.every((fits, index) => fits(found[index] ?? ''));
  };
}

function arnFields(text: string): string[] {
  const fields: string[] = [];
  let start = 0;
  for (let end = text.indexOf(':'); end >= 0 && fields.length < ARN_COLONS; end = text.indexOf(':', start)) {
    fields.push(text.slice(start, end));
    start = end + 1;
  }
  return [...fields, text.slice(start)];
}
