import type { AnyEvent } from '@arcade/events';
import { logger, writeMetrics } from '@arcade/lambda';
import type { Pushed } from './domain/changed.ts';
import type { Dispatched } from './domain/dispatch.ts';
import type { AlexaMessage } from './domain/messages.ts';
import type { Polled } from './domain/poll.ts';
import type { Processed } from './domain/process.ts';
import type { Verified } from './domain/verify.ts';

/** Counts what Alexa was answered at once, by its name: `DeferredResponse`, `ErrorResponse`. */
export function reportAnswer({ event: { header, payload } }: AlexaMessage): void {
  const isError = header.name === 'ErrorResponse';
  logger.debug('answered', { name: header.name, ...(isError && { type: payload.type }) });
  writeMetrics({ Directives: 1, ...(isError && { DirectivesRefused: 1 }) });
}

const PROCESSED: Readonly<Record<Processed, string>> = {
  answered: 'CommandsAnswered',
  refused: 'CommandsRefused',
  accepted: 'CommandsAccepted',
  'too-late': 'CommandsTooLate',
};

/** Counts a directive that was taken off its queue by what became of it. */
export function reportProcessed(processed: Processed, { id }: AnyEvent): void {
  if (processed === 'refused' || processed === 'too-late')
    logger.warn('a directive was not carried out', { id, processed });
  writeMetrics({ [PROCESSED[processed]]: 1 });
}

/** Counts how often the vendor was asked, and what for. */
export function reportPolled(polled: Polled, { id }: AnyEvent): void {
  logger.debug('asked', { id, polled });
  writeMetrics({ Polls: 1, ...(polled === 'pending' && { PollsTooEarly: 1 }) });
}

/** Counts what the vendor has pushed; what is not the vendor's word by itself. */
export function reportPushed(pushed: Pushed): void {
  const isRefused = pushed === 'forged' || pushed === 'stale' || pushed === 'replayed';
  if (isRefused) logger.warn('a push was refused', { pushed });
  writeMetrics({ Pushes: 1, ...(isRefused && { PushesRefused: 1 }) });
}

/** Counts answers that were checked, and those that the vendor had not confirmed. */
export function reportVerified(verified: Verified, { id }: AnyEvent): void {
  logger.debug('checked', { id, verified });
  writeMetrics({ Checks: 1, ...(verified === 'reported' && { PushesMissed: 1 }) });
}

/** Counts how far what is to be told to Alexa got; what she was not told is a line of the log, too. */
export function reportDispatched(dispatched: Dispatched): void {
  switch (dispatched.outcome) {
    case 'sent':
      writeMetrics({ EventsSent: 1 });
      break;
    case 'late':
      logger.warn('an answer came too late: it is kept', { lateMs: dispatched.lateMs });
      writeMetrics({ LateAnswers: 1 });
      break;
    case 'no-grant':
      logger.warn('nobody may speak for this customer: the event is dropped', { grantDropped: dispatched.dropped });
      writeMetrics({ EventsWithoutGrant: 1, ...(dispatched.dropped && { GrantsDropped: 1 }) });
      break;
    case 'refused':
      logger.error('Alexa refuses the event', { status: dispatched.status, code: dispatched.code });
      writeMetrics({ EventsRefused: 1 });
  }
}
