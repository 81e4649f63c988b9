import { parseJson } from '../../core/boundedJson.ts';

/**
 * The route key that a message asks for by the API's route selection expression: `$request.body.action`, or
 * `${request.body.a}/${request.body.b}`. A member that is missing counts as nothing; undefined for what is no JSON.
 */
export function selectRoute(expression: string, message: string): string | undefined {
  let body: unknown;
  try {
    body = parseJson(message);
  } catch {
    return undefined;
  }
  const whole = /^\$request\.body((?:\.\w+)*)$/.exec(expression);
  if (whole) return textAt(body, whole[1] ?? '');
  return expression.replaceAll(/\$\{request\.body((?:\.\w+)*)\}/g, (_all, path: string) => textAt(body, path));
}

function textAt(body: unknown, path: string): string {
  let value = body;
  for (const name of path.split('.').slice(1)) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined;
  }
  if (value === undefined || value === null) return '';
  // As AWS writes lists: with a blank behind each comma.
  return Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value);
}
