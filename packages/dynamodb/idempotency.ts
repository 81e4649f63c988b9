import type { Recalled } from '@arcade/lambda';
import { type Condition, lessOrEqual, missing, or } from './expressions.ts';

/** What a table keeps of a request that may come again. To be written in the transaction that carries the request out. */
export interface KeptAnswer {
  /** Of the request that was answered. */
  fingerprint: string;
  answer: unknown;
  /** Seconds since the epoch: the item's TTL. */
  expiresAt: number;
}

const isOver = ({ expiresAt }: Pick<KeptAnswer, 'expiresAt'>, nowMs: number) => expiresAt <= Math.floor(nowMs / 1000);

/** Says of a request, by what is kept under its key, whether it is a repeated one. `nowMs` is milliseconds since the epoch. */
export function recall(kept: KeptAnswer | undefined, fingerprint: string, nowMs: number): Recalled {
  if (!kept || isOver(kept, nowMs)) return { outcome: 'new' };
  if (kept.fingerprint !== fingerprint) return { outcome: 'key-reused' };
  return { outcome: 'repeated', answer: kept.answer };
}

/**
 * The condition for writing an answer: none is kept under the key, or one that is over. DynamoDB deletes an expired item up to
 * days after ("Time to Live"); until then it must not stand in the way.
 */
export function noAnswerKept(nowMs: number): Condition {
  return or(missing('fingerprint'), lessOrEqual('expiresAt', Math.floor(nowMs / 1000)));
}
