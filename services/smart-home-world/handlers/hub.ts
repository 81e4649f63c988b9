import { httpHandler, httpRoutes } from '@arcade/lambda';
import { dropGrant, fetchGrant, keepGrant } from '../domain/hub.ts';
import { hubAnswer, hubCaller, versionWanted } from '../http/hubAnswers.ts';
import { grantBody, hubPath } from '../http/schemas.ts';
import { hub } from '../wiring.ts';

const parts = hub();

/** The hub on the premises of an account: `PUT`, `GET` and `DELETE /hubs/{account}/grant`. */
export const handler = httpRoutes({
  'PUT /hubs/{account}/grant': httpHandler({ path: hubPath, body: grantBody }, async ({ path, headers, body }) => {
    await hubCaller(parts, headers);
    return hubAnswer(await keepGrant(parts, path.account, body, versionWanted(headers)));
  }),

  'GET /hubs/{account}/grant': httpHandler({ path: hubPath }, async ({ path, headers }) => {
    await hubCaller(parts, headers);
    return hubAnswer(await fetchGrant(parts, path.account));
  }),

  'DELETE /hubs/{account}/grant': httpHandler({ path: hubPath }, async ({ path, headers }) => {
    await hubCaller(parts, headers);
    return hubAnswer(await dropGrant(parts, path.account));
  }),
});
