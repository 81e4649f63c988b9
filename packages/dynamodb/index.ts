export type { BackoffOptions } from './backoff.ts';
export { createDocumentClient } from './client.ts';
export { DynamoDbError, MalformedItemError, UnprocessedItemsError } from './errors.ts';
export {
  and,
  between,
  type Change,
  type Condition,
  equal,
  exists,
  less,
  lessOrEqual,
  missing,
  not,
  or,
} from './expressions.ts';
export { type KeptAnswer, noAnswerKept, recall } from './idempotency.ts';
export type { Key, ReadOptions } from './requests.ts';
export {
  createTable,
  type Table,
  type TableOptions,
  type UpdateOutcome,
  type WriteOutcome,
} from './table.ts';
export {
  isContended,
  type RefusedStep,
  type TransactionOptions,
  type TransactionOutcome,
  type TransactionStep,
  transact,
} from './transaction.ts';
