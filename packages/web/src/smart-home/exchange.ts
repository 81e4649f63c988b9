import { fieldsOf, isText } from '../lib/fields.ts';
import type { Bulb, Exchange, Kind, Step } from './home.ts';
import { kindIn } from './reading.ts';

/** What a message of Alexa's is called: `TurnOn`, `DeferredResponse`; empty for what is none. */
export function nameOf(message: unknown): string {
  const { event, directive } = fieldsOf(message);
  const { header } = fieldsOf(event ?? directive);
  const { name } = fieldsOf(header);
  return isText(name) ? name : '';
}

/** What an answer's error is: `ENDPOINT_UNREACHABLE`; undefined where it tells of none. */
export function errorOf({ message }: Step): string | undefined {
  if (nameOf(message) !== 'ErrorResponse') return undefined;
  const { type } = fieldsOf(fieldsOf(fieldsOf(message).event).payload);
  return isText(type) ? type : 'ErrorResponse';
}

/** Which bulb it is about; undefined where it is about none. */
export function bulbOf({ directive, steps }: Exchange, bulbs: readonly Bulb[]): Bulb | undefined {
  const told = fieldsOf(fieldsOf(steps[0]?.message).event);
  const { endpointId } = fieldsOf(fieldsOf(fieldsOf(directive).directive ?? told).endpoint);
  return bulbs.find(
    ({ deviceId }) => isText(endpointId) && (endpointId === deviceId || endpointId.endsWith(`#${deviceId}`)),
  );
}

/** Which kind of API it went to: the directive brings along what Discover has told of its bulb. */
export function kindOf(exchange: Exchange, bulbs: readonly Bulb[]): Kind | undefined {
  const { cookie } = fieldsOf(fieldsOf(fieldsOf(exchange.directive).directive).endpoint);
  return kindIn(fieldsOf(cookie).api) ?? bulbOf(exchange, bulbs)?.api;
}

const isDeferral = ({ message }: Step) => nameOf(message) === 'DeferredResponse';

/** What Alexa was first told: that she will be answered, or the answer itself. */
export const firstOf = ({ steps }: Exchange): Step | undefined => steps.find(({ kind }) => kind === 'direct');

/** The answer, or why there is none; undefined while it is awaited. */
export const finalOf = ({ steps }: Exchange): Step | undefined =>
  steps.find((step) => step.kind !== 'change' && !isDeferral(step));

/** What Alexa was told afterwards, without having asked. */
export const changesOf = ({ steps }: Exchange): readonly Step[] => steps.filter(({ kind }) => kind === 'change');

/** Nobody waits longer for an answer than Alexa does, and then some, in milliseconds. */
const GIVEN_UP_MS = 9_000;

/** Whether an answer is still to come, at a time of the world's clock. */
export const isPending = (exchange: Exchange, nowMs: number): boolean =>
  exchange.text !== '' && finalOf(exchange) === undefined && nowMs - exchange.saidAtMs < GIVEN_UP_MS;

/** How long something took that was said, in milliseconds; undefined until then. */
export interface Took {
  firstMs: number | undefined;
  finalMs: number | undefined;
  error: string | undefined;
}

/** How long it took until Alexa was told anything, and until she had the answer. */
export function tookOf(exchange: Exchange): Took {
  const since = (step: Step | undefined) => step && Math.max(0, step.atMs - exchange.saidAtMs);
  const final = finalOf(exchange);
  return { firstMs: since(firstOf(exchange)), finalMs: since(final), error: final && errorOf(final) };
}

/** The latest exchange with a bulb of each kind. */
export function latestByKind(
  exchanges: readonly Exchange[],
  bulbs: readonly Bulb[],
): Partial<Readonly<Record<Kind, Exchange>>> {
  const latest: Partial<Record<Kind, Exchange>> = {};
  for (const exchange of exchanges) {
    const kind = kindOf(exchange, bulbs);
    // What asks how a bulb is waits for no bulb.
    if (kind && exchange.text !== '' && nameOf(exchange.directive) !== 'ReportState') latest[kind] ??= exchange;
  }
  return latest;
}
