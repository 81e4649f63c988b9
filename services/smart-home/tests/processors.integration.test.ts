import { createDocumentClient } from '@arcade/dynamodb';
import { stateChanged } from '@arcade/events/contracts/bulb-vendor';
import { buildEvent } from '@arcade/events/testing';
import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signatureOf } from '../domain/signature.ts';
import { type HomeSystem, SECRETS, startHome, type TestHome } from './aws.ts';
import { type Bulb, exchangesOf } from './house.ts';

const MINUTE_MS = 60_000;

let system: HomeSystem;
let home: TestHome;
beforeAll(async () => {
  system = await startHome();
  home = await system.enter();
}, PATIENCE_MS);
afterAll(() => system?.stop());

const bulb = async (deviceId: string): Promise<Bulb> =>
  (await home.ask('GET', '')).body.bulbs.find((one: Bulb) => one.deviceId === deviceId);
/** How often a function was invoked since then. */
const invocationsOf = (name: string, sinceSeq: number) =>
  system.aws
    .journal(sinceSeq)
    .filter(({ kind, to, outcome }) => kind === 'invocation' && outcome === 'ok' && String(to).endsWith(name)).length;

it(
  'a promise that no push confirms is checked a minute later, once, and Alexa is told how the bulb is',
  async () => {
    const { lastSeq } = system.aws.cloud.journal;
    await home.ask('PUT', '/misbehaviour', { latencyMs: 0, lostPushRate: 1 });

    await home.say('turn on the garden light');
    await system.aws.advance(1000);
    await home.ask('PUT', '/bulbs/garden-light', { power: 'OFF' });
    const before = await bulb('garden-light');
    await system.aws.advance(MINUTE_MS);
    const after = await bulb('garden-light');
    await system.aws.advance(2 * MINUTE_MS);

    expect(before).toMatchObject({ state: { power: 'OFF' }, alexa: { power: 'ON' } });
    expect(after).toMatchObject({ state: { power: 'OFF' }, alexa: { power: 'OFF' } });
    expect(invocationsOf('verify', lastSeq)).toBe(1);
  },
  PATIENCE_MS,
);

describe('the push gateway', () => {
  /** Where the vendor pushes to. */
  const gatewayUrl = async () => {
    const client = createDocumentClient(system.aws.rootClientConfig);
    const Key = { homeId: home.homeId, item: 'home' };
    const { Item } = await client.send(new GetCommand({ TableName: 'smart-home-world-local-homes', Key }));
    client.destroy();
    return String(Item?.callbackUrl);
  };

  it(
    'has one answer come of pushes that are sent twice, and nothing of those that others send',
    async () => {
      await home.ask('PUT', '/misbehaviour', {
        latencyMs: 0,
        lostPushRate: 0,
        duplicatePushRate: 1,
        forgedPushes: true,
      });

      await home.say('turn on the living room light');
      await system.aws.advance(30_000);

      const [said] = await exchangesOf(home, 1);
      expect(said?.steps.map(({ kind }) => kind)).toEqual(['direct', 'event']);
      expect(said?.outcome).toMatchObject({ kind: 'answered' });
      expect(await bulb('living-room-light')).toMatchObject({ state: { power: 'ON' }, alexa: { power: 'ON' } });
    },
    PATIENCE_MS,
  );

  it(
    'answers 401 to what the vendor has not signed, or somebody has kept, and 200 to the vendor, though it comes twice',
    async () => {
      const url = await gatewayUrl();
      const nowMs = system.aws.clock.now();
      const state = { power: 'OFF', brightness: 3 } as const;
      const change = { account: home.homeId, deviceId: 'bedroom-light', state, changedAtMs: nowMs };
      const body = JSON.stringify(buildEvent(stateChanged, change, { id: 'by-hand' }));
      const post = async (signature: string | undefined, text = body) => {
        const headers = { 'content-type': 'application/json', ...(signature && { 'x-vendor-signature': signature }) };
        const answer = await fetch(url, { method: 'POST', body: text, headers });
        const { reason, outcome, type } = (await answer.json()) as Record<string, unknown>;
        return [answer.status, reason ?? outcome ?? type];
      };
      const signed = (atMs: number, text = body) => signatureOf(SECRETS['push-secret'], text, atMs);

      expect(await post(undefined)).toEqual([401, 'forged']);
      expect(await post(signed(nowMs, `${body} `))).toEqual([401, 'forged']);
      expect(await post(signed(nowMs - 6 * MINUTE_MS))).toEqual([401, 'stale']);
      expect(await post(signed(nowMs))).toEqual([200, 'reported']);
      expect(await post(signed(nowMs))).toEqual([401, 'replayed']);
      expect(await post(signed(nowMs + 1))).toEqual([200, 'repeated']);
      expect(await post(signed(nowMs, '{}'), '{}')).toEqual([400, 'urn:arcade:smart-home:no-change']);
      await system.aws.idle();

      expect((await bulb('bedroom-light')).alexa).toMatchObject(state);
    },
    PATIENCE_MS,
  );
});
