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

const SPECIAL = /\$\{([^}]*)\}|[*?]/g;

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
  if (parts.every((part) => 'literal' in part)) {
    const wanted = parts.map((part) => part.literal).join('');
    if (!ignoreCase) return (text) => text === wanted;
    const lower = wanted.toLowerCase();
    return (text) => text.toLowerCase() === lower;
  }
  const only = parts[0];
  if (parts.length === 1 && only && 'wild' in only && only.wild === '*') return () => true;
  const expression = new RegExp(`^${arn ? arnSource(parts) : globSource(parts)}$`, ignoreCase ? 'is' : 's');
  return (text) => expression.test(text);
}

const escapeForRegExp = (text: string) => text.replace(/[.+^${}()|[\]\\*?]/g, '\\$&');

function globSource(parts: Part[]): string {
  return parts
    .map((part) =>
      'literal' in part ? escapeForRegExp(part.literal) : 'wild' in part && part.wild === '*' ? '.*' : '.',
    )
    .join('');
}

/** How many colons stand before the resource part of an ARN. */
const ARN_COLONS = 5;

function arnSource(parts: Part[]): string {
  let colons = 0;
  let source = '';
  for (const part of parts) {
    if ('literal' in part) {
      colons += part.literal.split(':').length - 1;
      source += escapeForRegExp(part.literal);
    } else {
      const any = colons < ARN_COLONS ? '[^:]' : '.';
      source += 'wild' in part && part.wild === '*' ? `${any}*` : any;
    }
  }
  return source;
}
