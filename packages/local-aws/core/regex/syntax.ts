/** Whether a character, by its code point, is one of a set. */
export type CharTest = (code: number) => boolean;

/** What a regular expression consists of. */
export type Node =
  | { kind: 'char'; test: CharTest; literal?: string }
  | { kind: 'sequence' | 'choice'; parts: Node[] }
  | { kind: 'repeat'; part: Node; min: number; max: number; isLazy: boolean }
  | { kind: 'group'; part: Node; index: number }
  | { kind: 'assertion'; holds: (text: string, at: number) => boolean }
  | { kind: 'lookahead'; part: Node; isNegative: boolean };

/** How characters are compared, as `(?i)`, `(?s)` and `(?m)` say. */
export interface Flags {
  ignoresCase: boolean;
  dotAll: boolean;
  multiline: boolean;
}

/** A regular expression that cannot be read, or asks for what is not executed. */
export class RegexError extends SyntaxError {
  override readonly name = 'RegexError';
}

const LINE_ENDS: ReadonlySet<number> = new Set([0x0a, 0x0d, 0x85, 0x2028, 0x2029]);

/** What `.` stands for. */
export const anyCharacter = ({ dotAll }: Flags): CharTest => (dotAll ? () => true : (code) => !LINE_ENDS.has(code));

/** One character, as it is written or in the other case. */
export function oneCharacter(code: number, { ignoresCase }: Flags): CharTest {
  const other = ignoresCase ? otherCase(code) : code;
  return (found) => found === code || found === other;
}

/** Java's `(?i)` knows ASCII only. */
export function otherCase(code: number): number {
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return isLetter ? code ^ 0x20 : code;
}

const isWord = (code: number) =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x61 && code <= 0x7a);
const isDigit = (code: number) => code >= 0x30 && code <= 0x39;
const isSpace = (code: number) => code === 0x20 || (code >= 0x09 && code <= 0x0d);
const isHorizontal = (code: number) =>
  code === 0x09 ||
  code === 0x20 ||
  code === 0xa0 ||
  /^[\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]$/.test(charOf(code));
const not =
  (test: CharTest): CharTest =>
  (code) =>
    !test(code);

/** The sets that a letter behind a backslash names. */
export const CLASSES: Readonly<Record<string, CharTest>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
  h: isHorizontal,
  H: not(isHorizontal),
};

const inSet =
  (set: RegExp): CharTest =>
  (code) =>
    set.test(charOf(code));

const POSIX: Readonly<Record<string, CharTest>> = {
  Lower: inSet(/^[a-z]$/),
  Upper: inSet(/^[A-Z]$/),
  ASCII: (code) => code < 0x80,
  Alpha: inSet(/^[a-zA-Z]$/),
  Digit: isDigit,
  Alnum: inSet(/^[a-zA-Z0-9]$/),
  Punct: inSet(/^[!-/:-@[-`{-~]$/),
  Graph: inSet(/^[!-~]$/),
  Print: inSet(/^[ -~]$/),
  Blank: inSet(/^[ \t]$/),
  Cntrl: (code) => code < 0x20 || code === 0x7f,
  XDigit: inSet(/^[0-9a-fA-F]$/),
  Space: isSpace,
};

/** `\p{Alpha}`, `\p{L}`, `\p{IsLatin}`. Throws RegexError for a name that is none. */
export function propertyClass(name: string): CharTest {
  const known = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
  return known ?? inSet(unicodeProperty(name));
}

function unicodeProperty(name: string): RegExp {
  const bare = name.replace(/^(Is|In)/, '');
  for (const property of [name, bare, `Script=${bare}`]) {
    try {
      return new RegExp(`^\\p{${property}}$`, 'u');
    } catch {
      // It may be the name of something else.
    }
  }
  throw new RegexError(`unknown character property {${name}}`);
}

/** Surrogates that stand alone are characters too. */
export const charOf = (code: number): string => String.fromCodePoint(code);

/** What `^`, `$`, `\b` and their like ask of a place in the text. */
export function assertionOf(sign: string, { multiline }: Flags): ((text: string, at: number) => boolean) | undefined {
  switch (sign) {
    case '^':
      return multiline ? (text, at) => at === 0 || isLineEnd(text, at - 1) : (_text, at) => at === 0;
    case '\\A':
      return (_text, at) => at === 0;
    case '$':
      return multiline ? (text, at) => at === text.length || isLineEnd(text, at) : isBeforeLastLineEnd;
    case '\\Z':
      return isBeforeLastLineEnd;
    case '\\z':
      return (text, at) => at === text.length;
    case '\\b':
      return isBoundary;
    case '\\B':
      return (text, at) => !isBoundary(text, at);
    default:
      return undefined;
  }
}

const isLineEnd = (text: string, at: number) => LINE_ENDS.has(text.charCodeAt(at));

/** As Java has `$`: a line end that closes the text may follow. */
function isBeforeLastLineEnd(text: string, at: number): boolean {
  const rest = text.length - at;
  return rest === 0 || (rest === 1 && isLineEnd(text, at)) || (rest === 2 && text.endsWith('\r\n'));
}

const isBoundary = (text: string, at: number) => isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at));
