import { type Directive, type SkillMessage, withoutSecrets } from './alexa.ts';
import { calledIn, silence, speechTo } from './speech.ts';

/** What was said, and what came of it at once. */
export interface Utterance {
  utteranceId: string;
  text: string;
  saidAtMs: number;
  /** What Alexa made of it; undefined where she did not understand. */
  directive?: Directive | undefined;
  /** How the device is called that is meant. */
  deviceName?: string | undefined;
  /** The skill's own answer; undefined as long as there is none. */
  direct?: { atMs: number; message?: SkillMessage | undefined; speech: string } | undefined;
}

/** What came by the event gateway. */
export interface GatewayEvent {
  messageId: string;
  atMs: number;
  message: SkillMessage;
  /** How often it came once more. */
  repeated: number;
}

/** A message of the skill's, in a conversation. */
export interface Step {
  /** `direct`: the skill's function returned it; `event`: it came by the event gateway; `change`: nobody had asked for it. */
  kind: 'direct' | 'event' | 'change';
  atMs: number;
  message: object;
  /** What Alexa says; empty where she says nothing. */
  speech: string;
  /** Came when nobody waited any more. */
  isLate?: boolean;
  /** Answers what was answered before. */
  isSuperfluous?: boolean;
  /** How often the same message came once more. */
  repeated?: number;
}

/** How it ended. */
export interface Outcome {
  kind: 'answered' | 'refused' | 'unanswered' | 'misunderstood';
  speech: string;
  /** From what was said until the answer, milliseconds. */
  tookMs?: number;
  /** Alexa's type of an error. */
  error?: string;
}

/** Something that was said to Alexa, or that she was told unasked (then without a text), with all that followed. */
export interface Exchange {
  utteranceId: string;
  text: string;
  saidAtMs: number;
  directive?: Directive;
  steps: Step[];
  outcome?: Outcome;
}

/** How long Alexa waits for the function, and for an answer that was put off, milliseconds. */
export interface Patience {
  directMs: number;
  deferredMs: number;
}

/** A conversation of what was said and what came by the gateway: newest first. */
export function conversationOf(
  utterances: readonly Utterance[],
  events: readonly GatewayEvent[],
  { nowMs, patience }: { nowMs: number; patience: Patience },
): Exchange[] {
  const said = utterances.map((utterance) => {
    const token = utterance.directive?.directive.header.correlationToken;
    const answers = events.filter(
      ({ message }) => token !== undefined && message.event.header.correlationToken === token,
    );
    return exchangeOf(utterance, answers, { nowMs, patience });
  });
  const unasked = events.filter(({ message }) => message.event.header.correlationToken === undefined).map(changeOf);
  return [...said, ...unasked].toSorted((one, other) => other.saidAtMs - one.saidAtMs);
}

const changeOf = ({ messageId, atMs, message, repeated }: GatewayEvent): Exchange => ({
  utteranceId: messageId,
  text: '',
  saidAtMs: atMs,
  steps: [{ kind: 'change', atMs, message: withoutSecrets(message), speech: '', ...(repeated > 0 && { repeated }) }],
});

function exchangeOf(
  utterance: Utterance,
  events: readonly GatewayEvent[],
  { nowMs, patience }: { nowMs: number; patience: Patience },
): Exchange {
  const { utteranceId, text, saidAtMs, directive, direct, deviceName } = utterance;
  const isDeferred = nameOf(direct?.message) === 'DeferredResponse';
  const steps: Step[] = [];
  if (direct) {
    const { atMs, message, speech } = direct;
    steps.push({ kind: 'direct', atMs, message: message ? withoutSecrets(message) : {}, speech });
  }
  // The function has answered already, or fails to: what comes by the gateway then is nothing that Alexa waits for.
  let isAnswered = direct !== undefined && !isDeferred;
  for (const { atMs, message, repeated } of events.toSorted((one, other) => one.atMs - other.atMs)) {
    const isLate = atMs - saidAtMs > patience.deferredMs;
    const counts = !isAnswered && !isLate;
    steps.push({
      kind: 'event',
      atMs,
      message: withoutSecrets(message),
      speech: counts ? speechTo(message, calledIn(deviceName)) : '',
      ...(isLate && { isLate }),
      ...(isAnswered && { isSuperfluous: true }),
      ...(repeated > 0 && { repeated }),
    });
    isAnswered ||= counts;
  }
  const outcome = outcomeOf({ utterance, steps, isDeferred }, nowMs, patience);
  return {
    ...{ utteranceId, text, saidAtMs, steps },
    ...(directive && { directive: withoutSecrets(directive) }),
    ...(outcome && { outcome }),
  };
}

function outcomeOf(
  { utterance, steps, isDeferred }: { utterance: Utterance; steps: readonly Step[]; isDeferred: boolean },
  nowMs: number,
  { directMs, deferredMs }: Patience,
): Outcome | undefined {
  const { directive, direct, saidAtMs, deviceName } = utterance;
  if (!directive) return { kind: 'misunderstood', speech: direct?.speech ?? '' };
  const final = steps.find(({ kind, isLate }) => (kind === 'direct' ? !isDeferred : !isLate));
  if (final) {
    const message = final.message as Partial<SkillMessage>;
    const { speech, atMs } = final;
    // The function failed, and said nothing.
    if (!message.event) return { kind: 'unanswered', speech };
    const error = nameOf(message as SkillMessage) === 'ErrorResponse' ? message.event.payload.type : undefined;
    return { kind: error ? 'refused' : 'answered', speech, tookMs: atMs - saidAtMs, ...(error && { error }) };
  }
  const waitsUntilMs = saidAtMs + (isDeferred ? deferredMs : Math.max(directMs, deferredMs));
  return nowMs > waitsUntilMs ? { kind: 'unanswered', speech: silence(calledIn(deviceName)) } : undefined;
}

const nameOf = (message: SkillMessage | undefined): string | undefined => message?.event.header.name;
