export {
  type AnyEvent,
  attributesOf,
  type Contract,
  type ContractDefinition,
  createEvent,
  defineEvent,
  type Envelope,
  type EventContext,
  type EventOf,
  jsonSchemaOf,
} from './contract.ts';
export { EventRefusedError, EventsError, type FailedEntry, type Misfit, PublishError } from './errors.ts';
export {
  type DeadLetter,
  type Outbox,
  type OutboxEntry,
  type Publish,
  publishEntry,
  publishNow,
  type Relayed,
  relayOutbox,
  type WaitingEntry,
} from './outbox.ts';
export { misfitsOf, parseEvent } from './parse.ts';
export type { ObjectSchema, Schema } from './schema.ts';
export { storedEvent } from './stored.ts';
