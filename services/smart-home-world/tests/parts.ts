import type { PushDue } from '@arcade/events/contracts/bulb-vendor';
import type { SkillMessage } from '../domain/alexa.ts';
import { type Bulb, bulbsOf, type VendorRequest } from '../domain/bulb.ts';
import type { GatewayEvent, Utterance } from '../domain/conversation.ts';
import { WELL_BEHAVED } from '../domain/misbehaviour.ts';
import type { Belief, BulbsTable, ConversationTable, Grant, Home, HomesTable, TokensTable } from '../domain/ports.ts';

/** When the tests' world begins. */
export const START_MS = 1_893_456_000_000;
export const HOME_ID = '11111111-1111-4111-8111-111111111111';

/** A home, with overrides. */
export const homeOf = ({
  misbehaviour,
  ...overrides
}: Partial<Omit<Home, 'misbehaviour'>> & { misbehaviour?: Partial<Home['misbehaviour']> } = {}): Home => ({
  homeId: HOME_ID,
  keyHash: 'hash',
  vendorToken: `${HOME_ID}.vendor`,
  grants: 'table',
  seed: 'seed',
  misbehaviour: { ...WELL_BEHAVED, ...misbehaviour },
  createdAtMs: START_MS,
  isLinked: true,
  endpoints: [],
  ...overrides,
});

/** A clock that tests move, and ids that count. */
export function clockwork() {
  let nowMs = START_MS;
  let ids = 0;
  return {
    now: () => nowMs,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    /** Waiting is time that passes. */
    wait: async (ms: number) => {
      nowMs += Math.max(0, ms);
    },
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

/** Homes in memory. */
export function homesOf(...homes: Home[]): HomesTable & { all: Map<string, Home>; bulbs: Bulb[] } {
  const all = new Map(homes.map((home) => [home.homeId, home]));
  const bulbs: Bulb[] = [];
  return {
    ...{ all, bulbs },
    async create(home, ofHome) {
      all.set(home.homeId, home);
      bulbs.push(...ofHome);
    },
    find: async (homeId) => all.get(homeId),
    async change(homeId, change) {
      const home = all.get(homeId);
      if (home) all.set(homeId, { ...home, ...change });
    },
  };
}

/** The bulbs of a new home, in memory; `contended` has others change them so many times first. */
export function bulbsInMemory({
  contended = 0,
} = {}): BulbsTable & { of(deviceId: string): Bulb; requests: VendorRequest[] } {
  const bulbs = new Map(bulbsOf(HOME_ID, START_MS).map((bulb) => [bulb.deviceId, bulb]));
  const requests: VendorRequest[] = [];
  const attempts = new Map<string, number>();
  let left = contended;
  const found = (deviceId: string, requestId: string) =>
    requests.find((one) => one.deviceId === deviceId && one.requestId === requestId);
  return {
    requests,
    of(deviceId) {
      const bulb = bulbs.get(deviceId);
      if (!bulb) throw new Error(`there is no ${deviceId}`);
      return bulb;
    },
    all: async () => [...bulbs.values()],
    find: async (_homeId, deviceId) => bulbs.get(deviceId),
    findRequest: async (_homeId, deviceId, requestId) => found(deviceId, requestId),
    async countAttempt(_homeId, _deviceId, requestId) {
      const count = (attempts.get(requestId) ?? 0) + 1;
      attempts.set(requestId, count);
      return count;
    },
    async keep(bulb, request) {
      const current = bulbs.get(bulb.deviceId);
      if (left > 0 && current) {
        left -= 1;
        bulbs.set(bulb.deviceId, { ...current, version: current.version + 1 });
      }
      const isOld = bulbs.get(bulb.deviceId)?.version !== bulb.version - 1;
      if (isOld || (request && found(request.deviceId, request.requestId))) return 'changed';
      bulbs.set(bulb.deviceId, bulb);
      if (request) requests.push(request);
      return 'kept';
    },
  };
}

/** Pushes that were put into the queue. */
export function pushesInMemory() {
  const sent: { push: PushDue; delayMs: number }[] = [];
  return { sent, sendPush: async (push: PushDue, delayMs: number) => void sent.push({ push, delayMs }) };
}

/** Tokens in memory. */
export function tokensInMemory(): TokensTable & { all: Map<string, Grant> } {
  const all = new Map<string, Grant>();
  return {
    all,
    issue: async (token, grant) => void all.set(token, grant),
    find: async (token) => all.get(token),
    async take(token) {
      const grant = all.get(token);
      all.delete(token);
      return grant;
    },
  };
}

/** What was said, in memory. */
export function conversationInMemory(): ConversationTable & {
  utterances: Utterance[];
  events: GatewayEvent[];
  believed: Belief[];
} {
  const utterances: Utterance[] = [];
  const events: GatewayEvent[] = [];
  const believed: Belief[] = [];
  const asked = new Set<string>();
  return {
    ...{ utterances, events, believed },
    keepUtterance: async (_homeId, utterance) => void utterances.push(utterance),
    async keepEvent(_homeId, event) {
      const known = events.find(({ messageId }) => messageId === event.messageId);
      if (known) known.repeated += 1;
      else events.push(event);
      return known ? 'repeated' : 'new';
    },
    async isFirst(_homeId, what) {
      const isNew = !asked.has(what);
      asked.add(what);
      return isNew;
    },
    newest: async () => ({ utterances, events }),
    believe: async (_homeId, belief) => void believed.push(belief),
    beliefs: async () => believed,
  };
}

/** A message of the skill's, with overrides of its parts. */
export function messageOf({
  header,
  endpoint,
  payload,
  properties,
}: {
  header?: Partial<Record<keyof SkillMessage['event']['header'], string | undefined>>;
  endpoint?: object | undefined;
  payload?: object;
  properties?: readonly [name: string, value: unknown][];
} = {}): SkillMessage {
  const timeOfSample = new Date(START_MS).toISOString();
  const given = {
    event: {
      header: {
        ...{
          namespace: 'Alexa',
          name: 'Response',
          messageId: 'message-1',
          payloadVersion: '3',
          correlationToken: 'token-1',
        },
        ...header,
      },
      endpoint: { endpointId: 'desk-lamp', ...endpoint },
      payload: payload ?? {},
    },
    context: {
      properties: (properties ?? []).map(([name, value]) => ({ namespace: 'Alexa', name, value, timeOfSample })),
    },
  };
  return JSON.parse(JSON.stringify(given));
}
