import { type Session, type TrialCounted, trialCounted } from '@arcade/events/contracts/space-invaders';
import { describe, expect, it, jest } from '@jest/globals';
import { placed } from '../domain/board.ts';
import type { Contender } from '../domain/contender.ts';
import { type ScoreboardParts, type StatusSetAside, score } from '../domain/scoreboard.ts';
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

interface Given {
  contenders?: Contender[];
  session?: Partial<Session>;
  /** Comes before each write. */
  beforeKeep?(seen: Contender): void;
  setAsideFails?: boolean;
  /** So often others cannot be told. */
  untold?: number;
  board?: ScoreboardParts['board'];
}

function setUp({ contenders = [contenderOf()], session, beforeKeep, setAsideFails, untold = 0, board }: Given = {}) {
  const table = contendersInMemory(contenders, beforeKeep);
  const aside: StatusSetAside[] = [];
  const told: TrialCounted[] = [];
  let fails = untold;
  const warnings: string[] = [];
  const parts = {
    now: () => NOW_MS + 1_000,
    sessions: { find: async (id: string) => (id === 's-1' ? sessionOf(session) : undefined) },
    contenders: table,
    setAside: async (events: readonly StatusSetAside[]) => {
      if (events.length === 0) throw new Error('nothing was to be set aside');
      if (setAsideFails) throw new Error('queue is gone');
      aside.push(...events);
    },
    tellOthers: async (events: readonly TrialCounted[]) => {
      if (events.length === 0) throw new Error('nothing was to be told');
      if (fails-- > 0) throw new Error('topic is gone');
      told.push(...events);
    },
    perSecond: 5,
    board: board ?? { fullSeats: 2_000, top: 2 },
    warn: (message: string) => void warnings.push(message),
  };
  return {
    parts,
    table,
    aside,
    told,
    warnings,
    score: (...statuses: Parameters<typeof score>[1]) => score(parts, statuses),
  };
}

const ben = contenderOf({ player: 'ben', name: 'Ben' });

