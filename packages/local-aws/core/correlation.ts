import { parseJson } from './boundedJson.ts';

/** The longest correlation id that is taken into the journal, in characters. */
const LONGEST = 200;
const PATHS = [
  ['correlationId'],
  ['metadata', 'correlationId'],
  ['detail', 'correlationId'],
  ['detail', 'metadata', 'correlationId'],
];

/**
 * The correlation id in the JSON text of a message: `correlationId` at the top, or in `metadata`, or the same in the
 * `detail` of an EventBridge event. Undefined when there is none.
 */
export function correlationIdOf(text: string): string | undefined {
  if (!text.startsWith('{') || !text.includes('"correlationId"')) return undefined;
  try {
    return correlationIdIn(parseJson(text));
  } catch {
    return undefined;
  }
}

/** The same in a message that has been read. */
export function correlationIdIn(body: unknown): string | undefined {
  for (const path of PATHS) {
    let found: unknown = body;
    for (const name of path) found = (found as Record<string, unknown> | null | undefined)?.[name];
    if (typeof found === 'string') return found.slice(0, LONGEST);
  }
  return undefined;
}
