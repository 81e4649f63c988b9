import type { Settings } from '../core/facts.ts';
import { canonical } from '../core/json.ts';
import type { Edge, Node } from '../core/network.ts';
import { withoutWords } from '../core/words.ts';

const withSettings = <T extends Node | Edge>(fact: T, settings: Settings): T =>
  Object.freeze({ ...fact, settings: canonical(settings) }) as T;

/** The node or edge without its words: what it does. The same object where it has none. */
export const undescribed = <T extends Node | Edge>(fact: T): T => {
  const settings = withoutWords(fact.settings as Settings);
  return Object.keys(settings).length === Object.keys(fact.settings).length ? fact : withSettings(fact, settings);
};

/** The node or edge with these words. */
export const described = <T extends Node | Edge>(fact: T, words: Settings): T =>
  Object.keys(words).length === 0 ? fact : withSettings(fact, { ...(fact.settings as Settings), ...words });
