/** An event as it goes back to its bus: what the Pipe reads of the message. */
export interface RedriveEvent {
  source: string;
  'detail-type': string;
  time: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** A dead letter, whichever of AWS's formats it has. */
export interface Letter {
  /** The message's id. */
  id: string;
  /** When it came into the queue, in milliseconds since the epoch. */
  sentMs: number;
  /** Who gave it up: `function collection`, `rule notify to function notify`. */
  who: string;
  /** Why, in the words of what failed. */
  why: string;
  /** How often it was tried, where the letter says so. */
  tries?: number;
  /** `fakemon.capture_succeeded`, where there is an event in it. */
  type?: string;
  /** The id in the event's envelope: the same after it was sent again. */
  eventId?: string;
  /** Whose it is. */
  player?: string;
  /** The same in all letters of one event, whoever gave it up. Left out where nothing says which event it is. */
  sameEvent?: string;
  /** What goes back. Left out: there is nothing that could, and `kept` says why. */
  event?: RedriveEvent;
  /** How it goes back where it is no event of a bus. */
  back?: Back;
  kept?: string;
}

/** What goes back, and to whom: to the function that was given it, or to the queue that the message was moved from. */
export type Back = { to: 'function'; functionArn: string; payload: string } | { to: 'queue'; queueArn: string };

/** Whether there is something in it that can go back. */
export const isSendable = ({ event, back }: Letter): boolean => event !== undefined || back !== undefined;

/** A message of SQS, as far as a letter is read from it. */
export interface LetterMessage {
  MessageId?: string | undefined;
  Body?: string | undefined;
  Attributes?: Record<string, string> | undefined;
  MessageAttributes?: Record<string, { StringValue?: string | undefined }> | undefined;
}

type Json = Record<string, unknown>;

/**
 * Reads a dead letter. There are five kinds: of a rule's target (the event, reasons in attributes), of a function's on-failure destination
 * (a record around what the function was given), of a function's dead-letter queue (the event, the reason in attributes), and of a schedule. What SQS itself
 * has moved was not taken from another queue, which is the redrive queue: it has no reason with it.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function readLetter(message: LetterMessage): Letter {
  const { MessageId: id = '', Body: body = '', Attributes, MessageAttributes = {} } = message;
  const said = (name: string) => MessageAttributes[name]?.StringValue;
  const read = parsed(body);
  const known = { id, sentMs: Number(Attributes?.SentTimestamp ?? 0) };
  const record = isObject(read) ? read.requestContext : undefined;
  if (isObject(record) && isObject(read))
    return withWayBack({ ...known, ...ofDestination(record, read) }, functionIn(read));
  if (said('RULE_ARN') !== undefined) return { ...known, ...ofRule(said), ...eventIn(read) };
  if (said('SCHEDULE_ARN') !== undefined) {
    const kept = 'it is no event but a run of a schedule, which comes again by itself';
    return { ...known, ...ofSchedule(said), kept };
  }
  const movedFrom = Attributes?.DeadLetterQueueSourceArn;
  if (movedFrom !== undefined) {
    const why =
      'the bus did not take it from there, or the Pipe could not bring it, as often as the queue lets it be tried';
    const letter = { ...known, who: `queue ${nameOf(movedFrom)}`, why, ...eventIn(read) };
    return withWayBack(letter, { to: 'queue', queueArn: movedFrom });
  }
  const why = said('ErrorMessage') ?? 'nobody has said why';
  return { ...known, who: said('RequestID') === undefined ? 'somebody' : 'a function', why, ...eventIn(read) };
}

/** The letter with another way back where it has no event, or one that may not go back by its bus. */
function withWayBack(letter: Letter, back: Back | undefined): Letter {
  if (letter.event !== undefined || letter.type !== undefined || back === undefined) return letter;
  const { kept: _, ...others } = letter;
  if (back.to === 'function') return { ...others, back };
  return { ...others, why: 'nobody has dealt with it, as often as the queue lets it be tried', back };
}

/** The function that was given something, and what. Of a batch of a stream there is only where it stands in the stream. */
function functionIn({ requestContext, requestPayload }: Json): Back | undefined {
  const functionArn = isObject(requestContext) ? requestContext.functionArn : undefined;
  if (typeof functionArn !== 'string' || requestPayload === undefined) return undefined;
  return { to: 'function', functionArn, payload: JSON.stringify(requestPayload) };
}

type Said = (name: string) => string | undefined;

const ofRule = (said: Said) => ({
  who: `rule ${nameOf(said('RULE_ARN'))} to ${targetOf(said('TARGET_ARN'))}`,
  ...reasonsOf(said),
});

const ofSchedule = (said: Said) => ({
  who: `schedule ${nameOf(said('SCHEDULE_ARN'))} to ${targetOf(said('TARGET_ARN'))}`,
  ...reasonsOf(said),
});

function reasonsOf(said: Said) {
  const exhausted = said('EXHAUSTED_RETRY_CONDITION');
  const why = [said('ERROR_CODE'), said('ERROR_MESSAGE')].filter(Boolean).join(': ') || 'nobody has said why';
  const retries = Number(said('RETRY_ATTEMPTS'));
  return {
    why: exhausted ? `${why} (${exhausted})` : why,
    ...(Number.isInteger(retries) && { tries: retries + 1 }),
  };
}

function ofDestination(context: Json, { requestPayload, responsePayload }: Json) {
  const { functionArn, condition, approximateInvokeCount: tries } = context;
  const failure = isObject(responsePayload) ? responsePayload : {};
  const why = [failure.errorType, failure.errorMessage].filter((part) => typeof part === 'string' && part !== '');
  return {
    who: `function ${nameOf(String(functionArn).replace(/:(\$LATEST|\d+)$/, ''))}`,
    why: why.length > 0 ? why.join(': ') : String(condition),
    ...(typeof tries === 'number' && { tries }),
    ...eventIn(requestPayload),
  };
}

/** The event in what somebody was given: it may be that, or stand under `event` where an input transformer made it. */
function eventIn(given: unknown): Pick<Letter, 'event' | 'type' | 'eventId' | 'player' | 'sameEvent' | 'kept'> {
  const event = [given, isObject(given) ? given.event : undefined].map(asEvent).find((found) => found !== undefined);
  if (!event) return { kept: 'there is no event in it' };
  const { detail } = event.event;
  const inner = isObject(detail.detail) ? detail.detail : {};
  const { source, 'detail-type': type } = event.event;
  const id = typeof detail.id === 'string' ? detail.id : event.busId;
  const known = {
    type,
    ...(id !== undefined && { sameEvent: [source, type, id].join(' ') }),
    ...(typeof detail.id === 'string' && { eventId: detail.id }),
    ...(typeof inner.player === 'string' && { player: inner.player }),
  };
  // Its rule is on the default bus; no bus takes such an event from anybody else.
  if (/^aws\./.test(source)) return { ...known, kept: 'it is an event of AWS itself, which only AWS can put on a bus' };
  if (event.replay === undefined) return { ...known, event: event.event };
  // On the bus it would be as if it had just happened, and players would be told of it.
  return { ...known, kept: `it came out of the archive in the replay ${event.replay}: run that again instead` };
}

/** An event of a bus, or the envelope of one of our contracts, which is such an event's detail. */
function asEvent(value: unknown): { event: RedriveEvent; busId?: string; replay?: string } | undefined {
  if (!isObject(value) || !isObject(value.detail) || typeof value.source !== 'string') return undefined;
  const type = value['detail-type'];
  if (typeof type === 'string') {
    const replay = value['replay-name'];
    const resources = Array.isArray(value.resources) ? value.resources.map(String) : [];
    const event = {
      source: value.source,
      'detail-type': type,
      time: String(value.time),
      resources,
      detail: value.detail,
    };
    const busId = value.id;
    return { event, ...(typeof busId === 'string' && { busId }), ...(typeof replay === 'string' && { replay }) };
  }
  if (typeof value.type !== 'string' || typeof value.id !== 'string') return undefined;
  const { source, type: detailType, time } = value;
  return { event: { source, 'detail-type': detailType, time: String(time), resources: [], detail: value } };
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `arn:aws:lambda:eu-west-1:0:function:notify` is `function notify`. */
function targetOf(arn = ''): string {
  const kinds: Record<string, string> = {
    lambda: 'function',
    sqs: 'queue',
    sns: 'topic',
    events: 'bus',
    logs: 'log group',
  };
  return `${kinds[arn.split(':')[2] ?? ''] ?? 'target'} ${nameOf(arn)}`;
}

const nameOf = (arn = ''): string => arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1) || 'unknown';

const SECOND_MS = 1000;
const UNITS: [name: string, ms: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', SECOND_MS],
];

/** The letter in a few lines for people; `nowMs` in milliseconds since the epoch. */
export function inWords(letter: Letter, nowMs: number): string {
  const { id, sentMs, who, why, tries, type, eventId, player, kept } = letter;
  const what =
    type === undefined ? 'something' : [type, eventId, player && `of player ${player}`].filter(Boolean).join(' ');
  const often = tries === undefined ? '' : ` after ${tries} ${tries === 1 ? 'try' : 'tries'}`;
  return [
    `${id}  ${new Date(sentMs).toISOString()} (${ago(nowMs - sentMs)} ago)`,
    `  ${who} gave up ${what}${often}`,
    `  ${why.replaceAll(/\s+/g, ' ')}`,
    ...(kept === undefined ? [] : [`  stays here: ${kept}`]),
  ].join('\n');
}

function ago(ms: number): string {
  const [name, unitMs] = UNITS.find(([, size]) => ms >= size) ?? (['second', SECOND_MS] as const);
  const count = Math.max(0, Math.floor(ms / unitMs));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
