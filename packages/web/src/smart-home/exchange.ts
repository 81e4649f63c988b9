import { fieldsOf, isText } from '../lib/fields.ts';
import type { Bulb, Exchange, Home, Kind, Step } from './home.ts';
import { kindIn } from './reading.ts';

/** What a message of Alexa's is called: `TurnOn`, `DeferredResponse`; empty for what is none. */
export function nameOf(message: unknown): string {
  const { event, directive } = fieldsOf(message);
  const { name } = fieldsOf(fieldsOf(event ?? directive).header);
  return isText(name) ? name : '';
}

/** Which bulb it is about; undefined where it is about none. */
export function bulbOf({ directive, steps }: Exchange, bulbs: readonly Bulb[]): Bulb | undefined {
  const told = fieldsOf(fieldsOf(directive).directive ?? fieldsOf(steps[0]?.message).event);
  const { endpointId } = fieldsOf(told.endpoint);
  return bulbs.find(({ deviceId }) => deviceId === endpointId);
}

/** Which kind of API it went to: the directive brings along what Discover has told of its bulb. */
export function kindOf(exchange: Exchange, bulbs: readonly Bulb[]): Kind | undefined {
  const { cookie } = fieldsOf(fieldsOf(fieldsOf(exchange.directive).directive).endpoint);
  return kindIn(fieldsOf(cookie).api) ?? bulbOf(exchange, bulbs)?.api;
}

/** Whether somebody has said it: Alexa is told other things unasked. */
export const isSaid = ({ text }: Exchange): boolean => text !== '';

/** What Alexa was first told: that she will be answered, or the answer itself. */
export const firstOf = ({ steps }: Exchange): Step | undefined => steps.find(({ kind }) => kind === 'direct');

/** Whether an answer is still to come. */
export const isPending = (exchange: Exchange): boolean => isSaid(exchange) && exchange.outcome === undefined;

/** How long something took that was said, in milliseconds; undefined until then. */
export interface Took {
  firstMs: number | undefined;
  finalMs: number | undefined;
  /** Why it was not done, in a word or two. */
  error: string | undefined;
}

/** How long it took until Alexa was told anything, and until she had the answer. */
export function tookOf(exchange: Exchange): Took {
  const { outcome, saidAtMs } = exchange;
  const first = firstOf(exchange);
  const isRefused = outcome !== undefined && outcome.kind !== 'answered';
  return {
    firstMs: first && Math.max(0, first.atMs - saidAtMs),
    finalMs: outcome?.tookMs,
    error: isRefused ? (outcome.error ?? 'no answer') : undefined,
  };
}

const BY_HAND = 'PHYSICAL_INTERACTION';

/** What was said once to a bulb, and is contradicted by what Alexa was told since: she has promised what is not so. */
function isContradicted({ directive }: Exchange, { steps }: Exchange): boolean {
  const { payload } = fieldsOf(fieldsOf(directive).directive);
  const { power, brightness, cause } = toldState(steps[0]?.message);
  // What a hand does was not promised otherwise.
  if (cause === BY_HAND) return false;
  const wanted = { TurnOn: 'ON', TurnOff: 'OFF' }[nameOf(directive)];
  if (wanted !== undefined) return power !== undefined && power !== wanted;
  const { brightness: asked } = fieldsOf(payload);
  return asked !== undefined && (power === 'OFF' ? asked !== 0 : brightness !== undefined && brightness !== asked);
}

/** Something that Alexa was told unasked. */
export interface Change {
  exchange: Exchange;
  /** It takes back what she had answered. */
  isCorrection: boolean;
}

/** What was said last to a bulb of a kind, and what Alexa was told of it unasked since. */
export interface Latest {
  exchange: Exchange;
  changes: readonly Change[];
}

