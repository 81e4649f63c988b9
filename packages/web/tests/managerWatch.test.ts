import { describe, expect, it } from '@jest/globals';
import type { BoardRow, ManagerPorts } from '../src/space-invaders/manager/ports.ts';
import { Watch } from '../src/space-invaders/manager/watch.ts';
import type { GameSession } from '../src/space-invaders/session.ts';
import { fakeStream, rowOf, sessionStore } from './managerPorts.ts';

const [OLD, NEW]: [GameSession, GameSession] = [
  { sessionId: '1', gameType: 'SINGLE_TRIAL', seats: 200, isSynchronized: false, openedAtMs: 1, closedAtMs: 2 },
  { sessionId: '2', gameType: 'MULTIPLE_TRIALS', seats: 450, isSynchronized: false, openedAtMs: 3 },
];

/** A service of two sessions, whose boards a test fills in. */
function service() {
  const clock = { nowMs: 100_000 };
  const { store, ...ports } = sessionStore(OLD, NEW);
  const fake = fakeStream();
  fake.open('a');
  const boards = new Map<string, BoardRow[]>();
  const blocks: number[][] = [];
  const watch = new Watch({
    config: { seatsPerBlock: 200 },
    nowMs: () => clock.nowMs,
    ports: {
      ...ports,
      stream: fake.stream,
      seats: {
        taken: async (_, asked) => {
          blocks.push([...asked]);
          return asked.map(() => 50);
        },
      },
      board: {
        page: async (sessionId) => {
          clock.nowMs += 10;
          return { entries: boards.get(sessionId) ?? [], next: undefined };
        },
      },
    } satisfies ManagerPorts,
  });
  return { watch, store, clock, boards, blocks, ...fake };
}

describe('a look of the manager’s', () => {
  it('shows the newest session with its board and its seats over all blocks', async () => {
    const { watch, boards, blocks } = service();
    boards.set('2', [rowOf('ann')]);

    const sight = await watch.look();

    expect(sight).toMatchObject({ sessions: [NEW, OLD], shown: NEW, taken: 150, age: undefined });
    expect(sight.board.rows.map(({ player }) => player)).toEqual(['ann']);
    expect(blocks).toEqual([[0, 1, 2]]);
  });

  it('shows the board of a past session that is chosen, and who went up since the look before on the same board', async () => {
    const { watch, boards } = service();
    boards.set('1', [rowOf('ann'), rowOf('ben')]);
    boards.set('2', [rowOf('cy')]);
    await watch.look('1');
    boards.set('1', [rowOf('ben'), rowOf('ann')]);

    const past = await watch.look('1');
    const newest = await watch.look();

    expect(past).toMatchObject({
      shown: OLD,
      sessions: [NEW, OLD],
      moves: new Map([
        ['ben', 1],
        ['ann', -1],
      ]),
    });
    expect(newest).toMatchObject({ shown: NEW, moves: new Map() });
  });

  it('counts the stream’s records and adds up the age of what is new on the board', async () => {
    const { watch, boards, clock, put } = service();
    boards.set('2', [rowOf('ann')]);
    await watch.look();
    clock.nowMs += 1_490;
    const detail = { sessionId: '2', player: 'ann', trial: 1, sequence: 2 };
    put('a', clock.nowMs - 980, { detail });
    put('a', clock.nowMs - 970, { detail });
    const times = { sentAtMs: clock.nowMs - 1_000, arrivedAtMs: clock.nowMs - 990, writtenAtMs: clock.nowMs - 400 };
    boards.set('2', [rowOf('ann', { latest: { trial: 1, sequence: 2, ...times } })]);

    // The stream's answer may come before or after the board's.
    await watch.look();
    const sight = await watch.look();

    expect(sight.stream).toMatchObject({ openShards: 1, isOld: false });
    expect([...sight.stream.rates.keys()]).toEqual(['a']);
    expect(sight.age).toMatchObject({ totalMs: 1_010, tableMs: 10, pollMs: 400 });
  });

  it('shows the rest when the stream does not answer, says that it is old, and goes on when it does', async () => {
    const { watch, fail } = service();
    await watch.look();
    fail('a', 'ProvisionedThroughputExceededException');

    expect((await watch.look()).stream).toMatchObject({ isOld: true, openShards: 1 });
    expect((await watch.look()).stream).toMatchObject({ isOld: false });
  });

  it('is refused whole where the role may not even read the stream', async () => {
    const { watch, fail } = service();
    await watch.look();
    fail('a', 'AccessDeniedException');

    await expect(watch.look()).rejects.toThrow('AccessDeniedException');
  });

  it('reads the parameter at every fourth look, and at once when somebody has changed it', async () => {
    const { watch, store } = service();
    const reads = () => store.done.filter((call) => call === 'parameter.read').length;
    for (let looks = 0; looks < 4; looks += 1) await watch.look();
    expect(reads()).toBe(1);

    await watch.look();
    watch.hear();
    await watch.look();

    expect(reads()).toBe(3);
  });

  it('tells of a session that players do not hear of once two looks have seen it so: between table and parameter all is well', async () => {
    const { watch, store } = service();
    await watch.look();
    store.put({ ...NEW, closedAtMs: 9 });

    const looks = [await watch.look(), await watch.look()];
    store.told = { ...NEW, closedAtMs: 9 };
    looks.push(await watch.look());

    expect(looks.map((sight) => sight.unheard)).toEqual([undefined, { ...NEW, closedAtMs: 9 }, undefined]);
  });

  it('begins anew with another session: nobody’s seats and ages are those of the one before', async () => {
    const { watch, store, boards, clock } = service();
    boards.set('2', [rowOf('ann')]);
    await watch.look();
    store.put({ ...NEW, sessionId: '3', seats: 10 });
    boards.set('3', [rowOf('ann', { latest: { ...rowOf('ann').latest, sequence: 9 } as never })]);
    clock.nowMs += 1_500;

    expect(await watch.look()).toMatchObject({ shown: { sessionId: '3' }, taken: 50, age: undefined });
  });
});
