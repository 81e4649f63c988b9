import { createHmac } from 'node:crypto';
import { fixturesOf, PATIENCE_MS, receiveAll } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type HomeSystem, SECRETS, SERVICE_FOLDER, startHome, type TestHome } from './aws.ts';

let system: HomeSystem;
let home: TestHome;
beforeAll(async () => {
  system = await startHome();
  home = await system.enter();
}, PATIENCE_MS);
afterAll(() => system?.stop());

/** A push's body, signed as the vendor does it now. */
function signed(text: string): string {
  const event = JSON.parse(text);
  const t = system.aws.clock.now();
  const v1 = createHmac('sha256', SECRETS['push-secret']).update(`${t}.${event.body}`).digest('hex');
  return JSON.stringify({ ...event, headers: { ...event.headers, 'x-vendor-signature': `t=${t},v1=${v1}` } });
}

it('each fixture makes its function do what it is there for', async () => {
  const { aws } = system;
  const fixtures = await fixturesOf(SERVICE_FOLDER);
  const vendorToken = await system.vendorTokenOf(home.homeId);
  const startedMs = aws.clock.now();
  const ofThisHome = (text: string) =>
    text
      .replaceAll('THE-VENDORS-TOKEN', vendorToken)
      .replaceAll('"account": "ann"', `"account": "${home.homeId}"`)
      .replaceAll('\\"account\\":\\"ann\\"', `\\"account\\":\\"${home.homeId}\\"`)
      .replaceAll('1893456000000', String(startedMs))
      .replaceAll('1893456030000', String(startedMs + 30_000));
  const play = (file: string, change = (text: string) => text) =>
    fixtures.play(aws, file, (text) => change(ofThisHome(text)));
  /** Each with an id of its own: an answer of an id is heard once. */
  const playAs = (file: string, id: string) =>
    play(file, (text) => text.replaceAll('1bd5d003-31b9-476f-ad03-71d471922820', id));
  const nothingFailed = { batchItemFailures: [] };

  const { event: found } = await play('entrypoint.discover.json');
  expect(found.payload.endpoints).toHaveLength(8);
  expect(await play('entrypoint.state.json')).toMatchObject({ event: { header: { name: 'StateReport' } } });
  expect(await play('entrypoint.json')).toMatchObject({ event: { header: { name: 'DeferredResponse' } } });
  expect(await play('entrypoint.grant.json')).toMatchObject({ event: { payload: { type: 'ACCEPT_GRANT_FAILED' } } });

  const { lastSeq } = aws.cloud.journal;
  for (const name of ['syncProcessor', 'asyncProcessor', 'optimisticProcessor', 'poller', 'giveUp', 'dispatcher']) {
    expect([name, await playAs(`${name}.json`, `by-${name}`)]).toEqual([name, nothingFailed]);
  }
  expect(await playAs('verify.json', 'by-optimisticProcessor')).toBeNull();
  expect(await play('changed.json')).toMatchObject({ statusCode: 401 });
  expect(await play('changed.json', signed)).toMatchObject({ statusCode: 200 });
  await aws.idle();

  const reached = aws.journal(lastSeq).flatMap(({ kind, to }) => (kind === 'invocation' ? [String(to)] : []));
  expect(reached.filter((name) => name.endsWith('dispatcher')).length).toBeGreaterThanOrEqual(4);
  expect(await receiveAll(aws, 'smart-home-local-late-answers')).toEqual([]);
  expect(fixtures.left()).toEqual([]);
});
