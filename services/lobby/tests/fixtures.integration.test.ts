import { fixturesOf, PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Lobby, SERVICE_FOLDER, startLobby } from './aws.ts';

let lobby: Lobby;
beforeAll(async () => {
  lobby = await startLobby();
}, PATIENCE_MS);
afterAll(() => lobby.stop());

it('each fixture makes its function do what it is there for', async () => {
  const fixtures = await fixturesOf(SERVICE_FOLDER);
  const play = (file: string) => fixtures.play(lobby.aws, file);
  const connected = async () => (await lobby.itemsOf('connections')).length;

  await play('connect.json');
  expect(await connected()).toBe(1);
  expect(await play('ping.json')).toEqual({ statusCode: 200, body: '{"type":"pong","nowMs":1893456000000}' });
  await play('disconnect.json');
  expect(await connected()).toBe(0);

  await play('connect.json');
  // Nobody is behind the connection of the fixture: whoever tells it something finds it gone.
  await play('tell.json');
  expect(await connected()).toBe(0);
  await play('tell.captured.json');
  expect(await play('overhear.json')).toEqual({ batchItemFailures: [] });
  const { happenings } = JSON.parse((await play('feed.json')).body);
  expect(happenings.map(({ sentence }: { sentence: string }) => sentence).sort()).toEqual([
    'Ann caught a Pebblo: one is left.',
    'Ann says the last life is gone, at 12,300 points on level 3.',
    'Pong wins rally 41 after seven strokes. Game 4: Ping 2, Pong 3.',
  ]);

  await play('honour.json');
  await play('honour.trial.json');
  const { records } = JSON.parse((await play('hall.json')).body);
  expect(records).toEqual([
    expect.objectContaining({ discipline: 'best-hunter', value: 1, holder: 'Ann' }),
    expect.objectContaining({ discipline: 'best-score', value: 12_300, holder: 'Ann' }),
  ]);

  expect(fixtures.left()).toEqual([]);
});
