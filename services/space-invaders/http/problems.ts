import { HttpProblem } from '@arcade/lambda';
import type { JoinRefusal } from '../domain/allocate.ts';
import type { StartRefusal } from '../domain/start.ts';

/** For a request that no authorizer has let through: who plays is known by verified claims only. */
export const nobodyKnown = () => new HttpProblem(401, { detail: 'Nothing verified says who plays.' });

const problem = (status: number, kind: string, detail: string) =>
  new HttpProblem(status, { type: `urn:arcade:space-invaders:${kind}`, detail });

/** Why somebody gets no seat. */
export function refusalProblem(refusal: JoinRefusal): HttpProblem {
  switch (refusal) {
    case 'no-session':
      return problem(404, refusal, 'There is no such session.');
    case 'session-closed':
      return problem(409, refusal, 'The session is closed.');
    case 'session-full':
      return problem(409, refusal, 'All seats are taken. Try again when one is free.');
    case 'cannot-play-again':
      return problem(409, refusal, 'There is no other game for you in this session.');
    case 'busy':
      return new HttpProblem(503, {
        detail: 'Too many want a seat at this moment. Try again.',
        headers: { 'retry-after': '1' },
      });
  }
}

/** Why a call to start is refused, as the socket answers it. */
export function startRefusal(refusal: StartRefusal): { type: 'refused'; status: number; detail: string } {
  const [status, detail] = START_REFUSALS[refusal];
  return { type: 'refused', status, detail };
}

const START_REFUSALS: Record<StartRefusal, [status: number, detail: string]> = {
  'not-a-manager': [403, 'Only a manager may start a session.'],
  'no-session': [404, 'There is no such session.'],
  'session-closed': [409, 'The session is closed.'],
  'not-synchronized': [409, 'In this session everybody starts when they like.'],
  'called-before': [409, 'The session was called to start before.'],
};
