import { logger, writeMetrics } from '@arcade/lambda';
import type { CaptureOutcome, FakemonAppeared } from './domain/events.ts';
import type { Told } from './domain/tell.ts';

/** Counts an attempt by what came of it. Each is in its table and in the audit's log, so that a line is written for whoever looks for faults only. */
export function reportOutcome({ type, time, detail }: CaptureOutcome, thrownAtMs: number): void {
  const outcome = type === 'fakemon.capture_succeeded' ? 'captured' : detail.reason;
  logger.debug('decided', { outcome, fakemonId: detail.fakemonId, attemptId: detail.attemptId });
  const { [outcome]: metric } = {
    captured: 'Captures',
    taken: 'AttemptsTaken',
    gone: 'AttemptsGone',
    dodged: 'AttemptsDodged',
    unknown: 'AttemptsUnknown',
  };
  writeMetrics({ Attempts: 1, [metric]: 1, DecisionMs: Math.max(0, Date.parse(time) - thrownAtMs) });
}

/** Counts messages that went to players, and connections that were gone. */
export function reportTold({ sent, gone }: Told): void {
  if (sent + gone > 0) writeMetrics({ MessagesSent: sent, ConnectionsGone: gone });
}

/** Counts the fakémon that are to appear. */
export function reportAppearances(events: readonly FakemonAppeared[]): void {
  writeMetrics({ FakemonAppeared: events.length });
}
