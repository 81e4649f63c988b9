import { HttpProblem, httpHandler, readEnv } from '@arcade/lambda';
import { isBallLost, serveCallFor } from '../domain/decide.ts';
import { letAfterMs, matchStore, maxRalliesPerServe, publisher } from '../wiring.ts';

/**
 * `POST /match/serve`: the umpire calls the serve, and whoever's turn it is will hear it. 202, because the stroke itself
 * comes later; 409 while a ball is in play, unless it is lost: then whoever hears the call has the rally played again.
 * Two calls at once are harmless: the second finds its rally begun.
 */
export const handler = httpHandler({}, async ({ correlationId }) => {
  const match = await matchStore().load();
  const nowMs = Date.now();
  if (match.rally.inPlay && !isBallLost(match, nowMs, letAfterMs())) {
    const { number: rally, strokes } = match.rally;
    throw new HttpProblem(409, {
      type: 'urn:arcade:ping-pong:ball-in-play',
      title: 'A ball is in play',
      detail: `Rally ${rally} is being played, ${strokes} strokes so far.`,
      extra: { rally, strokes },
    });
  }
  const newId = () => crypto.randomUUID();
  const call = serveCallFor(match, maxRalliesPerServe() - 1, { newId, nowMs, correlationId });
  await publisher().publish(readEnv('ANNOUNCEMENTS_TOPIC_ARN'), [call]);
  return { status: 202, body: { rally: call.detail.rally, server: call.detail.server } };
});
