import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type BackoffOptions, withBackoff } from './backoff.ts';

/** One write or check of a transaction: made by a table's `step`. */
export type TransactionStep = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Why a step refused: its condition did not hold. `current` is the item as it is, if there is one (not parsed). */
export interface RefusedStep {
  current: Record<string, unknown> | undefined;
}

/** What became of a transaction. */
export type TransactionOutcome<Name extends string> =
  | { outcome: 'done' }
  /** Nothing was written: the conditions of these steps did not hold. */
  | { outcome: 'refused'; refused: Partial<Record<Name, RefusedStep>> };

export interface TransactionOptions extends BackoffOptions {
  /** The same token within ten minutes carries the transaction out once. 1 to 36 characters; made by the SDK if left out. */
  token?: string;
}

/** Reasons that pass: another transaction holds an item, or the table is throttled. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * Carries out all steps, or none. The names of the steps come back in the outcome, so that the caller asks
 * `refused.turn`, not for a position in an array. Conflicts with other transactions and throttles are tried again;
 * what else goes wrong is thrown as the SDK's own error (up to 100 steps, one per item).
 *
 * @example
 * const written = await transact(client, { turn: games.step.update(...), player: players.step.update(...) });
 * if (written.outcome === 'refused' && written.refused.turn) return 'not-your-turn';
 */
export async function transact<Name extends string>(
  client: DynamoDBDocumentClient,
  steps: Record<Name, TransactionStep>,
  { token, ...backoff }: TransactionOptions = {},
): Promise<TransactionOutcome<Name>> {
  const names = Object.keys(steps) as Name[];
  const input = {
    TransactItems: names.map((name) => steps[name]),
    ...(token && { ClientRequestToken: token }),
  };

  const attempt = async (): Promise<TransactionOutcome<Name> | TransactionCanceledException> => {
    try {
      await client.send(new TransactWriteCommand(input));
      return { outcome: 'done' };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      return refusedSteps(names, error) ?? error;
    }
  };
  const answer = await withBackoff(attempt, (one) => !isContended(one), backoff);
  if (answer instanceof TransactionCanceledException) throw answer;
  return answer;
}

function refusedSteps<Name extends string>(
  names: readonly Name[],
  error: TransactionCanceledException,
): TransactionOutcome<Name> | undefined {
  const refused: Partial<Record<Name, RefusedStep>> = {};
  for (const [at, reason] of (error.CancellationReasons ?? []).entries()) {
    const name = names[at];
    if (name === undefined || reason.Code !== 'ConditionalCheckFailed') continue;
    // The document client leaves the items of this exception in DynamoDB's own notation.
    refused[name] = { current: reason.Item && unmarshall(reason.Item) };
  }
  return Object.keys(refused).length > 0 ? { outcome: 'refused', refused } : undefined;
}

/** Whether a transaction was thrown back because others hold its items, or the table is throttled: nothing was written, and it may be tried again. */
export const isContended = (error: unknown): boolean => error instanceof TransactionCanceledException && passes(error);

const passes = ({ CancellationReasons = [] }: TransactionCanceledException) =>
  CancellationReasons.every(({ Code = 'None' }) => Code === 'None' || PASSING.has(Code));
