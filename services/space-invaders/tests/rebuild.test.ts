import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { score } from '../domain/scoreboard.ts';
import { daysOf } from '../rebuild/archive.ts';
import { differences, rebuild } from '../rebuild/board.ts';
import { FULL_BOARD_SEATS, refuseLarge } from '../rebuild/rebuild.ts';
import {
  contenderOf,
  contendersInMemory,
  diceOf,
  honestGames,
  NOW_MS,
  sessionOf,
  shuffled,
  statusOf,
} from './players.ts';

const DAY_MS = 86_400_000;
const SEATED_MS = NOW_MS - 10_000;
const rules = { session: sessionOf(), perSecond: 5 };
const ann = contenderOf();
const ben = contenderOf({ player: 'ben', name: 'Ben' });

describe('a board that is made again', () => {
  it.each([1, 2, 3, 4, 5])(
    'is the one that was made as the statuses came, with copies and out of order: %i',
    async (seed) => {
      const dice = diceOf(seed);
      const players = ['ann', 'ben', 'cid'];
      const seated = players.map((player) => contenderOf({ player, name: player, seatedAtMs: SEATED_MS }));
      const sent = players.flatMap((player) => honestGames(dice, { player }));
      const table = contendersInMemory(seated);
      const inOrder = [...sent].sort((one, other) => one.arrivedAtMs - other.arrivedAtMs);
      for (let at = 0; at < inOrder.length; at += 40) {
        await score(
          {
            ...{ now: () => NOW_MS, warn: () => undefined, perSecond: 5, board: { fullSeats: 2000, top: 10 } },
            ...{
              sessions: { find: async () => rules.session },
              contenders: table,
              setAside: async () => undefined,
              tellOthers: async () => undefined,
            },
          },
          inOrder.slice(at, at + 40),
        );
      }

      const copies = sent.filter(() => dice() < 0.2);
      const rebuilt = rebuild({ ...rules, statuses: shuffled([...sent, ...copies], dice), known: seated });

      expect([rebuilt.statuses, rebuilt.duplicates]).toEqual([sent.length, copies.length]);
      expect(rebuilt.contenders.map(({ name, shown }) => `${name} ${shown?.score}`)).toEqual(table.board('s-1'));
      expect(differences(rebuilt.contenders, await table.findAll(seated))).toEqual([]);
    },
  );

  it('counts nothing that did not count, and says how much and why', () => {
    const fell = statusOf({ sequence: 3, score: 5 });
    const statuses = [statusOf(), fell, statusOf({ player: 'ben', name: 'Ben' })];

    const rebuilt = rebuild({ ...rules, statuses, known: [ann] });

    expect([...rebuilt.aside]).toEqual([
      ['score_fell', 1],
      ['no_seat', 1],
    ]);
    expect(rebuilt.contenders.map(({ name, shown }) => [name, shown?.score])).toEqual([['Ann', 10]]);
  });

  it('takes all for seated when the table knows nobody any more, and says so', () => {
    const statuses = [statusOf(), statusOf({ player: 'ben', name: 'Ben', score: 15 })];

    const rebuilt = rebuild({ ...rules, statuses, known: [] });

    expect(rebuilt.areSeatsAssumed).toBe(true);
    expect(rebuilt.contenders.map(({ name, rank }) => [name, rank])).toEqual([
      ['Ben', '999999984.0.000003.Ben'],
      ['Ann', '999999989.0.000003.Ann'],
    ]);
  });

  it('tells who stands otherwise, who is missing and who should not be there', () => {
    const [first] = rebuild({ ...rules, statuses: [statusOf()], known: [ann] }).contenders;
    if (!first) throw new Error('nobody');

    expect(differences([first, ben], [first, ben])).toEqual([]);
    expect(differences([first], [])).toEqual([first]);
    expect(differences([first], [ann])).toEqual([first]);
    expect(differences([ann], [first])).toEqual([ann]);
    const level = first.shown && { ...first, shown: { ...first.shown, level: 2 } };
    expect(differences([first], level ? [level] : [])).toEqual([first]);
  });
});

describe('writing a board of which only the first are shown', () => {
  const template = readFileSync(join(import.meta.dirname, '../serverless.yml'), 'utf8');
  const over = { seats: FULL_BOARD_SEATS + 1 };

  it('is refused in a sentence, unless it is asked for', () => {
    expect(() => refuseLarge(over, { write: true, all: false })).toThrow('Say --all');
    expect(() => refuseLarge(over, { write: true, all: true })).not.toThrow();
    expect(() => refuseLarge(over, { write: false, all: false })).not.toThrow();
    expect(() => refuseLarge({ seats: FULL_BOARD_SEATS }, { write: true, all: false })).not.toThrow();
  });

  it('begins where the service begins to show the first alone', () => {
    expect(template).toContain(`fullBoardSeats: ${FULL_BOARD_SEATS} #`);
  });
});

describe('the days of a session', () => {
  const opened = Date.parse('2030-01-01T23:50:00Z');
  it.each([
    ['is open', {}, opened + 60_000, ['2030-01-01']],
    ['is open over midnight', {}, opened + 3_600_000, ['2030-01-01', '2030-01-02']],
    ['was closed long ago', { closedAtMs: opened + 1000 }, opened + 30 * DAY_MS, ['2030-01-01', '2030-01-02']],
  ])('are those on which something can have come, where it %s', (_what, more, nowMs, days) => {
    expect(daysOf({ openedAtMs: opened, ...more }, nowMs)).toEqual(days);
  });
});
