import { PATIENCE_MS, receiveAll, withoutSchedules } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Invaders, type Player, startInvaders } from './aws.ts';
import { NOW_MS, sessionOf } from './parts.ts';

const { sessionId } = sessionOf();

let invaders: Invaders;
let ann: Player;
let ben: Player;
let outsider: Player;
beforeAll(async () => {
  invaders = await startInvaders({ transform: withoutSchedules });
  await invaders.open(sessionOf());
  [ann, ben, outsider] = [await invaders.enter('Ann'), await invaders.enter('Ben'), await invaders.enter('Out')];
  for (const player of [ann, ben]) expect((await player.ask('POST', '/allocate', { sessionId })).status).toBe(200);
}, PATIENCE_MS);
afterAll(() => invaders?.stop());

/** Half a minute in: so many shots and points an honest player can have. */
const statusOf = (sequence: number, overrides: object = {}) => ({
  ...{ sessionId, trial: 1, sequence, sentAtMs: invaders.aws.clock.now() },
  ...{ score: 100, lives: 3, shots: 30, level: 1, ...overrides },
});
/** Sends a status, and lets it come to the board. Gives the answer's status. */
async function send(player: Player, status: object): Promise<number> {
  const { status: answer } = await player.ask('POST', '/updatestatus', status);
  await invaders.aws.advance(3000);
  return answer;
}
const board = async () => {
  const { body } = await ann.ask('GET', `/scoreboard?sessionId=${sessionId}`);
  return body.scoreboard.map(({ name, score, shots }: Record<string, unknown>) => ({ name, score, shots }));
};
const setAside = async (): Promise<{ player: string; reason: string; count: number }[]> =>
  (await receiveAll(invaders.aws, 'space-invaders-local-set-aside'))
    .map((body) => JSON.parse(body).detail)
    .map(({ player, reason, count }) => ({ player, reason, count }));

describe('what a gamer sends, through the API onto the board', () => {
  it('counts under the name of the token, and under no other', async () => {
    await invaders.aws.advance(30_000);

    expect(await send(ann, statusOf(1))).toBe(202);
    expect(await send(ben, statusOf(1, { score: 50 }))).toBe(202);
    expect(await send(ben, { ...statusOf(2, { score: 90 }), name: 'Ann' })).toBe(400);
    expect(await send(ben, { ...statusOf(2, { score: 90 }), player: ann.sub })).toBe(400);

    expect(await board()).toEqual([
      { name: 'Ann', score: 100, shots: 30 },
      { name: 'Ben', score: 50, shots: 30 },
    ]);
    expect(await setAside()).toEqual([]);
  });

  it.each<[reason: string, status: object]>([
    ['too_many_points', { score: 999_999_999 }],
    ['too_many_points', { score: 200 }],
    ['too_many_shots', { score: 200, shots: 9999 }],
    ['clock_ahead', { score: 110, shots: 31, sentAtMs: NOW_MS + 3_600_000 }],
    ['score_fell', { score: 40 }],
  ])('is set aside as %s when no game can give it: %j', async (reason, forged) => {
    const before = await board();

    expect(await send(ben, statusOf(100, forged))).toBe(202);

    expect(await setAside()).toEqual([{ player: ben.sub, reason, count: 1 }]);
    expect(await board()).toEqual(before);
  });

  it('changes nothing when it is sent again, or comes late', async () => {
    const first = statusOf(2, { score: 105, shots: 31 });
    expect([await send(ann, first), await send(ann, statusOf(3, { score: 110, shots: 32 }))]).toEqual([202, 202]);
    const before = await invaders.itemsOf('players');

    expect([await send(ann, first), await send(ann, statusOf(1))]).toEqual([202, 202]);

    expect(await invaders.itemsOf('players')).toEqual(before);
    expect((await board())[0]).toEqual({ name: 'Ann', score: 110, shots: 32 });
    expect(await setAside()).toEqual([]);
  });

  it('is set aside of whoever has no seat, and of a session that there is not', async () => {
    await send(outsider, statusOf(1));
    expect(await setAside()).toEqual([{ player: outsider.sub, reason: 'no_seat', count: 1 }]);
    await send(ann, statusOf(9, { sessionId: 'none' }));
    expect(await setAside()).toEqual([{ player: ann.sub, reason: 'session_unknown', count: 1 }]);

    expect(await board()).toHaveLength(2);
  });

  it('is set aside beyond five a second, and the first five count', async () => {
    await invaders.aws.advance(10_000);
    const statuses = Array.from({ length: 8 }, (_, n) => statusOf(10 + n, { score: 110 + 5 * n, shots: 33 + n }));

    for (const status of statuses) expect((await ann.ask('POST', '/updatestatus', status)).status).toBe(202);
    await invaders.aws.advance(3000);

    expect(await setAside()).toEqual([{ player: ann.sub, reason: 'too_often', count: 3 }]);
    expect((await board())[0]).toEqual({ name: 'Ann', score: 130, shots: 37 });
  });
});
