import type { BulbState, DeviceApi } from '@arcade/events/contracts/smart-home';
import type { World } from '@arcade/lambda/world';
import { bulbAt } from './bulb.ts';
import { conversationOf, type Exchange, type Patience } from './conversation.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import type { BulbsTable, ConversationTable, Home } from './ports.ts';

/** How many exchanges a page is shown. */
const SHOWN = 20;
/** How many entries are read for them: an exchange is what was said, and mostly one answer. */
const READ = 60;

/** A home, as its page sees it. */
export interface HomeView {
  bulbs: readonly {
    deviceId: string;
    name: string;
    place: string;
    api: DeviceApi;
    state: BulbState;
    /** What Alexa believes, as far as she was told. */
    alexa: Partial<BulbState> & { reachable?: boolean };
    reachable: boolean;
  }[];
  conversation: readonly Exchange[];
  misbehaviour: Misbehaviour;
  linked: boolean;
  nowMs: number;
}

/** All of a home, as it is now. */
export async function viewOf(
  {
    bulbs,
    conversation,
    now,
    patience,
  }: { bulbs: BulbsTable; conversation: ConversationTable; patience: Patience } & Pick<World, 'now'>,
  { homeId, misbehaviour, isLinked: linked }: Home,
): Promise<HomeView> {
  const [all, { utterances, events }, beliefs] = await Promise.all([
    bulbs.all(homeId),
    conversation.newest(homeId, READ),
    conversation.beliefs(homeId),
  ]);
  const nowMs = now();
  return {
    bulbs: all.map((kept) => {
      const { deviceId, name, place, api, state } = bulbAt(kept, nowMs);
      const { power, brightness, isReachable } = beliefs.find((one) => one.deviceId === deviceId) ?? {};
      const alexa = {
        ...(power !== undefined && { power }),
        ...(brightness !== undefined && { brightness }),
        ...(isReachable !== undefined && { reachable: isReachable }),
      };
      return { deviceId, name, place, api, state, alexa, reachable: !misbehaviour.unreachable.includes(deviceId) };
    }),
    conversation: conversationOf(utterances, events, { nowMs, patience }).slice(0, SHOWN),
    misbehaviour,
    linked,
    nowMs,
  };
}
