import { withoutSchedules } from '@arcade/local-aws/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { afterStroke, type Hit, isPlayable } from '../domain/decide.ts';
import { type Match, newMatch } from '../domain/match.ts';
import { type Watched, watch } from './aws.ts';
import { ball, call, hitOf, letOf, served } from './parts.ts';

const running: Watched[] = [];
afterEach(async () => {
  for (const { aws } of running.splice(0)) await aws.stop();
});

/** The table of the deployed service, in which nobody plays. */
async function quietService() {
  const watched = await watch({}, { transform: withoutSchedules });
  running.push(watched);
  return watched;
}

const quietTable = async () => (await quietService()).table;

describe('a match in the table', () => {
  it('is new before anything is written', async () => {
    expect(await (await quietTable()).load()).toEqual(newMatch());
  });

  it('is written by whoever has seen its latest version, and by nobody else', async () => {
    const table = await quietTable();
    const first = served();
    const score = { ping: 4, pong: 11 };
    const point = { rally: 1, strokes: 1, winner: 'pong', game: 1, score, atMs: 1000 } as const;
    const second: Match = {
      ...first,
      version: 2,
      gamesWon: { ping: 1, pong: 0 },
      lastPoints: [point],
      outbox: { announcements: [letOf(1)], call: call(2, 'ping') },
    };

    expect(await table.save(second)).toBe(false);
    expect(await table.save(first)).toBe(true);
    expect(await table.save({ ...first, gamesWon: { ping: 0, pong: 1 } })).toBe(false);
    expect(await table.load()).toEqual(first);
    expect(await table.save(second)).toBe(true);
    expect(await table.save({ ...second, gamesWon: { ping: 0, pong: 1 } })).toBe(false);
    expect(await table.load()).toEqual(second);
  });

  it('keeps what is left to be announced, unless it has moved on', async () => {
    const table = await quietTable();
    const announcements = [letOf(1), letOf(2)];
    const match = { ...served(), outbox: { announcements } };
    await table.save(match);

    await table.settle({ ...match, version: 2 }, []);
    expect(await table.load()).toEqual(match);
    await table.settle(match, announcements.slice(1));
    expect(await table.load()).toEqual({ ...match, outbox: { announcements: announcements.slice(1) } });
  });
});

describe('a match that another version has written', () => {
  it('is read and played on, with events of other versions of their contracts in its outbox', async () => {
    const { table, rawTable } = await quietService();
    const ofOld = { ...ball(1, 'ping'), version: 0, detail: { shot: 1 } };
    const ofNew = { ...call(2, 'ping'), version: 7, addedLater: true };
    const outbox = { announcements: [{ ...letOf(1), version: 0, type: 'ping_pong.let' }], ball: ofOld, call: ofNew };
    await table.save(served());
    await rawTable.change({ matchId: 'match' }, { set: { outbox }, remove: ['playable'] });

    const match = await table.load();

    expect(match).toEqual({ ...served(), outbox });
    expect(await table.save({ ...match, version: 2, outbox: { announcements: [] } })).toBe(true);
  });

  it('but cannot be read is named', async () => {
    const { table, rawTable } = await quietService();
    await table.save(served());
    await rawTable.change({ matchId: 'match' }, { set: { gamesWon: 'many' } });

    await expect(table.load()).rejects.toThrow(/item {"matchId":"match"} of ping-pong-local-match/);
  });
});

describe('a hit in the table', () => {
  it('changes the match as the domain says, stroke after stroke', async () => {
    const table = await quietTable();
    let match = served();
    expect(await table.save(match)).toBe(true);

    for (let stroke = 2; stroke <= 25; stroke += 1) {
      const hit = hitOf(stroke);
      match = afterStroke(match, hit);
      expect(await table.hit(hit)).toBe('done');
      expect(await table.load()).toEqual(match);
      // A whole write in between leaves the strokes where the next hit expects them.
      if (stroke % 7 === 0) {
        match = { ...match, version: match.version + 1 };
        expect(await table.save(match)).toBe(true);
      }
    }
  });

  it.each<[string, Partial<Match>, Partial<Hit>]>([
    ['the rally is another', {}, { rally: 2 }],
    ['the stroke is past', {}, { stroke: 1 }],
    ['the stroke is yet to come', {}, { stroke: 3 }],
    ['the other one has served', {}, { server: 'pong' }],
    ['no ball is in play', { rally: { ...served().rally, inPlay: false } }, {}],
    ['something waits to be announced', { outbox: { announcements: [letOf(1)] } }, {}],
  ])('is refused, with the match as it is, when %s', async (_what, changes, overrides) => {
    const table = await quietTable();
    const match = { ...served(), ...changes };
    await table.save(match);
    const hit = hitOf(2, overrides);

    expect(isPlayable(match, hit)).toBe(false);
    expect(await table.hit(hit)).toEqual(match);
    expect(await table.load()).toEqual(match);
  });

  it('is refused with a new match when there is none', async () => {
    const table = await quietTable();

    expect(await table.hit(hitOf(2))).toEqual(newMatch());
  });
});
