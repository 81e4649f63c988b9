import { structureIn } from '../core/boundedJson.ts';
import { AwsError } from '../core/errors.ts';
import { masked } from '../core/masked.ts';
import { hidden, unhidden } from './hidden.ts';
import { closed, opened } from './opened.ts';

/** What is said, as a structure; undefined for a text that is none. */
const structureOf = (said: string | object): object | undefined =>
  typeof said === 'string' ? structureIn(said) : said;

/** What is said, for people: JSON with what is JSON within it, or the text as it is; tokens and passwords not at all. */
export function shownText(said: string | object): { body: string; isJson: boolean } {
  const structure = structureOf(said);
  if (!structure) return { body: masked(String(said)), isJson: false };
  return { body: JSON.stringify(hidden(opened(structure)), undefined, 2), isJson: true };
}

/**
 * What is meant by a text that somebody has made of `shownText(said)`: of the same kind as `said`, with what was hidden and is still there as
 * it was. Throws AwsError `InvalidBody` (400) where it must be JSON and is not.
 */
export function editedSaid<Said extends string | object>(said: Said, edited: string): Said {
  const structure = structureOf(said);
  if (!structure) return (edited === masked(String(said)) ? said : edited) as Said;
  let value: unknown;
  try {
    value = JSON.parse(edited);
  } catch (error) {
    throw new AwsError('InvalidBody', `The message is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const back = closed(unhidden(value, opened(structure)));
  if (typeof said === 'string') return JSON.stringify(back) as Said;
  if (typeof back === 'object' && back !== null) return back as Said;
  throw new AwsError('InvalidBody', 'The input of a call is an object.');
}
