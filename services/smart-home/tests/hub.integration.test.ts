import { createDocumentClient } from '@arcade/dynamodb';
import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type HomeSystem, SECRETS, startHome, type TestHome } from './aws.ts';
import { exchangesOf, leftBehind } from './house.ts';

let system: HomeSystem;
let home: TestHome;
beforeAll(async () => {
  system = await startHome();
  home = await system.enter({ grants: 'hub' });
}, PATIENCE_MS);
afterAll(() => system?.stop());

/** What the skill's table has of the home's grant. */
async function grantOf({ homeId }: TestHome) {
  const client = createDocumentClient(system.aws.rootClientConfig);
  const { Item } = await client.send(
    new GetCommand({ TableName: 'smart-home-local-grants', Key: { account: homeId } }),
  );
  client.destroy();
  return Item;
}

/** What the hub has of it, for who knows its secret. */
async function hubOf({ homeId }: TestHome) {
  const authorization = `Bearer ${SECRETS['hub-secret']}`;
  const response = await fetch(`${system.worldUrl}/hubs/${homeId}/grant`, { headers: { authorization } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** What Alexa is told at once when the customer links her account. */
async function linked(): Promise<object> {
  // What is said at one instant of virtual time is in no order.
  await system.aws.advance(50);
  await home.say('link my account');
  const [exchange] = (await home.ask('GET', '')).body.conversation;
  const { header, payload } = exchange.steps[0].message.event;
  return { name: header.name, ...(payload.type && { type: payload.type }) };
}

it(
  'a customer with a hub is linked, and answered by tokens that lie on her hub alone',
  async () => {
    const hub = await hubOf(home);
    expect(hub).toEqual({ status: 200, body: { access: expect.any(String), refresh: expect.any(String) } });
    // Sealed: neither is a token that Amazon gives.
    expect(JSON.stringify(hub.body)).not.toContain('Atza|');
    const grant = await grantOf(home);
    expect(grant).toMatchObject({ keeper: 'hub' });
    expect(grant).not.toHaveProperty('sealed');

    await home.say('turn on the kitchen light');
    await system.aws.advance(6000);

    const [exchange] = await exchangesOf(home, 1);
    expect(exchange).toMatchObject({ text: 'turn on the kitchen light', outcome: { kind: 'answered' } });
    expect(await leftBehind(system.aws)).toEqual([]);
  },
  PATIENCE_MS,
);

it(
  'of a hub that is off Alexa hears ACCEPT_GRANT_FAILED, and of one that is on again that the grant is kept',
  async () => {
    await home.ask('PUT', '/misbehaviour', { hubOff: true });
    expect(await linked()).toEqual({ name: 'ErrorResponse', type: 'ACCEPT_GRANT_FAILED' });

    await home.ask('PUT', '/misbehaviour', { hubOff: false });
    expect(await linked()).toEqual({ name: 'AcceptGrant.Response' });
  },
  PATIENCE_MS,
);
