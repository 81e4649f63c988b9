import { createHash } from 'node:crypto';

const NUMBERS = [
  'none',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const THOUSANDS = new Intl.NumberFormat('en-GB');

/** A number as a sentence says it: up to twelve as a word, more with commas between thousands. */
export const inWords = (count: number): string => NUMBERS[count] ?? THOUSANDS.format(count);

/** A number in figures: `12,300`. */
export const inFigures = (count: number): string => THOUSANDS.format(count);

/** `one day`, `two days`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${inWords(count)} ${count === 1 ? one : many}`;

/** `a Pebblo`, `an Emberling`. */
export const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** An id as the name of its kind: `pebblo` is a Pebblo. */
export const titled = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1);

/** Milliseconds as people say them: `812 ms`, `7.2 s`. */
export const duration = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

/** How much of a name a sentence has room for. */
const LONGEST_NAME = 64;

export const shortened = (name: string): string =>
  name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1).trimEnd()}…` : name;

const FIRST = 'Crooked Quiet Little Upper Lower Stony Misty Hollow Long Broken Silver Windy Foggy Sunken Old Far'.split(
  ' ',
);
const SECOND =
  'Harbour Meadow Bridge Chapel Orchard Ferry Mill Hill Market Garden Crossing Forest Valley Square Lantern Tower'.split(
    ' ',
  );

/** What a town is called: the same name for the same game, whoever asks. Others may have it, too: there are 256. */
export function townOf(gameId: string): string {
  const [first = 0, second = 0] = createHash('sha256').update(gameId).digest();
  return `${FIRST[first % FIRST.length]} ${SECOND[second % SECOND.length]}`;
}

/** An id that says nothing of what it is made from: events' ids may name players. */
export const blindId = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
