import { fixturesOf, withoutSchedules } from '@arcade/local-aws/testkit';
import { afterEach, expect, it } from '@jest/globals';
import { newMatch } from '../domain/match.ts';
import { SERVICE_FOLDER, type Watched, watch } from './aws.ts';

const running: Watched[] = [];
afterEach(async () => {
  for (const { aws } of running.splice(0)) await aws.stop();
});

/** The service, in which nothing happens but what fixtures bring: its schedule rests, and its topics have no subscribers. */
async function quietService() {
  const watched = await watch(
    {},
    {
      settings: { MISS_PROBABILITY: '0' },
      transform(template) {
        withoutSchedules(template);
        for (const [id, { Type }] of Object.entries(template.Resources)) {
          if (Type === 'AWS::SNS::Subscription') delete template.Resources[id];
        }
      },
    },
  );
  running.push(watched);
  return watched;
}

const strokesOf = async ({ match }: Watched) => (await match()).rally.recentStrokes.map(({ by }) => by);

it('each fixture makes its function do what it is there for', async () => {
  const fixtures = await fixturesOf(SERVICE_FOLDER);

  const one = await quietService();
  expect(await fixtures.play(one.aws, 'serve.json')).toEqual({ rally: 1, server: 'ping' });
  await fixtures.play(one.aws, 'ping.serve.json');
  expect(await strokesOf(one)).toEqual(['ping']);
  await fixtures.play(one.aws, 'pong.json');
  expect(await strokesOf(one)).toEqual(['ping', 'pong']);
  await fixtures.play(one.aws, 'ping.json');
  expect(await strokesOf(one)).toEqual(['ping', 'pong', 'ping']);
  expect(await fixtures.play(one.aws, 'match.json')).toMatchObject({ rally: { strokes: 3 } });

  const other = await quietService();
  await other.table.save({ ...newMatch(), version: 1, game: { ...newMatch().game, firstServer: 'pong' } });
  await fixtures.play(other.aws, 'pong.serve.json');
  expect(await strokesOf(other)).toEqual(['pong']);

  expect(fixtures.left()).toEqual([]);
});
