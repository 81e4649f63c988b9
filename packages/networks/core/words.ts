import { byText } from './json.ts';
import type { Edge, Node } from './network.ts';
import type { Json, Words } from './settings.ts';

/**
 * What is said about nodes and edges for people, and changes nothing that they do. Words never disagree: what several
 * say is a set, and shown joined.
 */
const WORDS: ReadonlySet<string> = new Set(['description', 'theme', 'title', 'bound']);

type Settings = Readonly<Record<string, Json>>;

/** Each of them once, in order. */
export const listOfWords = (words: Words | undefined): readonly string[] => {
  const all = words === undefined ? [] : typeof words === 'string' ? [words] : words;
  return [...new Set(all)].sort(byText);
};

/** The words as one text, or undefined where nothing is said. */
export const joinedWords = (words: Words | undefined, separator: string): string | undefined => {
  const all = listOfWords(words);
  return all.length === 0 ? undefined : all.join(separator);
};

const normal = (words: readonly string[]): Words | undefined =>
  words.length < 2 ? words[0] : Object.freeze([...words]);

/** The settings with each word in normal form: a text, or several in order; nothing where nothing is said. */
export const withNormalWords = (settings: Settings): Settings =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([field, value]): [string, Json][] => {
      const said = WORDS.has(field) && value !== undefined ? normal(listOfWords(value as Words)) : value;
      return said === undefined ? [] : [[field, said]];
    }),
  );

/** The settings without their words. */
export const withoutWords = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([field]) => !WORDS.has(field)));

/** All that these facts about one node or edge say for people, together. */
export const wordsOf = (facts: readonly (Node | Edge)[]): Settings => {
  const said: Record<string, string[]> = {};
  for (const { settings } of facts) {
    for (const [field, value] of Object.entries(settings as Settings)) {
      if (WORDS.has(field)) said[field] = [...(said[field] ?? []), ...listOfWords(value as Words)];
    }
  }
  return withNormalWords(said);
};
