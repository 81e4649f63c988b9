import { parseJson } from '../core/boundedJson.ts';

/** The JSON object that a text is; undefined when it is none. */
export function jsonObjectIn(text: string): Record<string, unknown> | undefined {
  try {
    const parsed = parseJson(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
