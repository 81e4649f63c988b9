import { httpHandler } from '@arcade/lambda';
import { allocate } from '../domain/allocate.ts';
import { playerOf } from '../http/caller.ts';
import { refusalProblem } from '../http/problems.ts';
import { allocateBody } from '../http/schemas.ts';
import { reportJoined } from '../report.ts';
import { usher } from '../wiring.ts';

const parts = usher();

/** `POST /allocate`: a seat, where there is one. */
export const handler = httpHandler({ body: allocateBody }, async ({ claims, body }) => {
  const { sessionId, isBot = false, trial } = body;
  const joined = await allocate(parts, { ...playerOf(claims), sessionId, isBot, trial });
  reportJoined(joined);
  if (joined.outcome !== 'seated') throw refusalProblem(joined.outcome);
  return { status: 200, body: { sessionId, seatedAtMs: joined.seatedAtMs, trial: joined.trial } };
});