describe('score', () => {
  it('brings a batch to the board by one write for each player', async () => {
    const { score, table, warnings } = setUp({ contenders: [contenderOf(), ben] });
    const statuses = [
      statusOf({ sequence: 1, score: 0 }),
      statusOf({ sequence: 2, score: 5 }),
      statusOf({ player: 'ben', name: 'Ben', sequence: 1, score: 10 }),
      statusOf({ sequence: 3, score: 10 }),
    ];

    const scored = await score(...statuses, statusOf({ sequence: 2, score: 5 }));

    expect(scored).toEqual({ counted: 4, late: 1, aside: 0, writes: 2, failed: [] });
    expect(warnings).toEqual([]);
    expect(table.board('s-1')).toEqual(['Ann 10', 'Ben 10']);
    expect(table.find('ann')).toMatchObject({
      latest: { sequence: 3, sentAtMs: NOW_MS, arrivedAtMs: NOW_MS },
      seenAtMs: NOW_MS,
    });
  });

  it('asks for a session as it was when the newest of the batch arrived', async () => {
    const { parts } = setUp();
    const asked: number[] = [];
    const find = async (_id: string, asOfMs: number) => {
      asked.push(asOfMs);
      return sessionOf();
    };

    const arrivals = [300, 900, 600].map((ms, at) => statusOf({ sequence: at + 1, arrivedAtMs: NOW_MS + ms }));
    await score({ ...parts, sessions: { find } }, arrivals);

    expect(asked).toEqual([NOW_MS + 900]);
  });

  it('writes nothing for who sends nothing new', async () => {
    const { score } = setUp();
    await score(statusOf());

    expect(await score(statusOf(), statusOf({ sequence: 1 }))).toMatchObject({ counted: 0, late: 2, writes: 0 });
  });

  it('makes the same board of a room’s statuses in any order, cut anywhere, each at least once', async () => {
    const dice = diceOf(11);
    const players = Array.from({ length: 12 }, (_, at) => `player-${at}`);
    const games = players.flatMap((player) => honestGames(dice, { player, trials: 2, seconds: 10 }));
    const seated = players.map((player) => contenderOf({ player, name: player, seatedAtMs: NOW_MS, seenAtMs: NOW_MS }));
    const session = { openedAtMs: NOW_MS };
    const straight = setUp({ contenders: seated, session });
    await straight.score(...games);

    for (let run = 0; run < 5; run += 1) {
      const { parts, table } = setUp({ contenders: seated, session });
      const mixed = shuffled([...games, ...games.filter(() => dice() < 0.3)], dice);
      while (mixed.length > 0) await score(parts, mixed.splice(0, 1 + Math.floor(dice() * 200)));

      expect(table.board('s-1')).toEqual(straight.table.board('s-1'));
    }
    expect(straight.table.board('s-1')).toHaveLength(12);
  });

  it('sets aside what does not count, with the reason, one message for each player and reason', async () => {
    const { score, aside, table } = setUp();
    const forged = statusOf({ sequence: 3, score: 999_999 });
    const again = statusOf({ sequence: 4, score: 999_999 });

    const scored = await score(
      statusOf(),
      forged,
      again,
      statusOf({ sequence: 5, lives: 2 }),
      statusOf({ sequence: 6 }),
    );

    expect(scored).toMatchObject({ counted: 2, aside: 3, failed: [] });
    const { arrivedAtMs: _arrived, ...told } = forged;
    expect(aside).toMatchObject([
      {
        id: 'ann.s-1.1.3.too_many_points',
        correlationId: 'ann.s-1.1',
        causationId: 'ann.s-1.1.3',
        detail: { player: 'ann', name: 'Ann', reason: 'too_many_points', count: 2, statuses: [told, { sequence: 4 }] },
      },
      { id: 'ann.s-1.1.6.lives_rose', detail: { count: 1 } },
    ]);
    expect(table.board('s-1')).toEqual(['Ann 10']);
  });

  it('tells of ten of a flood, and how many there were', async () => {
    const { score, aside } = setUp();

    await score(...Array.from({ length: 40 }, (_, at) => statusOf({ sequence: at + 1 })));

    expect(aside[0]?.detail).toMatchObject({ reason: 'too_often', count: 35 });
    expect(aside[0]?.detail.statuses).toHaveLength(10);
  });

  it('knows nobody of a session that there is not, and asks for none', async () => {
    const { score, aside, table } = setUp({ contenders: [] });

    const [made, real] = [{ sessionId: 's-2' }, { sessionId: 's-1' }];
    await score(statusOf(made), statusOf({ ...made, player: 'ben', name: 'Ben' }), statusOf(real));

    const told = aside.map(({ detail }) => `${detail.player} ${detail.reason}`);
    expect(told).toEqual(['ann session_unknown', 'ben session_unknown', 'ann no_seat']);
    expect(table.asked).toEqual([['s-1 ann']]);
  });

  it('reads fifty sessions at once at the most, and sets all aside in one message, when a player makes up a thousand', async () => {
    const { parts, aside } = setUp();
    let [now, most, reads] = [0, 0, 0];
    const find = async () => {
      reads += 1;
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      return undefined;
    };

    const madeUp = Array.from({ length: 1_000 }, (_, at) => statusOf({ sessionId: `made-up-${at}` }));
    const scored = await score({ ...parts, sessions: { find } }, madeUp);

    expect({ most, reads, aside: scored.aside }).toEqual({ most: 50, reads: 1_000, aside: 1_000 });
    expect(aside).toMatchObject([
      { id: 'ann.made-up-0.1.2.session_unknown', detail: { player: 'ann', reason: 'session_unknown', count: 1_000 } },
    ]);
    expect(aside[0]?.detail.statuses[1]).toMatchObject({ sessionId: 'made-up-1' });
  });

  it('folds anew whom somebody else has changed meanwhile, and forgets nothing', async () => {
    const table = { current: undefined as ReturnType<typeof setUp>['table'] | undefined };
    let others = 1;
    const { score, table: own } = setUp({
      beforeKeep: () => {
        if (others-- > 0) table.current?.set(contenderOf({ seenAtMs: NOW_MS + 500 }));
      },
    });
    table.current = own;

    const scored = await score(statusOf());

    expect(scored).toMatchObject({ counted: 1, writes: 2, failed: [] });
    expect(own.find('ann')).toMatchObject({ seenAtMs: NOW_MS + 500, shown: { score: 10 } });
  });

  it('sets aside what came after a seat that was freed meanwhile', async () => {
    const table = { current: undefined as ReturnType<typeof setUp>['table'] | undefined };
    const {
      score,
      aside,
      table: own,
    } = setUp({
      beforeKeep: () => table.current?.set(contenderOf({ freedAtMs: NOW_MS - 1 })),
    });
    table.current = own;

    await score(statusOf());

    expect(aside.map(({ detail }) => detail.reason)).toEqual(['no_seat']);
    expect(own.board('s-1')).toEqual([]);
  });

  it('gives up for now whom others change again and again, and nobody else', async () => {
    let at = 0;
    const table = { current: undefined as ReturnType<typeof setUp>['table'] | undefined };
    const {
      score,
      table: own,
      warnings,
    } = setUp({
      contenders: [contenderOf(), ben],
      beforeKeep: ({ player }) => {
        if (player === 'ann') table.current?.set(contenderOf({ seenAtMs: NOW_MS + 500 + ++at }));
      },
    });
    table.current = own;

    const scored = await score(statusOf(), statusOf({ player: 'ben', name: 'Ben' }));

    expect(scored).toMatchObject({ counted: 1, failed: [{ player: 'ann' }] });
    expect(own.board('s-1')).toEqual(['Ben 10']);
    expect(at).toBe(5);
    expect(warnings).toEqual(['1 player(s) were changed by others again and again']);
  });

  it('fails for one player when his write fails, and brings the others to the board', async () => {
    const { score, table, warnings } = setUp({
      contenders: [contenderOf(), ben],
      beforeKeep: ({ player }) => {
        if (player === 'ann') throw new Error('throttled');
      },
    });

    const scored = await score(statusOf(), statusOf({ player: 'ben', name: 'Ben' }));

    expect(scored).toMatchObject({ counted: 1, failed: [{ player: 'ann', sequence: 2 }] });
    expect(table.board('s-1')).toEqual(['Ben 10']);
    expect(warnings).toEqual(['a player was not brought to the board']);
  });

  it('writes nobody whose statuses could not be set aside: they come again, and would be no news then', async () => {
    const { score, table, warnings } = setUp({ contenders: [contenderOf(), ben], setAsideFails: true });

    const scored = await score(
      statusOf({ sequence: 1, score: 9_999 }),
      statusOf(),
      statusOf({ player: 'ben', name: 'Ben' }),
    );

    expect(scored).toMatchObject({ counted: 1, failed: [{ sequence: 1 }, { sequence: 2 }] });
    expect(table.board('s-1')).toEqual(['Ben 10']);
    expect(warnings).toEqual(['what does not count was not set aside']);
  });
});

