import type { BusEvent, Rule, Target } from './rules.ts';

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
  const values: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': new Date(ingestedAtMs).toISOString(),
    'aws.events.event': event,
    'aws.events.event.json': event,
  };
  for (const [name, path] of Object.entries(InputPathsMap)) values[name] = valueAt(event, path);
  const text = fill(InputTemplate, values);
  JSON.parse(text);
  return text;
}

/** A dot path as EventBridge takes it: `$.detail.name`, `$.resources[0]`. */
function valueAt(event: BusEvent, path: string): unknown {
  let found: unknown = event;
  for (const [, name, index] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    if (found === null || typeof found !== 'object') return undefined;
    found = (found as Record<string, unknown>)[name ?? index ?? ''];
  }
  return found;
}

/** Whether a path is one that `valueAt` understands. */
export function isEventPath(path: string): boolean {
  return /^\$(\.[^.[\]*?@()]+|\[\d+\])*$/.test(path);
}

/**
 * Puts values for `<name>`: as JSON on their own, as bare text (not escaped, as on AWS) inside quotes. A value that the event
 * does not have is empty.
 */
function fill(template: string, values: Record<string, unknown>): string {
  let isInText = false;
  return template.replace(/\\.|"|<([^<>"]+)>/gs, (match, name: string | undefined) => {
    if (match === '"') isInText = !isInText;
    if (name === undefined || !(name in values)) return match;
    const value = values[name] ?? '';
    if (!isInText) return JSON.stringify(value);
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}
