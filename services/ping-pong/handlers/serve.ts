import { HttpProblem, httpHandler, readEnv } from '@arcade/lambda';
import { serveCallFor } from '../domain/decide.ts';
import { matchStore, maxRalliesPerServe, publisher } from '../wiring.ts';

/**
 * `POST /match/serve`: the umpire calls the serve, and whoever's turn it is will hear it. 202, because the stroke itself
 * comes later; 409 while a ball is in play. Two calls at once are harmless: the second finds its rally begun.
 */
export const handler = httpHandler({}, async ({ correlationId }) => {
  const match = await matchStore().load();
  if (match.rally.inPlay) {
    const { number: rally, strokes } = match.rally;
    throw new HttpProblem(409, {
      type: 'urn:arcade:ping-pong:ball-in-play',
      title: 'A ball is in play',
      detail: `Rally ${rally} is being played, ${strokes} strokes so far.`,
      extra: { rally, strokes },
    });
  }
  const newId = () => crypto.randomUUID();
  const call = serveCallFor(match, maxRalliesPerServe() - 1, { newId, nowMs: Date.now(), correlationId });
  await publisher().publish(readEnv('ANNOUNCEMENTS_TOPIC_ARN'), [call]);
  return { status: 202, body: { rally: call.detail.rally, server: call.detail.server } };
});
