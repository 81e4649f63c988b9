import {
  anyCharacter,
  assertionOf,
  type CharTest,
  CLASSES,
  type Flags,
  type Node,
  oneCharacter,
  otherCase,
  propertyClass,
  RegexError,
} from './syntax.ts';

/** What was read: the expression, and how many groups it captures. */
export interface Parsed {
  node: Node;
  groups: number;
  /** Groups by name. */
  names: ReadonlyMap<string, number>;
}

/** Reads a regular expression of Java's. Throws RegexError, by name for what is not executed (`\1`, `(?<=`, `a++`). */
export function parseRegex(source: string): Parsed {
  return new Parser(source).parse();
}

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };
const MAX_REPEAT = 1000;

class Parser {
  readonly #source: string;
  #at = 0;
  #groups = 0;
  readonly #names = new Map<string, number>();
  #flags: Flags = { ignoresCase: false, dotAll: false, multiline: false };

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Parsed {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw this.#wrong('unmatched )');
    return { node, groups: this.#groups, names: this.#names };
  }

  #choice(): Node {
    const parts = [this.#sequence()];
    while (this.#takes('|')) parts.push(this.#sequence());
    const [only] = parts;
    return parts.length === 1 && only ? only : { kind: 'choice', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !this.#sees('|') && !this.#sees(')')) {
      const atom = this.#atom();
      if (atom) parts.push(this.#repeated(atom));
    }
    return { kind: 'sequence', parts };
  }

  #repeated(atom: Node): Node {
    let part = atom;
    for (;;) {
      const counts = this.#counts();
      if (!counts) return part;
      const [min, max] = counts;
      if (this.#takes('+')) throw this.#wrong('possessive quantifiers are not executed');
      if (min > MAX_REPEAT || (max !== Number.POSITIVE_INFINITY && max > MAX_REPEAT) || max < min)
        throw this.#wrong(`a repetition of {${min},${max}}`);
      part = { kind: 'repeat', part, min, max, isLazy: this.#takes('?') };
    }
  }

  #counts(): [min: number, max: number] | undefined {
    if (this.#takes('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#takes('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#takes('?')) return [0, 1];
    const [whole, min, comma, max] = this.#match(/\{(\d+)(,?)(\d*)\}/y) ?? [];
    if (whole === undefined) {
      if (this.#sees('{')) throw this.#wrong('an illegal repetition');
      return undefined;
    }
    if (!comma) return [Number(min), Number(min)];
    return [Number(min), max ? Number(max) : Number.POSITIVE_INFINITY];
  }

  /** Undefined for what stands for nothing: flags. */
  #atom(): Node | undefined {
    if (this.#takes('(')) return this.#group();
    if (this.#takes('[')) return this.#char(this.#class());
    if (this.#takes('.')) return this.#char(anyCharacter(this.#flags));
    if (this.#sees('*') || this.#sees('+') || this.#sees('?')) throw this.#wrong('a quantifier behind nothing');
    if (this.#takes('\\Q')) return this.#quoted();
    const sign = this.#source.slice(this.#at, this.#at + (this.#sees('\\') ? 2 : 1));
    const holds = assertionOf(sign, this.#flags);
    if (!holds) return this.#single();
    this.#at += sign.length;
    return { kind: 'assertion', holds };
  }

  #group(): Node | undefined {
    const before = this.#flags;
    const node = this.#groupBody();
    if (node) {
      if (!this.#takes(')')) throw this.#wrong('unclosed group');
      this.#flags = before;
    }
    return node;
  }

  #groupBody(): Node | undefined {
    if (!this.#takes('?')) return this.#capturing();
    if (this.#takes(':')) return this.#choice();
    if (this.#takes('=')) return { kind: 'lookahead', part: this.#choice(), isNegative: false };
    if (this.#takes('!')) return { kind: 'lookahead', part: this.#choice(), isNegative: true };
    const [, name] = this.#match(/<([a-zA-Z][a-zA-Z0-9]*)>/y) ?? [];
    if (name !== undefined) return this.#capturing(name);
    const [, on, off, end] = this.#match(/([ismu]*)(?:-([ismu]+))?([:)])/y) ?? [];
    if (on === undefined) throw this.#wrong('lookbehinds, atomic groups and other flags are not executed');
    const set = (letters: string, value: boolean) => {
      if (letters.includes('i')) this.#flags = { ...this.#flags, ignoresCase: value };
      if (letters.includes('s')) this.#flags = { ...this.#flags, dotAll: value };
      if (letters.includes('m')) this.#flags = { ...this.#flags, multiline: value };
    };
    set(on, true);
    set(off ?? '', false);
    return end === ':' ? this.#choice() : undefined;
  }

  #capturing(name?: string): Node {
    this.#groups += 1;
    const index = this.#groups;
    if (name !== undefined) this.#names.set(name, index);
    return { kind: 'group', part: this.#choice(), index };
  }

  #quoted(): Node {
    const end = this.#source.indexOf('\\E', this.#at);
    const text = this.#source.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#source.length : end + 2;
    return { kind: 'sequence', parts: [...text].map((char) => this.#literal(char.codePointAt(0) ?? 0)) };
  }

  #single(): Node {
    const set = this.#escapedClass();
    return set ? this.#char(set) : this.#literal(this.#code());
  }

  #literal(code: number): Node {
    const test = oneCharacter(code, this.#flags);
    return { kind: 'char', test, ...(!this.#flags.ignoresCase && { literal: String.fromCodePoint(code) }) };
  }

  #char(test: CharTest): Node {
    return { kind: 'char', test };
  }

  /** `\d`, `\p{L}`, `\PL`; undefined where something else stands. */
  #escapedClass(): CharTest | undefined {
    const [, letter] = this.#match(/\\([dDwWsShH])/y) ?? [];
    if (letter !== undefined) return CLASSES[letter];
    const [, sign, long, short] = this.#match(/\\([pP])(?:\{([^}]+)\}|([A-Z]))/y) ?? [];
    if (sign === undefined) return undefined;
    const test = propertyClass(long ?? short ?? '');
    return sign === 'p' ? test : (code) => !test(code);
  }

  /** One character, escaped or not. */
  #code(): number {
    if (!this.#takes('\\')) return this.#next();
    const [, hex, unicode, wide] = this.#match(/(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|x\{([\da-fA-F]+)\})/y) ?? [];
    const digits = hex ?? unicode ?? wide;
    if (digits !== undefined) return Number.parseInt(digits, 16);
    const [, octal] = this.#match(/0([0-3]?[0-7]{1,2})/y) ?? [];
    if (octal !== undefined) return Number.parseInt(octal, 8);
    const code = this.#next();
    const char = String.fromCodePoint(code);
    if (Object.hasOwn(CONTROLS, char)) return CONTROLS[char] ?? code;
    if (/[1-9k]/.test(char)) throw this.#wrong('references to groups are not executed');
    if (/[a-zA-Z]/.test(char)) throw this.#wrong(`the escape \\${char} is not executed`);
    return code;
  }

  /** `[a-z&&[^b]]`, after its bracket. */
  #class(): CharTest {
    const isNegative = this.#takes('^');
    const tests: CharTest[] = [];
    const narrowed: CharTest[] = [];
    for (let isFirst = true; isFirst || !this.#sees(']'); isFirst = false) {
      if (this.#at >= this.#source.length) throw this.#wrong('unclosed character class');
      if (this.#takes('&&')) narrowed.push(this.#rest());
      else tests.push(this.#classPart());
    }
    this.#at += 1;
    const inside: CharTest = (code) =>
      (tests.length === 0 || tests.some((test) => test(code))) && narrowed.every((test) => test(code));
    return isNegative ? (code) => !inside(code) : inside;
  }

  /** What stands behind `&&`, up to the next one or the end of the class. */
  #rest(): CharTest {
    const tests: CharTest[] = [];
    while (!this.#sees(']') && !this.#sees('&&')) tests.push(this.#classPart());
    return (code) => tests.some((test) => test(code));
  }

  #classPart(): CharTest {
    if (this.#takes('[')) return this.#class();
    const set = this.#escapedClass();
    if (set) return set;
    const from = this.#code();
    const isRange = this.#sees('-') && this.#source[this.#at + 1] !== ']' && this.#source[this.#at + 1] !== '[';
    if (!isRange) return oneCharacter(from, this.#flags);
    this.#at += 1;
    const to = this.#code();
    if (to < from) throw this.#wrong('an illegal character range');
    const isIn: CharTest = (code) => code >= from && code <= to;
    return this.#flags.ignoresCase ? (code) => isIn(code) || isIn(otherCase(code)) : isIn;
  }

  #next(): number {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) throw this.#wrong('it ends in the middle');
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  #sees(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #takes(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found) this.#at += found[0].length;
    return found;
  }

  #wrong(reason: string): RegexError {
    return new RegexError(`the regular expression '${this.#source}' at ${this.#at}: ${reason}`);
  }
}
