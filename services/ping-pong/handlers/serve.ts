import { httpHandler } from '@arcade/lambda';
import { callServe } from '../domain/callServe.ts';
import { ballInPlay } from '../http/problems.ts';
import { umpire } from '../wiring.ts';

const parts = umpire();

/** `POST /match/serve`: the umpire calls the serve. 202, because the stroke itself comes later; 409 while a ball is in play. */
export const handler = httpHandler({}, async ({ correlationId }) => {
  const served = await callServe(parts, correlationId);
  if (served.outcome === 'ball-in-play') throw ballInPlay(served.rally, served.strokes);
  const { rally, server } = served.call.detail;
  return { status: 202, body: { rally, server } };
});
