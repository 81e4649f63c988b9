import { byText, canonical } from './json.ts';
import type { Edge, Node } from './network.ts';
import type { Json, Words } from './settings.ts';

/**
 * What is said about nodes and edges, and changes nothing that is made of them. Words never disagree: what several
 * say is a set, and shown joined.
 */
const WORDS: ReadonlySet<string> = new Set(['description', 'theme', 'title', 'bound', 'contract']);

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

const withSettings = <T extends Node | Edge>(fact: T, settings: Settings): T =>
  Object.freeze({ ...fact, settings: canonical(settings) }) as T;

/** The node or edge without its words: what it does. The same object where it has none. */
export const undescribed = <T extends Node | Edge>(fact: T): T => {
  const own = Object.entries(fact.settings as Settings).filter(([field]) => !WORDS.has(field));
  return own.length === Object.keys(fact.settings).length ? fact : withSettings(fact, Object.fromEntries(own));
};

/** The node or edge with these words instead of its own. */
export const described = <T extends Node | Edge>(fact: T, words: Settings): T =>
  Object.keys(words).length === 0 ? fact : withSettings(fact, { ...(fact.settings as Settings), ...words });
