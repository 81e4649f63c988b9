import { createEvent, type EventOf } from '@arcade/events';
import {
  captureAttempt,
  captureFailed,
  captureSucceeded,
  fakemonAppeared,
  unitTaken,
} from '@arcade/events/contracts/fakemon';
import type { Attempt, Decided } from './attempt.ts';
import type { CaptureSucceeded, UnitTaken } from './ports.ts';
import type { Wild } from './wild.ts';

export type CaptureAttempt = EventOf<typeof captureAttempt>;
export type CaptureOutcome = CaptureSucceeded | EventOf<typeof captureFailed>;
export type FakemonAppeared = EventOf<typeof fakemonAppeared>;

/** The throw that an event tells of. */
export const attemptOf = ({ time, detail }: CaptureAttempt): Attempt => ({ ...detail, thrownAtMs: Date.parse(time) });

/** As API Gateway puts it on the bus: for those who throw without the bus. */
export const attempted = ({ thrownAtMs, ...detail }: Attempt): CaptureAttempt =>
  createEvent(captureAttempt, detail, {
    newId: () => `${detail.player}.${detail.attemptId}`,
    nowMs: thrownAtMs,
    correlationId: detail.attemptId,
  });

/** What came of an attempt: the same event, whenever it is made. */
export function outcomeOf(decided: Decided, cause: CaptureAttempt): CaptureOutcome {
  const { player, attemptId, fakemonId } = decided;
  const whose = { player, name: cause.detail.name, attemptId, fakemonId };
  const context = { newId: () => `${player}.${attemptId}.outcome`, nowMs: decided.decidedAtMs, cause };
  if (decided.outcome === 'captured') {
    const { species, unitsLeft, decidedAtMs: capturedAtMs } = decided;
    return createEvent(captureSucceeded, { ...whose, species, unitsLeft, capturedAtMs }, context);
  }
  const { outcome: reason, species, lateMs, takenBy } = decided;
  return createEvent(captureFailed, { ...whose, reason, species, lateMs, takenBy }, context);
}

/** What everybody is told of a capture. */
export const unitTakenBy = (cause: CaptureSucceeded): UnitTaken => {
  const { fakemonId, species, unitsLeft, name: by, capturedAtMs } = cause.detail;
  const context = { newId: () => `${cause.id}.told`, nowMs: capturedAtMs, cause };
  return createEvent(unitTaken, { fakemonId, species, unitsLeft, by, capturedAtMs }, context);
};

/** What everybody is told of a new fakémon; `correlationId` is that of the tick which brought it. */
export function appearanceOf(wild: Wild, nowMs: number, correlationId: string): FakemonAppeared {
  const { fakemonId, species, x, y, units, appearsAtMs, expiresAtMs } = wild;
  const context = { newId: () => `${fakemonId}.appeared`, nowMs, correlationId };
  return createEvent(fakemonAppeared, { fakemonId, species, x, y, units, appearsAtMs, expiresAtMs }, context);
}
