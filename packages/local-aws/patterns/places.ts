/** Where in a pattern something stands that is refused: a member of an object or list, else the end of it. */
export interface Place {
  holder: object;
  key?: string | number;
  /** AWS's parser had read the text to its end by then; else it stands behind the opening quote. */
  isRead?: boolean;
  /** Inside lists of `anything-but` the place is named twice. */
  isTwice?: boolean;
}

/** The whole pattern, which is no object. */
export const ROOT_PLACE: Place = { holder: { 'the whole': 'pattern' } };

/**
 * How AWS says where: ` at [Source: (String)"..."; line: 1, column: 9]`, on a line of its own; it counts from 1, and names the place behind
 * what its parser had come to. Empty when the place is not in the text. `parsed` is what the text says.
 *
 * https://github.com/aws/event-ruler (JsonRuleCompiler)
 */
export function saidPlace(text: string, parsed: unknown, place: Place): string {
  const offset = new Walk(text, place).offsetIn(parsed);
  if (offset === undefined) return '';
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const said = `\n at [Source: (String)"${text}"; line: ${line}, column: ${offset - before.lastIndexOf('\n')}]`;
  return place.isTwice ? said + said : said;
}

const PLAIN = /[^\s,:\]}]+/y;
const BLANK = /[\s,:]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;

/** Goes through JSON text and through what it says, side by side, until it has come to a place. */
class Walk {
  readonly #text: string;
  readonly #place: Place;
  #at = 0;
  #found: number | undefined;

  constructor(text: string, place: Place) {
    this.#text = text;
    this.#place = place;
  }

  offsetIn(parsed: unknown): number | undefined {
    this.#value(parsed, this.#place === ROOT_PLACE);
    return this.#found;
  }

  #value(value: unknown, isIt: boolean): void {
    this.#take(BLANK);
    const opening = this.#text[this.#at];
    if (opening === '{' || opening === '[') {
      this.#container(value, opening, isIt);
      return;
    }
    const start = this.#at;
    this.#take(opening === '"' ? STRING : PLAIN);
    if (isIt) this.#found = opening === '"' && !this.#place.isRead ? start + 1 : this.#at;
  }

  #container(value: unknown, opening: string, isIt: boolean): void {
    this.#at += 1;
    if (isIt) this.#found = this.#at;
    const closing = opening === '{' ? '}' : ']';
    for (let index = 0; ; index += 1) {
      this.#take(BLANK);
      if (this.#at >= this.#text.length) return;
      if (this.#text[this.#at] === closing) break;
      const key = opening === '{' ? String(JSON.parse(this.#take(STRING))) : index;
      // Of a key that stands there twice the last counts, as it does for what was parsed.
      this.#value((value as Record<string | number, unknown> | undefined)?.[key], this.#isPlace(value, key));
    }
    this.#at += 1;
    if (this.#isPlace(value, undefined)) this.#found = this.#at;
  }

  #isPlace(value: unknown, key: string | number | undefined): boolean {
    return value === this.#place.holder && key === this.#place.key;
  }

  #take(what: RegExp): string {
    what.lastIndex = this.#at;
    const [taken = ''] = what.exec(this.#text) ?? [];
    this.#at += taken.length;
    return taken;
  }
}
