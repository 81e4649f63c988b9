import { AwsError, NotSupportedError } from '../../core/errors.ts';
import { validationException } from '../engine.ts';
import type { Item } from '../store/item.ts';

/** The most actions in one transaction. */
const MAX_ACTIONS = 100;
/** The most bytes of items in one transaction. */
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

/** Why one action of a transaction did or did not stop it. */
export interface CancellationReason {
  Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  Message?: string;
  Item?: Item;
}

/** Nothing was wrong with this action. */
export const NO_REASON: CancellationReason = { Code: 'None' };

/** The error of a transaction that did nothing, with one reason for each action, in order. */
export function transactionCancelled(reasons: CancellationReason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { fields: { CancellationReasons: reasons } },
  );
}

/** The reason that an action's error gives. An error that is not about the action itself is thrown on. */
export function reasonOf(error: unknown, item: Item | undefined): CancellationReason {
  if (error instanceof AwsError && error.code === 'ConditionalCheckFailedException')
    return { Code: 'ConditionalCheckFailed', Message: error.message, ...(item && { Item: item }) };
  if (error instanceof AwsError && error.code === 'ValidationException')
    return { Code: 'ValidationError', Message: error.message };
  throw error;
}

/** One action of a transaction: its kind and its parameters. */
export interface TransactionAction {
  kind: string;
  parameters: Record<string, unknown>;
}

/** How DynamoDB calls the kinds of action. */
const KIND_NAMES: Record<string, string> = { ConditionCheck: 'Check' };

/** Takes `TransactItems` apart. Throws ValidationException when there are none, too many, or one is not of one known kind. */
export function readActions(
  input: Record<string, unknown>,
  direction: 'Get' | 'Write',
  kinds: readonly string[],
): TransactionAction[] {
  const items = input.TransactItems;
  const constraint = (value: string, rule: string) =>
    validationException(
      `1 validation error detected: Value ${value} at 'transactItems' failed to satisfy constraint: Member must ${rule}`,
    );
  if (!Array.isArray(items)) throw constraint('null', 'not be null');
  if (items.length < 1) throw constraint("'[]'", 'have length greater than or equal to 1');
  if (items.length > MAX_ACTIONS) {
    const shown = items.map(
      (_item, at) => `com.amazonaws.dynamodb.v20120810.Transact${direction}Item@${at.toString(16)}`,
    );
    throw constraint(`'[${shown.join(', ')}]'`, `have length less than or equal to ${MAX_ACTIONS}`);
  }
  return items.map((item: Record<string, unknown> | null) => {
    const members = Object.entries(item ?? {}).filter(([, value]) => value !== null && value !== undefined);
    const unknown = members.find(([kind]) => !kinds.includes(kind));
    if (unknown) throw new NotSupportedError(`the transaction action ${unknown[0]}`);
    const [member] = members;
    if (!member && direction === 'Write')
      throw validationException('Invalid Request: TransactWriteRequest should contain Delete or Put or Update request');
    if (!member || members.length > 1)
      throw validationException(`TransactItems can only contain one of ${listed(kinds)}`);
    return { kind: member[0], parameters: member[1] as Record<string, unknown> };
  });
}

/** `Check, Put, Update or Delete`, in DynamoDB's own order. */
function listed(kinds: readonly string[]): string {
  const names = ['ConditionCheck', 'Put', 'Update', 'Delete', 'Get'].filter((kind) => kinds.includes(kind));
  const shown = names.map((kind) => KIND_NAMES[kind] ?? kind);
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}` : `${shown[0]}`;
}

/** Throws ValidationException when the items of a transaction are too large together; DynamoDB says it twice. */
export function refuseTooLarge(bytes: number): void {
  if (bytes <= MAX_TRANSACTION_BYTES) return;
  const sentence = 'Transaction payload size cannot exceed 4MB. Payload Size: ';
  throw validationException(`${sentence}: ${sentence}${bytes}`);
}

/** Refuses what no one handles. */
export function refuseUnknown(operation: string, input: Record<string, unknown>, known: readonly string[]): void {
  const unknown = Object.keys(input).find((name) => !known.includes(name) && input[name] !== undefined);
  if (unknown) throw new NotSupportedError(`the parameter ${unknown} of dynamodb:${operation}`);
}