describe('the board of a large session', () => {
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      contenderOf({ player: `p${at}`, name: `P${at}`, seatedAtMs: NOW_MS - 99_000 }),
    );
  const large = { seats: 2_001, openedAtMs: 0 };
  const with5 = (at: number, points: number, sequence = 2) =>
    statusOf({ player: `p${at}`, name: `P${at}`, score: points, shots: 50, sequence });

  it('takes the best of each batch, and once it has no room only who is above its last place', async () => {
    const { score, table } = setUp({ contenders: crowd(6), session: large });

    await score(with5(0, 50), with5(1, 40), with5(2, 45));
    const boards = [table.board('s-1')];
    await score(with5(1, 50, 3), with5(0, 55, 3), with5(2, 50, 3));
    boards.push(table.board('s-1'));
    await score(with5(3, 60), with5(4, 65), with5(5, 10));
    boards.push(table.board('s-1'));
    await score(with5(5, 15, 3));

    expect(boards).toEqual([['P0 50'], ['P0 55', 'P1 50'], ['P4 65', 'P0 55', 'P1 50']]);
    expect(table.board('s-1')).toEqual(boards[2]);
  });

  it('takes more of a batch that has more of the players', async () => {
    const { score, table } = setUp({ contenders: crowd(1_100), session: large });

    await score(...Array.from({ length: 1_100 }, (_, at) => with5(at, at % 51)));

    // Twice the two that it takes, times 1,100 of 2,001: two and a little.
    expect(table.board('s-1')).toEqual(['P101 50', 'P1019 50', 'P1070 50']);
  });

  it('keeps who is on it as long as it has room, and takes all of a batch who are fewer than might come in', () => {
    const [session, rules] = [sessionOf({ seats: 6 }), { fullSeats: 0, top: 2 }];
    const shownOf = (score: number) => ({ trial: 1, sequence: 1, score, lives: 3, shots: 9, level: 1 });
    const on = contenderOf({ shown: shownOf(5), rank: 'before' });
    const other = (score: number) => contenderOf({ shown: shownOf(score) });
    const isOn = (players: Contender[]) =>
      placed(players, session, rules, undefined).map(({ rank }) => rank !== undefined);

    expect(isOn([on, other(50), other(40)])).toEqual([true, true, true]);
    expect(isOn([on, other(50), other(40), other(30), other(20)])).toEqual([true, true, true, true, true]);
    expect(isOn([on, other(50)])).toEqual([true, true]);
    expect(
      placed([other(50), other(40), other(30)], { ...session, seats: 7 }, rules, undefined)[2]?.rank,
    ).toBeUndefined();
  });

  it.each([2_000, 2_001])('has no place for who has not played, in a session of %i seats', (seats) => {
    const rules = { fullSeats: 2_000, top: 2 };

    expect(placed([contenderOf()], sessionOf({ seats }), rules, undefined)[0]?.rank).toBeUndefined();
  });

  it('no more has who falls behind', async () => {
    const { score, table } = setUp({ contenders: crowd(3), session: large });
    for (const [at, points] of [5, 50, 45].entries()) await score(with5(at, points));
    const before = table.board('s-1');

    await score(with5(0, 10, 3));

    expect(before).toEqual(['P1 50', 'P2 45', 'P0 5']);
    expect(table.board('s-1')).toEqual(['P1 50', 'P2 45']);

    await score(with5(2, 45, 3));
    expect(table.board('s-1')).toEqual(['P1 50', 'P2 45']);
    expect(table.find('p0')).toMatchObject({ shown: { score: 10 } });
  });

  it('has everybody in a session of as many seats as a full board takes, and asks for no last place', async () => {
    const { parts, table } = setUp({ contenders: crowd(3), session: { seats: 2_000, openedAtMs: 0 } });
    const rankAt = jest.fn(table.rankAt);

    await score({ ...parts, contenders: { ...table, rankAt } }, [with5(0, 5), with5(1, 50), with5(2, 45)]);

    expect(table.board('s-1')).toEqual(['P1 50', 'P2 45', 'P0 5']);
    expect(rankAt).not.toHaveBeenCalled();
  });
});

