import { type Fields, fieldsOf, isCount, isText, listed } from '../lib/fields.ts';
import type { Bulb, BulbState, Exchange, Home, Kind, Misbehaviour, Outcome, Step } from './home.ts';

const KINDS: readonly unknown[] = ['sync', 'push', 'polling', 'optimistic'] satisfies Kind[];
const STEPS: readonly unknown[] = ['direct', 'event', 'change'] satisfies Step['kind'][];
const OUTCOMES: readonly unknown[] = ['answered', 'refused', 'unanswered', 'misunderstood'] satisfies Outcome['kind'][];

function stateIn(value: unknown): BulbState | undefined {
  const { power, brightness } = fieldsOf(value);
  if ((power !== 'ON' && power !== 'OFF') || !isCount(brightness)) return undefined;
  return { power, brightness: Math.min(100, brightness) };
}

/** What Alexa was told of a bulb: of what she was not told, she believes nothing, and thus nothing wrong. */
function beliefIn(value: unknown, truth: BulbState): BulbState | undefined {
  const { power, brightness } = fieldsOf(value);
  return stateIn({ power: power ?? truth.power, brightness: brightness ?? truth.brightness });
}

/** The kind of API that a value names; undefined for what the page does not know. */
export const kindIn = (value: unknown): Kind | undefined => (KINDS.includes(value) ? (value as Kind) : undefined);

function bulbIn(value: unknown): Bulb | undefined {
  const { deviceId, name, api, state, alexa, reachable } = fieldsOf(value);
  const [kind, truth] = [kindIn(api), stateIn(state)];
  if (!isText(deviceId) || !isText(name) || !kind || !truth) return undefined;
  return { deviceId, name, api: kind, state: truth, alexa: beliefIn(alexa, truth), reachable: reachable !== false };
}

function remarkIn({ isLate, isSuperfluous, repeated }: Fields): string {
  if (isLate === true) return 'late';
  if (isSuperfluous === true) return 'again';
  return isCount(repeated) && repeated > 0 ? `×${repeated + 1}` : '';
}

function stepIn(value: unknown): Step | undefined {
  const fields = fieldsOf(value);
  const { kind, atMs, message, speech } = fields;
  if (!STEPS.includes(kind) || !isCount(atMs)) return undefined;
  return {
    ...{ kind: kind as Step['kind'], atMs, message: fieldsOf(message) },
    ...{ speech: isText(speech) ? speech : '', remark: remarkIn(fields) },
  };
}

function outcomeIn(value: unknown): Outcome | undefined {
  const { kind, speech, tookMs, error } = fieldsOf(value);
  if (!OUTCOMES.includes(kind)) return undefined;
  return {
    ...{ kind: kind as Outcome['kind'], speech: isText(speech) ? speech : '' },
    ...{ tookMs: isCount(tookMs) ? tookMs : undefined, error: isText(error) ? error : undefined },
  };
}

function exchangeIn(value: unknown): Exchange | undefined {
  const { utteranceId, text, saidAtMs, directive, steps, outcome } = fieldsOf(value);
  if (!isText(utteranceId) || !isCount(saidAtMs)) return undefined;
  return {
    ...{ id: utteranceId, text: isText(text) ? text : '', saidAtMs },
    directive: directive === undefined || directive === null ? undefined : fieldsOf(directive),
    steps: listed(steps, stepIn).sort((one, other) => one.atMs - other.atMs),
    outcome: outcomeIn(outcome),
  };
}

const rateIn = (value: unknown) => (typeof value === 'number' ? Math.min(1, Math.max(0, value)) : 0);

/** What goes wrong: nothing where nothing is said. */
export function misbehaviourIn(value: unknown): Misbehaviour {
  const all: Fields = fieldsOf(value);
  return {
    latencyMs: isCount(all.latencyMs) ? all.latencyMs : 0,
    failureRate: rateIn(all.failureRate),
    lostPushRate: rateIn(all.lostPushRate),
    duplicatePushRate: rateIn(all.duplicatePushRate),
    forgedPushes: all.forgedPushes === true,
    unreachable: listed(all.unreachable, (id) => (isText(id) ? id : undefined)),
    tokensExpire: all.tokensExpire === true,
    skillDisabled: all.skillDisabled === true,
    gatewayBusy: all.gatewayBusy === true,
    hubOff: all.hubOff === true,
  };
}

/** A home as `GET /homes/{id}` tells of it. What the page does not know is left out. */
export function homeIn(value: unknown): Home {
  const { bulbs, conversation, misbehaviour, linked, nowMs } = fieldsOf(value);
  return {
    bulbs: listed(bulbs, bulbIn),
    exchanges: listed(conversation, exchangeIn).sort((one, other) => other.saidAtMs - one.saidAtMs),
    misbehaviour: misbehaviourIn(misbehaviour),
    isLinked: linked === true,
    nowMs: isCount(nowMs) ? nowMs : Date.now(),
  };
}
