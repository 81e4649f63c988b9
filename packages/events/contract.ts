import * as z from 'zod/mini';
import type { ObjectSchema } from './schema.ts';

/** What every event carries around its detail. */
const envelopeShape = {
  /** Unique; consumers drop a second event of the same id. */
  id: z.string().check(z.minLength(1)),
  /** When it happened, ISO 8601 in UTC. */
  time: z.iso.datetime(),
  /** Shared by all that follows from one request, schedule or message from outside. */
  correlationId: z.string().check(z.minLength(1)),
  /** The id of the event that caused this one; absent when it came from outside. */
  causationId: z.optional(z.string().check(z.minLength(1))),
};

/** What a contract is made of. */
export interface ContractDefinition<Detail extends ObjectSchema> {
  /** `domain.event_name`, for example `ping_pong.ball_hit`. EventBridge shows it as the detail type. */
  type: string;
  /** Raised when a consumer of the old version could no longer read the new one; added optional fields do not raise it. */
  version: number;
  /** The service that publishes it, for example `ping-pong`. */
  source: string;
  /** One sentence for the reference page. */
  description: string;
  detail: Detail;
  /** Message attributes beside `type` and `correlationId`, for filter policies on topics. */
  attributes?(detail: z.output<Detail>): Record<string, string>;
  /** What FIFO queues and topics keep in order: events of one group come one after another. Of any length. */
  group?(detail: z.output<Detail>): string;
}

/**
 * Defines an event once: schema, type, publisher, reference page and test builders all start from it.
 * Throws a TypeError for a type that is not `domain.event_name`.
 *
 * @example
 * const ballHit = defineEvent({
 *   type: 'ping_pong.ball_hit', version: 1, source: 'ping-pong', description: 'A player hit the ball.',
 *   detail: z.object({ rally: z.int(), stroke: z.int() }),
 * });
 * type BallHit = EventOf<typeof ballHit>;
 */
export function defineEvent<const Type extends string, Detail extends ObjectSchema>(
  definition: ContractDefinition<Detail> & { type: Type },
) {
  const { type, version, source, detail } = definition;
  if (!/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/.test(type)) {
    throw new TypeError(`an event's type is domain.event_name in lower case, not '${type}'`);
  }
  const schema = z.object({
    ...envelopeShape,
    type: z.literal(type),
    source: z.literal(source),
    version: z.literal(version),
    detail,
  });
  return { ...definition, schema };
}

/** A contract, as `defineEvent` gives it. */
export type Contract<Type extends string = string, Detail extends ObjectSchema = ObjectSchema> = ReturnType<
  typeof defineEvent<Type, Detail>
>;

/** The fields around the detail. */
export interface Envelope {
  id: string;
  time: string;
  correlationId: string;
  causationId?: string | undefined;
  type: string;
  source: string;
  version: number;
}

/** An event of some contract, whichever. */
export interface AnyEvent extends Envelope {
  detail: Record<string, unknown>;
}

/** The event that a contract describes. */
export type EventOf<C> = C extends { type: infer Type extends string; detail: infer Detail extends ObjectSchema }
  ? Omit<Envelope, 'type'> & { type: Type; detail: z.output<Detail> }
  : never;

/** What a new event needs beside its detail: ids and time come from outside, so that tests can fix them. */
export interface EventContext {
  /** Gives a new unique id. */
  newId(): string;
  /** Milliseconds since the epoch. */
  nowMs: number;
  /** The event that causes this one: its correlation id goes on. */
  cause?: Pick<Envelope, 'id' | 'correlationId'> | undefined;
  /** For the first event of a chain: the id of the request. Left out, the event's own id is taken. */
  correlationId?: string | undefined;
}

/** Makes an event. Throws a ZodError when the detail does not fit its contract: a fault of the publisher's own code. */
export function createEvent<Type extends string, Detail extends ObjectSchema>(
  contract: Contract<Type, Detail>,
  detail: z.input<Detail>,
  { newId, nowMs, cause, correlationId }: EventContext,
): EventOf<Contract<Type, Detail>> {
  const id = newId();
  const event = {
    id,
    time: new Date(nowMs).toISOString(),
    correlationId: cause?.correlationId ?? correlationId ?? id,
    ...(cause && { causationId: cause.id }),
    type: contract.type,
    source: contract.source,
    version: contract.version,
    detail: z.parse(contract.detail, detail),
  };
  // The conditional type EventOf cannot be followed for open type parameters; each field above is the contract's own.
  return event as unknown as EventOf<Contract<Type, Detail>>;
}

const contractOf = (contracts: readonly Contract[], event: AnyEvent) =>
  contracts.find(({ type, version }) => type === event.type && version === event.version);

/**
 * An event's place in FIFO queues and topics: the group that its contract says, and its own id, by which it is taken once in five minutes.
 * Throws a TypeError for an event whose contract says no group.
 */
export function placeOf(contracts: readonly Contract[], event: AnyEvent): { group: string; deduplicationId: string } {
  const group = contractOf(contracts, event)?.group?.(event.detail);
  if (group === undefined) throw new TypeError(`no contract says what group '${event.type}' is of`);
  return { group, deduplicationId: event.id };
}

/** The message attributes of an event: what filter policies see. Those of a contract are made of details of its version only. */
export function attributesOf(contracts: readonly Contract[], event: AnyEvent): Record<string, string> {
  const contract = contractOf(contracts, event);
  const own = contract?.attributes?.(event.detail) ?? {};
  return { type: event.type, correlationId: event.correlationId, ...own };
}

/**
 * The contract's JSON Schema, of draft 4: what schema registries and API Gateway's models read; or of draft 7, which AsyncAPI builds upon.
 * As consumers do, it takes fields that it does not know.
 */
export function jsonSchemaOf(contract: Contract, target: 'draft-4' | 'draft-7' = 'draft-4'): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(contract.schema, { target, io: 'input' });
  return { $schema, title: contract.type, description: contract.description, ...schema };
}