describe('others', () => {
  /** All that the first level has, and into the second. */
  const second = { score: 300, shots: 51, level: 2 };
  const LONG_AGO = { seatedAtMs: NOW_MS - 60_000, trialFromMs: NOW_MS - 50_000, trialSinceMs: NOW_MS - 50_000 };
  const first = { trial: 1, sequence: 1, score: 245, lives: 3, shots: 49, level: 1 };
  const playing = (overrides: Partial<Contender> = {}) =>
    contenderOf({ ...LONG_AGO, latest: { ...first, sentAtMs: NOW_MS - 500, arrivedAtMs: NOW_MS - 500 }, ...overrides });
  const gist = ({ id, detail: { score, level, isOver } }: TrialCounted) => [id, score, level, isOver];

  it('are told of a trial at another level and at its end, once it is on the board, by ids that say which', async () => {
    const { score, told, table } = setUp({ contenders: [playing()] });

    await score(
      statusOf({ sequence: 2, ...second }),
      statusOf({ sequence: 3, ...second, score: 305, shots: 52 }),
      statusOf({ sequence: 4, ...second, score: 305, shots: 52, lives: 0 }),
    );

    expect(table.find('ann')?.latest).toMatchObject({ sequence: 4 });
    expect(told.map(gist)).toEqual([
      ['ann.s-1.1.2', 300, 2, false],
      ['ann.s-1.1.over', 305, 2, true],
    ]);
    expect(told[0]).toMatchObject({ correlationId: 'ann.s-1.1', causationId: 'ann.s-1.1.2', source: 'space-invaders' });
    expect(trialCounted.detail.parse(told[0]?.detail)).toEqual({
      ...{ sessionId: 's-1', player: 'ann', name: 'Ann', trial: 1, score: 300, level: 2, isOver: false },
      countedAtMs: NOW_MS + 1_000,
    });
  });

  it.each<[string, Contender, Partial<Parameters<typeof statusOf>[0]>]>([
    ['a level that is not yet done', playing(), { sequence: 2, score: 245, shots: 49 }],
    [
      'a level that they know of',
      playing({ latest: { ...first, ...second, sentAtMs: 0, arrivedAtMs: 0 } }),
      { sequence: 2, ...second },
    ],
    [
      'what is set aside: a score that no game can give',
      playing(),
      { sequence: 2, score: 999_999, level: 2, shots: 51, lives: 0 },
    ],
    ['a bot', playing({ isBot: true }), { sequence: 2, ...second, lives: 0 }],
  ])('are not told of %s', async (_what, contender, status) => {
    const { score, told } = setUp({ contenders: [contender] });

    await score(statusOf(status));

    expect(told).toEqual([]);
  });

  it('are told of what the board has accepted before a run that died, when its statuses come again', async () => {
    const { parts, score, told } = setUp({ contenders: [playing()], untold: 1 });
    const batch = [statusOf({ sequence: 2, ...second }), statusOf({ sequence: 3, ...second, lives: 0 })];

    const failed = await score(...batch);
    const again = await score(...failed.failed);

    expect(failed).toMatchObject({ counted: 2, failed: batch });
    expect(again).toMatchObject({ counted: 0, late: 2, writes: 0, failed: [] });
    expect(told.map(gist)).toEqual([['ann.s-1.1.over', 300, 2, true]]);
    expect(parts).toBeDefined();
  });

  it('are told nothing by an old status that was never counted', async () => {
    const { score, told } = setUp({
      contenders: [playing({ latest: { ...first, sequence: 9, sentAtMs: NOW_MS, arrivedAtMs: NOW_MS } })],
    });

    const scored = await score(statusOf({ sequence: 9, score: 5_000, level: 9, lives: 0 }));

    expect(scored).toMatchObject({ late: 1 });
    expect(told).toEqual([]);
  });

  it('who cannot be told fail nobody but those they were to be told of', async () => {
    const { score, warnings } = setUp({ contenders: [playing(), ben], untold: 1 });

    const scored = await score(
      statusOf({ sequence: 2, ...second }),
      statusOf({ player: 'ben', name: 'Ben', sequence: 1, score: 5 }),
    );

    expect(scored.failed.map(({ player }) => player)).toEqual(['ann']);
    expect(warnings).toEqual(['others were not told of trials']);
  });
});
