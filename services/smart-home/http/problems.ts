import { EventRefusedError } from '@arcade/events';
import { HttpProblem } from '@arcade/lambda';
import type { Pushed } from '../domain/changed.ts';

const REFUSALS: Partial<Record<Pushed, string>> = {
  forged: 'The push is not signed by the vendor.',
  stale: 'The push was signed at another time than now.',
  replayed: 'The push has come before, and was not signed anew.',
};

/** For what is nobody's word that counts; undefined for a push that was taken. */
export function pushRefused(pushed: Pushed): HttpProblem | undefined {
  const { [pushed]: detail } = REFUSALS;
  return detail === undefined
    ? undefined
    : new HttpProblem(401, { type: `urn:arcade:smart-home:push-${pushed}`, detail, extra: { reason: pushed } });
}

/** For what the vendor has signed, and is no change of a state. Anything else stays as it is. */
export const asPushProblem = (error: unknown): unknown =>
  error instanceof EventRefusedError
    ? new HttpProblem(400, { type: 'urn:arcade:smart-home:no-change', detail: error.message })
    : error;
