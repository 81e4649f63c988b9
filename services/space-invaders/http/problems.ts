import { HttpProblem } from '@arcade/lambda';
import type { JoinRefusal } from '../domain/allocate.ts';

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
