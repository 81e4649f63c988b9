import { fixturesOf } from '@arcade/local-aws/testkit';
import { expect, it } from '@jest/globals';
import { SERVICE_FOLDER, startMafia } from './aws.ts';
import { handsOf, livingIn } from './table.ts';

/** The game and the player that fixtures name. */
const NAMED = { game: '4da38111d1fee9e9ad89', player: 'Ann' };

it('each fixture makes its function do what it is there for', async () => {
  const fixtures = await fixturesOf(SERVICE_FOLDER);
  const aws = await startMafia();
  try {
    const hands = handsOf(aws.invoke);
    const playIn = (gameId: string, file: string, player = NAMED.player) =>
      fixtures.play(aws, file, (text) => text.replaceAll(NAMED.game, gameId).replaceAll(NAMED.player, player));

    const { gameId: one, players } = await fixtures.play(aws, 'newGame.json');
    expect(players).toHaveLength(8);
    expect(await playIn(one, 'nightTurn.json')).toMatchObject({ gameId: one, turn: 'day' });
    const accused = await playIn(one, 'dayTurn.json');
    expect(accused).toMatchObject({ gameId: one, turn: 'judgement' });
    const [sentenced] = livingIn(accused);
    expect(livingIn(await playIn(one, 'judgement.json', sentenced))).not.toContain(sentenced);
    expect(await playIn(one, 'gameState.json')).toMatchObject({ id: one, turnsPlayed: 3 });
    const mapped = { correlationId: 'fixture', body: { id: one, turnsPlayed: 3 } };
    expect(await playIn(one, 'gameState.mapped.json')).toMatchObject(mapped);

    const { gameId: other } = await fixtures.play(aws, 'newGame.defaults.json');
    await hands.night(other);
    const [next] = livingIn(await hands.day(other));
    expect(await playIn(other, 'judgement.proxy.json', next)).toMatchObject({ statusCode: 200 });
    const { games } = await fixtures.play(aws, 'latestGames.json');
    expect(games.map(({ id }: { id: string }) => id).sort()).toEqual([one, other].sort());
    // Nothing waits in the outbox: an event that no schedule sends would fail.
    expect(await fixtures.play(aws, 'relayEvents.json')).toBeNull();
    expect(fixtures.left()).toEqual([]);
  } finally {
    await aws.stop();
  }
});
