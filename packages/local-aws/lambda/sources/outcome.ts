import type { InvocationResult } from '../runtime/runtime.ts';
import type { RetryLimits, SourceRecord } from './source.ts';

/** Records for one run of the function. */
export interface Batch {
  records: readonly SourceRecord[];
  /** How often they have failed together. */
  failures: number;
}

/** Why records of a stream are given up. */
export type GivenUp = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** What is to be done after a run. */
export interface Outcome {
  /** Handled. */
  done: readonly SourceRecord[];
  /** To be tried again before any others of their lane, in this order. */
  again: readonly Batch[];
  /** Given up together. */
  discarded?: { records: readonly SourceRecord[]; condition: GivenUp; invokeCount: number };
}

/**
 * The ids of the records that a function says have failed; `all` when it failed itself or its answer makes no sense.
 * docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedIds(
  result: Pick<InvocationResult, 'functionError' | 'payload'>,
  records: readonly SourceRecord[],
  reportsFailures: boolean,
): ReadonlySet<string> | 'all' {
  if (result.functionError) return 'all';
  if (!reportsFailures) return NONE;
  const answer = JSON.parse(result.payload) as { batchItemFailures?: unknown } | null;
  const failures = isEmpty(answer) ? [] : (answer?.batchItemFailures ?? []);
  if (!Array.isArray(failures)) return 'all';
  const known = new Set(records.map(({ id }) => id));
  const failed = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  const isKnown = (id: unknown): id is string => typeof id === 'string' && known.has(id);
  // One id that means nothing, and Lambda trusts none of them.
  return failed.every(isKnown) ? new Set(failed) : 'all';
}

const NONE: ReadonlySet<string> = new Set();

/** Answers that stand for success: nothing, an empty text, an empty list. */
const isEmpty = (answer: unknown) => !answer || (Array.isArray(answer) && answer.length === 0);

/**
 * What follows for the records of a stream when some of a batch have failed, or all. The lowest that failed is where the
 * stream goes on: what comes before it is done, it and what comes after is a new batch with all its retries. A batch that
 * failed as a whole is halved where the mapping says so, which costs no retry; else it is tried again, as often as it may be.
 * docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export function streamOutcome(batch: Batch, failed: ReadonlySet<string> | 'all', limits: RetryLimits): Outcome {
  const { records } = batch;
  const first = failed === 'all' ? 0 : records.findIndex(({ id }) => failed.has(id));
  if (first < 0) return { done: records, again: [] };
  if (first > 0) return { done: records.slice(0, first), again: [{ records: records.slice(first), failures: 0 }] };
  const { bisects, maxRetries } = limits;
  if (bisects && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    const halves = [records.slice(0, middle), records.slice(middle)];
    return { done: [], again: halves.map((half) => ({ records: half, failures: batch.failures })) };
  }
  const failures = batch.failures + 1;
  if (failures <= maxRetries) return { done: [], again: [{ records, failures }] };
  return { done: [], again: [], discarded: { records, condition: 'RetryAttemptsExhausted', invokeCount: failures } };
}

/** Takes what has become too old from the front of a batch of a stream; undefined when nothing has. */
export function tooOld(batch: Batch, limits: RetryLimits, nowMs: number): Outcome | undefined {
  const young = batch.records.findIndex(({ atMs }) => nowMs - atMs <= limits.maxAgeMs);
  if (young === 0) return undefined;
  const end = young < 0 ? batch.records.length : young;
  return {
    done: [],
    again: end < batch.records.length ? [{ ...batch, records: batch.records.slice(end) }] : [],
    discarded: {
      records: batch.records.slice(0, end),
      condition: 'RecordAgeExceeded',
      // AWS counts one also for records that were too old before the first run.
      invokeCount: Math.max(1, batch.failures),
    },
  };
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 60_000;

/** How long a stream's batch waits before it is tried again; AWS backs off so that eight runs take about half a minute. */
export function pauseBeforeRetryMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}
