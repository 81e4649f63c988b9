/** What expressions in a prefix stand for. */
export interface PrefixValues {
  /** The arrival of the oldest record in the object, in milliseconds since the epoch. */
  oldestMs: number;
  /** What the query has found in the records, by its names. */
  partition?: Readonly<Record<string, string>>;
  errorType?: string;
  randomString: string;
}

/** A prefix of objects' names, compiled. */
export interface Prefix {
  text: string;
  /** The names of the query that it uses. */
  queryNames: readonly string[];
  hasExpressions: boolean;
  hasErrorType: boolean;
  evaluate(values: PrefixValues): string;
}

/** What stands before an object's name where nothing else is said. */
export const DEFAULT_PREFIX = '!{timestamp:yyyy/MM/dd/HH/}';

type Part = (values: PrefixValues) => string;

/**
 * Compiles a prefix. Throws a TypeError with a sentence for what is not evaluated.
 * https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */
export function compilePrefix(text: string): Prefix {
  const queryNames: string[] = [];
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(/!\{([^}]*)\}/g)) {
    const literal = text.slice(end, match.index);
    const [, expression = ''] = match;
    const colon = expression.indexOf(':');
    const [namespace, value] = [expression.slice(0, colon), expression.slice(colon + 1)];
    if (namespace === 'partitionKeyFromQuery') queryNames.push(value);
    parts.push(() => literal, partOf(namespace, value, expression));
    end = match.index + match[0].length;
  }
  const rest = text.slice(end);
  if (rest.includes('!{')) throw new TypeError(`the expression in '${rest}' has no end`);
  parts.push(() => rest);
  return {
    text,
    queryNames,
    hasExpressions: text.includes('!{'),
    hasErrorType: text.includes('!{firehose:error-output-type}'),
    evaluate: (values) => parts.map((part) => part(values)).join(''),
  };
}

function partOf(namespace: string, value: string, expression: string): Part {
  if (namespace === 'timestamp') return timestamp(value);
  if (namespace === 'partitionKeyFromQuery') return ({ partition }) => partition?.[value] ?? '';
  if (expression === 'firehose:error-output-type') return ({ errorType }) => errorType ?? '';
  if (expression === 'firehose:random-string') return ({ randomString }) => randomString;
  throw new TypeError(`the expression !{${expression}} is not supported by local-aws`);
}

/** The letters of Java's DateTimeFormatter that stand for parts of a time in UTC, by their place in ISO 8601. */
const LETTERS: Readonly<Record<string, readonly [from: number, to: number]>> = {
  yyyy: [0, 4],
  MM: [5, 7],
  dd: [8, 10],
  HH: [11, 13],
  mm: [14, 16],
  ss: [17, 19],
};

/** https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html */
function timestamp(pattern: string): Part {
  const parts: Part[] = [];
  for (const [token] of pattern.matchAll(/'[^']*'|([a-zA-Z])\1*|[^a-zA-Z']/g)) {
    const place = LETTERS[token];
    if (place) parts.push(({ oldestMs }) => new Date(oldestMs).toISOString().slice(...place));
    else if (/^[a-zA-Z]/.test(token))
      throw new TypeError(
        `'${token}' in the timestamp '${pattern}' is not supported: ${Object.keys(LETTERS).join(', ')} are`,
      );
    else {
      const literal = token === "''" ? "'" : token.replaceAll("'", '');
      parts.push(() => literal);
    }
  }
  return (values) => parts.map((part) => part(values)).join('');
}

/** A time as it stands in an object's name, `2030-01-31-23-59-59`, in UTC. */
export const suffixTime = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
