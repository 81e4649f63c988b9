import type { DeviceApi } from '@arcade/events/contracts/smart-home';
import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NETWORK_NAMES, type NetworkName } from '../networks.ts';
import { type HomeSystem, SERVICE_FOLDER, startHome, type TestHome } from './aws.ts';
import { exchangesOf, leftBehind, spoken } from './house.ts';

const EVERY: readonly DeviceApi[] = ['sync', 'push', 'polling', 'optimistic'];
const SERVED: Readonly<Record<NetworkName, readonly DeviceApi[]>> = {
  sync: ['sync'],
  asyncPush: ['push'],
  asyncPoll: ['polling'],
  optimistic: ['optimistic'],
  home: EVERY,
};
const DISCOVER = 'discover my devices';
/** Time is virtual: a machine that is busy makes nothing late. */
const DEFERRED_ANSWER_SECONDS = 6;

// One home, which the skill is deployed for again and again, each time with another network in the place of the one before.
let system: HomeSystem;
let home: TestHome;
beforeAll(async () => {
  system = await startHome({ network: 'home', deferredAnswerSeconds: DEFERRED_ANSWER_SECONDS });
  home = await system.enter();
}, PATIENCE_MS);
afterAll(() => system?.stop());

const deploy = (network: NetworkName) =>
  system.aws.deploy(SERVICE_FOLDER, {
    params: { network, deferredAnswerSeconds: String(DEFERRED_ANSWER_SECONDS) },
  });

describe.each(NETWORK_NAMES)('the network %s, compiled alone', (network) => {
  it(
    'answers each directive of what it serves once and in time, in order for each bulb, refuses the rest at once, and leaves nothing behind',
    async () => {
      await deploy(network);
      const serves = (api: DeviceApi) => SERVED[network].includes(api);
      const { bulbs } = (await home.ask('GET', '')).body;

      const { speech } = (await home.ask('POST', '/utterances', { text: DISCOVER })).body;
      const sinceSeq = system.aws.cloud.journal.lastSeq;
      for (const { name } of bulbs) await home.say(`turn on the ${name}`);
      // What is said at one instant of virtual time is in no order.
      await system.aws.advance(50);
      const firsts = bulbs.filter((_bulb: unknown, at: number) => at % 2 === 0);
      for (const { name } of firsts) await home.say(`set the ${name} to 40 percent`);
      await system.aws.advance(DEFERRED_ANSWER_SECONDS * 1000);

      expect(speech).toBe(`I found ${SERVED[network].length * 2} devices.`);
      // Beside what was said to bulbs there is what was asked, and what was told unasked, at the same instants.
      const said = (await exchangesOf(home)).filter(({ text }) => !['', DISCOVER].includes(text));
      const exchanges = spoken(said.slice(0, bulbs.length + firsts.length), bulbs);
      for (const { api, exchange } of exchanges) {
        const { text, outcome } = exchange;
        const answers = exchange.steps.filter(({ kind }) => kind === 'event');
        expect([text, answers.length, outcome]).toEqual([
          text,
          serves(api) ? 1 : 0,
          expect.objectContaining(serves(api) ? { kind: 'answered' } : { kind: 'refused', error: 'INVALID_DIRECTIVE' }),
        ]);
        expect(outcome?.tookMs).toBeLessThan(DEFERRED_ANSWER_SECONDS * 1000);
      }
      const after = (await home.ask('GET', '')).body.bulbs;
      for (const [at, { name, api, state, alexa }] of after.entries()) {
        if (!serves(api)) continue;
        const brightness = at % 2 === 0 ? { brightness: 40 } : {};
        expect([name, state, alexa]).toMatchObject([
          name,
          { power: 'ON', ...brightness },
          { power: 'ON', ...brightness },
        ]);
      }
      const told = system.aws
        .journal(sinceSeq)
        .filter(({ action, to, outcome }) => action === 'Publish' && outcome === 'ok' && to?.endsWith('-outcomes'));
      const answered = exchanges.filter(({ api }) => serves(api));
      expect(told).toHaveLength(answered.length);
      expect(await leftBehind(system.aws, sinceSeq)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'tells Alexa of a bulb that cannot be reached, and of one that a hand has switched',
    async () => {
      const { bulbs } = (await home.ask('GET', '')).body;
      const ofKind = (api: DeviceApi) => bulbs.find((bulb: { api: DeviceApi }) => bulb.api === api);
      const [api = 'sync'] = SERVED[network];
      const [served, pushing] = [ofKind(api), SERVED[network].find((one) => one === 'push' || one === 'optimistic')];

      await home.ask('PUT', '/misbehaviour', { latencyMs: 0, unreachable: [served.deviceId] });
      await home.say(`turn off the ${served.name}`);
      await system.aws.advance(DEFERRED_ANSWER_SECONDS * 1000);
      const [refused] = await exchangesOf(home, 1);
      await home.ask('PUT', '/misbehaviour', { latencyMs: 0 });
      if (pushing) await home.ask('PUT', `/bulbs/${ofKind(pushing).deviceId}`, { power: 'OFF', brightness: 7 });
      await system.aws.advance(DEFERRED_ANSWER_SECONDS * 1000);

      // An optimistic answer has been given by then: the truth follows it.
      const expected = api === 'optimistic' ? { kind: 'answered' } : { kind: 'refused', error: 'ENDPOINT_UNREACHABLE' };
      expect(refused?.outcome).toMatchObject(expected);
      if (!pushing) return;
      const [changed] = await exchangesOf(home, 1);
      expect(changed).toMatchObject({ text: '', steps: [{ kind: 'change' }] });
      const after = (await home.ask('GET', '')).body.bulbs.find(
        ({ deviceId }: { deviceId: string }) => deviceId === ofKind(pushing).deviceId,
      );
      expect(after.alexa).toMatchObject({ power: 'OFF', brightness: 7 });
    },
    PATIENCE_MS,
  );
});
