import { type HttpHandler, httpHandler } from '@arcade/lambda';
import type { World } from '@arcade/lambda/world';
import type { Patience } from '../domain/conversation.ts';
import { viewOf } from '../domain/home.ts';
import { WELL_BEHAVED } from '../domain/misbehaviour.ts';
import type { BulbsTable, ConversationTable, HomesTable, SendPush } from '../domain/ports.ts';
import { switchByHand } from '../domain/vendor.ts';
import { homeOfPage } from './callers.ts';
import { notThere } from './problems.ts';
import { bulbPath, handBody, homePath, misbehaviourBody } from './schemas.ts';

/** What is done in a home by hand. */
export interface HomeParts extends Pick<World, 'now' | 'newId'> {
  homes: HomesTable;
  bulbs: BulbsTable;
  conversation: ConversationTable;
  sendPush: SendPush;
  patience: Patience;
}

/** The routes of a home's page: all of them want its key. */
export function homeRoutes(parts: HomeParts): Record<string, HttpHandler> {
  const { homes } = parts;
  return {
    'GET /homes/{homeId}': httpHandler({ path: homePath }, async ({ path, headers }) => {
      const home = await homeOfPage(homes, path.homeId, headers);
      return { status: 200, body: await viewOf(parts, home) };
    }),

    'PUT /homes/{homeId}/bulbs/{deviceId}': httpHandler(
      { path: bulbPath, body: handBody },
      async ({ path: { homeId, deviceId }, headers, body: state, correlationId }) => {
        const home = await homeOfPage(homes, homeId, headers);
        const bulb = await switchByHand(parts, { home, deviceId, state, correlationId });
        if (!bulb) throw notThere('bulb');
        return { status: 200, body: { state: bulb.state, changedAtMs: bulb.changedAtMs } };
      },
    ),

    'PUT /homes/{homeId}/misbehaviour': httpHandler(
      { path: homePath, body: misbehaviourBody },
      async ({ path, headers, body }) => {
        const { homeId } = await homeOfPage(homes, path.homeId, headers);
        const misbehaviour = { ...WELL_BEHAVED, ...body };
        // Who disables a skill takes its grant back: when it is enabled again, it is to be linked again.
        await homes.change(homeId, { misbehaviour, ...(misbehaviour.skillDisabled && { isLinked: false }) });
        return { status: 200, body: misbehaviour };
      },
    ),
  };
}