/** What Alexa was told unasked of a bulb since something was said to it; the newest first. */
function changesSince(exchange: Exchange, exchanges: readonly Exchange[], bulbs: readonly Bulb[]): Change[] {
  const bulb = bulbOf(exchange, bulbs);
  return exchanges
    .filter((other) => bulb && !isSaid(other) && other.saidAtMs >= exchange.saidAtMs && bulbOf(other, bulbs) === bulb)
    .map((other) => ({ exchange: other, isCorrection: isContradicted(exchange, other) }));
}

/** What is shown as the latest, with the messages of it, and what is not shown there. */
export interface Headline {
  exchange: Exchange;
  steps: readonly Step[];
  /** The newest first. */
  others: readonly Exchange[];
}

/**
 * What is to be shown as the latest: what was said last, until something is said again. What Alexa is told of its bulb belongs to it;
 * only what takes the answer back has its place. Undefined while there is nothing.
 */
export function latestOf(exchanges: readonly Exchange[], bulbs: readonly Bulb[]): Headline | undefined {
  const said = exchanges.find(isSaid);
  const followed = said ? changesSince(said, exchanges, bulbs).filter(({ exchange }) => !isByHand(exchange)) : [];
  const correction = followed.find(({ isCorrection }) => isCorrection)?.exchange;
  const exchange = correction ?? said ?? exchanges[0];
  if (!exchange) return undefined;
  const own = correction ? [] : followed.toReversed().map((change) => change.exchange);
  return {
    exchange,
    steps: [exchange, ...own].flatMap(({ steps }) => steps),
    others: exchanges.filter((other) => other !== exchange && !own.includes(other)),
  };
}

/** The latest directive to a bulb of each kind that is to do something. Newest first, as they come. */
export function latestByKind(
  exchanges: readonly Exchange[],
  bulbs: readonly Bulb[],
): Partial<Readonly<Record<Kind, Latest>>> {
  const latest: Partial<Record<Kind, Latest>> = {};
  for (const exchange of exchanges) {
    const kind = kindOf(exchange, bulbs);
    // What asks how a bulb is waits for no bulb.
    if (!kind || !isSaid(exchange) || nameOf(exchange.directive) === 'ReportState' || latest[kind]) continue;
    const changes = changesSince(exchange, exchanges, bulbs);
    latest[kind] = { exchange, changes };
  }
  return latest;
}

/** What was known of each kind, with what is known now: the world tells of the newest exchanges alone. A new home has none. */
export const remembered = (
  before: ReturnType<typeof latestByKind>,
  { exchanges, bulbs }: Pick<Home, 'exchanges' | 'bulbs'>,
): ReturnType<typeof latestByKind> => (exchanges.length === 0 ? {} : { ...before, ...latestByKind(exchanges, bulbs) });

/** What a message says of a bulb: as it is now, or as it has come to be, and why. */
export function toldState(message: unknown): { power?: unknown; brightness?: unknown; cause?: unknown } {
  const { event, context } = fieldsOf(message);
  const change = fieldsOf(fieldsOf(fieldsOf(event).payload).change);
  const { properties: others } = fieldsOf(context);
  const all = [change.properties, others].flatMap((some) => (Array.isArray(some) ? some : [])).map(fieldsOf);
  const valueNamed = (wanted: string) => all.find(({ name }) => name === wanted)?.value;
  const { type: cause } = fieldsOf(change.cause);
  return { power: valueNamed('powerState'), brightness: valueNamed('brightness'), cause };
}

/** Whether a message says that a bulb cannot be reached: also the answer to how it is. */
export function isOutOfReach(message: unknown): boolean {
  const { properties } = fieldsOf(fieldsOf(message).context);
  const all = (Array.isArray(properties) ? properties : []).map(fieldsOf);
  return all.some(({ name, value }) => name === 'connectivity' && fieldsOf(value).value === 'UNREACHABLE');
}

const isByHand = ({ steps }: Exchange): boolean => toldState(steps[0]?.message).cause === BY_HAND;
