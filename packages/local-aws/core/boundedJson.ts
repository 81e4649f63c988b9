/** What JSON from outside may be at the most. */
export interface JsonBounds {
  /**
   * How deep it nests. AWS names no figure but DynamoDB's 32; 1000 is what Jackson takes, which most of its services read
   * JSON with. `JSON.stringify`, and whatever walks by recursion, ends in a RangeError a few thousand levels down.
   */
  levels: number;
  /**
   * How many values it has, in objects and lists of all levels. AWS bounds bytes only, but checks them without a process
   * that others wait for: 16 MB of `{}` are five million values, and their error messages fill any heap.
   */
  values: number;
}

const BOUNDS: JsonBounds = { levels: 1000, values: 250_000 };

/** The JSON is beyond its bounds. It is a SyntaxError: to whoever reads it, it is no JSON. */
export class JsonBoundsError extends SyntaxError {
  override readonly name = 'JsonBoundsError';
}

/**
 * `JSON.parse` for text that comes from outside: from a client, a template, a function. Nothing is built of text that is
 * beyond the bounds. Throws SyntaxError.
 */
export function parseJson(text: string, bounds: Partial<JsonBounds> = {}): unknown {
  checkBounds(text, { ...BOUNDS, ...bounds });
  return JSON.parse(text);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** Square and curly brackets differ in this one bit. */
const CURLY = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** One pass over the text, in which each value follows a bracket or a comma; what is no JSON is `JSON.parse`'s to say. */
function checkBounds(text: string, { levels, values }: JsonBounds): void {
  // A level and a value cost a character at least.
  if (text.length <= levels && text.length <= values) return;
  let depth = 0;
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) count += 1;
    else if ((code | CURLY) === OPENING) {
      depth += 1;
      count += 1;
      if (depth > levels) throw new JsonBoundsError(`it nests more than ${levels} levels deep`);
    } else if ((code | CURLY) === CLOSING) depth -= 1;
    if (count > values) throw new JsonBoundsError(`it has more than ${values} values`);
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length && text.charCodeAt(at) !== QUOTE; at += 1) if (text.charCodeAt(at) === BACKSLASH) at += 1;
  return at;
}

/** Deeper than any message of people's own. */
const MESSAGE_LEVELS = 200;

/** The object or list that a text is as JSON; undefined where it is neither. */
export function structureIn(text: string): object | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return parseJson(text, { levels: MESSAGE_LEVELS }) as object;
  } catch {
    return undefined;
  }
}
