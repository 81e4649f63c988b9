import type { Settings } from '../core/facts.ts';
import { canonical } from '../core/json.ts';
import type { Edge } from '../core/network.ts';

/** What is said about an edge for people, and changes nothing that it does. */
const WORDS: readonly string[] = ['title', 'bound'];

const withSettings = (edge: Edge, settings: Settings): Edge =>
  Object.freeze({ ...edge, settings: canonical(settings) }) as Edge;

const isWord = ([field]: readonly [string, unknown]): boolean => WORDS.includes(field);

/** The edge without its words. */
export const undescribed = (edge: Edge): Edge =>
  withSettings(edge, Object.fromEntries(Object.entries(edge.settings as Settings).filter((entry) => !isWord(entry))));

/** The words of an edge, one at a time. */
export const wordsOf = (edge: Edge): Settings[] =>
  Object.entries(edge.settings as Settings)
    .filter(isWord)
    .map(([field, value]) => canonical({ [field]: value }) as Settings);

/** The edge with these words. */
export const described = (edge: Edge, words: Settings): Edge =>
  withSettings(edge, { ...(edge.settings as Settings), ...words });
