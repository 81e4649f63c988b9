import { parseJson } from '../core/boundedJson.ts';
import type { BusEvent } from './busEvent.ts';
import type { Rule, Target } from './rules.ts';

/** Builds a target's input from parts of the event. */
export interface InputTransformer {
  InputPathsMap?: Record<string, string>;
  InputTemplate: string;
}

/**
 * What a target gets of an event: all of it, a constant, a part, or a text made from a template.
 * Throws a SyntaxError when a template does not give JSON.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function inputFor(
  target: Target,
  event: BusEvent,
  rule: Pick<Rule, 'name' | 'arn'>,
  ingestedAtMs: number,
): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, target.InputPath)) ?? 'null';
  if (!target.InputTransformer) return JSON.stringify(event);

  const { InputPathsMap = {}, InputTemplate } = target.InputTransformer;
  const values = new Map<string, unknown>([
    ['aws.events.rule-arn', rule.arn],
    ['aws.events.rule-name', rule.name],
    ['aws.events.event.ingestion-time', new Date(ingestedAtMs).toISOString()],
    ['aws.events.event', withoutDetail(event)],
    ['aws.events.event.json', event],
  ]);
  for (const [name, path] of Object.entries(InputPathsMap)) values.set(name, valueAt(event, path));
  const text = fill(InputTemplate, values);
  parseJson(text);
  return text;
}

/** What EventBridge itself puts into templates: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-predefined */
const PREDEFINED = new Set([
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  'aws.events.event.json',
]);

/** `<aws.events.event>`, in the names and order of AWS: the detail is left to `<aws.events.event.json>`. */
function withoutDetail(event: BusEvent) {
  const { id, account, time, source, region, resources, version } = event;
  return { id, account, detailType: event['detail-type'], time, source, region, resources, version };
}

/** A placeholder of a transformer's template that nothing is put in for; undefined when there is none. */
export function unknownPlaceholder({ InputPathsMap = {}, InputTemplate }: InputTransformer): string | undefined {
  const names = [...InputTemplate.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  return names.find((name) => !PREDEFINED.has(name) && !Object.hasOwn(InputPathsMap, name));
}

/** What a dot path as EventBridge takes it (`$.detail.name`, `$.resources[0]`) finds in an event; undefined: nothing. */
export function valueAt(event: unknown, path: string): unknown {
  let found = event;
  for (const [, name, index] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    const step = name ?? index ?? '';
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}

/** Whether a path is one that `valueAt` understands. */
export function isEventPath(path: string): boolean {
  return /^\$(\.[^.[\]*?@()]+|\[\d+\])*$/.test(path);
}

const PLACEHOLDER = /<([\w.-]+)>/g;
const PART = /\\.|"|<([\w.-]+)>/gs;

/**
 * Puts values for `<name>`: as JSON on their own, as bare text (not escaped, as on AWS) inside quotes. A value that the event
 * does not have is empty. Throws a SyntaxError for an object or list inside the quotes of a JSON template: AWS drops such an
 * event. In a template that is one string (`takesAll`: in any) they lose their quotes. `part`: a quote, what is escaped, or a name.
 */
export function fill(
  template: string,
  values: ReadonlyMap<string, unknown>,
  { part = PART, takesAll = template.trimStart().startsWith('"') } = {},
): string {
  let isInText = false;
  return template.replace(part, (match, name: string | undefined) => {
    if (match === '"') isInText = !isInText;
    if (name === undefined || !values.has(name)) return match;
    const value = values.get(name) ?? '';
    if (!isInText) return JSON.stringify(value);
    if (typeof value !== 'object') return String(value);
    if (!takesAll) throw new SyntaxError(`<${name}> stands in quotes, and is an object or a list`);
    return JSON.stringify(value).replaceAll('"', '');
  });
}
