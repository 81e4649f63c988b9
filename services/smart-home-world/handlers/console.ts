import { httpHandler, httpRoutes } from '@arcade/lambda';
import { makeHome, say } from '../domain/console.ts';
import { homeOfPage } from '../http/callers.ts';
import { homeBody, homePath, utteranceBody } from '../http/schemas.ts';
import { reportSaid } from '../report.ts';
import { alexa } from '../wiring.ts';

const parts = alexa();

/** Whoever speaks to Alexa: makes homes (`POST /homes`), and says things there (`POST /homes/{homeId}/utterances`). */
export const handler = httpRoutes({
  'POST /homes': httpHandler({ body: homeBody }, async ({ body }) => {
    const { home, token } = await makeHome(parts, body);
    return { status: 201, body: { homeId: home.homeId, token, linked: home.isLinked } };
  }),

  'POST /homes/{homeId}/utterances': httpHandler(
    { path: homePath, body: utteranceBody },
    async ({ path, headers, body: { text } }) => {
      const home = await homeOfPage(parts.homes, path.homeId, headers);
      const { utteranceId, direct } = reportSaid(await say(parts, home, text));
      return { status: 200, body: { utteranceId, speech: direct?.speech ?? '' } };
    },
  ),
});
