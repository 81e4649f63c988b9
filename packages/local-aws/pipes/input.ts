import { fill, valueAt } from '../events/input.ts';

/** What a template of a pipe may name beside paths into the event. */
export interface PipeNames {
  pipeArn: string;
  pipeName: string;
  sourceArn: string;
  targetArn: string;
  enrichmentArn?: string | undefined;
  /** When the event was received, in milliseconds since the epoch. */
  receivedMs: number;
}

const NAME = String.raw`<(\$[\w.[\]*-]*|aws\.pipes\.[\w.-]+)>`;
const PLACEHOLDER = new RegExp(NAME, 'g');
const PART = new RegExp(String.raw`\\.|"|${NAME}`, 'gs');
const ONLY_PLACEHOLDER = new RegExp(String.raw`^\s*${NAME}\s*$`);

const RESERVED = [
  'aws.pipes.pipe-arn',
  'aws.pipes.pipe-name',
  'aws.pipes.source-arn',
  'aws.pipes.target-arn',
  'aws.pipes.enrichment-arn',
  'aws.pipes.event.ingestion-time',
  'aws.pipes.event',
  'aws.pipes.event.json',
] as const;

/**
 * What a target gets of an event by the pipe's template. `event` is what the source gave, with a body or data that is JSON read already:
 * `<$.body.detail.id>`, `<$.data.score>`. A template that is one path gives what it finds: text as it is, everything else as JSON. (AWS's page says that a
 * JSON object loses its quotes then; templates that hand `<$.body>` to what takes JSON only are in use, and do not.)
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */
export function pipeInput(template: string, event: unknown, names: PipeNames): string {
  const reserved: Record<(typeof RESERVED)[number], unknown> = {
    'aws.pipes.pipe-arn': names.pipeArn,
    'aws.pipes.pipe-name': names.pipeName,
    'aws.pipes.source-arn': names.sourceArn,
    'aws.pipes.target-arn': names.targetArn,
    'aws.pipes.enrichment-arn': names.enrichmentArn,
    'aws.pipes.event.ingestion-time': new Date(names.receivedMs).toISOString(),
    'aws.pipes.event': event,
    'aws.pipes.event.json': event,
  };
  const named = (name: string) =>
    name.startsWith('$') ? valueAt(event, name) : new Map(Object.entries(reserved)).get(name);
  const [, only] = ONLY_PLACEHOLDER.exec(template) ?? [];
  if (only !== undefined) {
    const found = named(only) ?? '';
    return typeof found === 'string' ? found : JSON.stringify(found);
  }
  const values = new Map([...template.matchAll(PLACEHOLDER)].map(([, name = '']) => [name, named(name)]));
  return fill(template, values, { part: PART, takesAll: true });
}

/** A placeholder that nothing is ever put in for; undefined when there is none. */
export function unknownPipeName(template: string): string | undefined {
  const names = [...template.matchAll(/<([^<>\s]+)>/g)].map(([, name = '']) => name);
  return names.find((name) => !isPath(name) && !(RESERVED as readonly string[]).includes(name));
}

/** Whether the whole text is a path into the event: `$.body.detail-type`, `$.messageAttributes.x.stringValue`. */
export const isPath = (text: string): boolean => /^\$(\.[\w-]+|\[\d+\])+$/.test(text);

/** A target's parameter: itself, or what the path in it finds. Undefined when that is nothing. */
export function parameterOf(text: string, event: unknown): string | undefined {
  if (!isPath(text)) return text;
  const found = valueAt(event, text);
  if (found === undefined || found === null) return undefined;
  return typeof found === 'string' ? found : JSON.stringify(found);
}
