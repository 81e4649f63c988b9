import { beforeEach, describe, expect, it } from '@jest/globals';
import { Problem } from '../src/lib/api.ts';
import { type Game, newGame, READY_MS, type Standing } from '../src/space-invaders/game/engine.ts';
import type { Run, Watcher } from '../src/space-invaders/game/run.ts';
import type { StatusNews } from '../src/space-invaders/game/statusSender.ts';
import { Player } from '../src/space-invaders/player.ts';
import type { Join } from '../src/space-invaders/service.ts';
import type { GameSession } from '../src/space-invaders/session.ts';

const open: GameSession = {
  ...{ sessionId: 's1', gameType: 'MULTIPLE_TRIALS', seats: 200, isSynchronized: false, openedAtMs: 0 },
};
const synchronized = { ...open, isSynchronized: true };

interface FakeRun extends Run {
  readyMs: number;
  isStopped: boolean;
  /** Says how the game stands. */
  stand(standing: Partial<Game>): void;
}

interface Sent {
  sessionId: string;
  trial: number;
  offered: Standing[];
  last: Standing | undefined;
  isClosed: boolean;
  onNews: (news: StatusNews) => void;
}

/** A player, and all that they play with, in the hands of the test. */
function table() {
  const [runs, sent, joins, left]: [FakeRun[], Sent[], Join[], string[]] = [[], [], [], []];
  const refusals: unknown[] = [];
  let [trial, nowMs] = [1, 0];
  const player = new Player({
    startRun(readyMs) {
      const watchers: Watcher[] = [];
      let game = newGame({ readyMs });
      const run: FakeRun = {
        readyMs,
        isStopped: false,
        isPaused: false,
        input: { left: false, right: false, fire: false },
        get game() {
          return game;
        },
        watch(watcher) {
          watchers.push(watcher);
          return () => undefined;
        },
        pause: () => undefined,
        resume: () => undefined,
        stop() {
          run.isStopped = true;
        },
        stand(next) {
          game = { ...game, ...next };
          const { score, lives, shots, level } = game;
          for (const watcher of watchers) watcher.onStanding?.({ score, lives, shots, level }, game);
        },
      };
      runs.push(run);
      return run;
    },
    startSending({ sessionId, trial: of, onNews }) {
      const one: Sent = { sessionId, trial: of, offered: [], last: undefined, isClosed: false, onNews };
      sent.push(one);
      return {
        offer: (standing) => one.offered.push(standing),
        async finish(standing) {
          one.last = standing;
          return true;
        },
        close() {
          one.isClosed = true;
        },
      };
    },
    async takeSeat(join) {
      joins.push(join);
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
      return { sessionId: join.sessionId, trial };
    },
    async leaveSeat(sessionId) {
      left.push(sessionId);
    },
    nowMs: () => nowMs,
  });
  return {
    ...{ player, runs, sent, joins, left, refusals },
    run: () => runs.at(-1) ?? fail(),
    sending: () => sent.at(-1) ?? fail(),
    next(following: number) {
      trial = following;
    },
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

const fail = (): never => {
  throw new Error('nothing was begun');
};
const refusal = (kind: string) => new Problem(409, 'Conflict', 'no', { type: `urn:arcade:space-invaders:${kind}` });
const settled = () => new Promise((resolve) => setImmediate(resolve));

let t: ReturnType<typeof table>;
beforeEach(() => {
  t = table();
});

describe('a player', () => {
  it('takes a seat and begins, tells how it goes, and tells the end', async () => {
    t.player.follow(open, 'running');
    await t.player.play();
    t.run().stand({ score: 5 });
    t.run().stand({ phase: 'over', score: 10, lives: 0 });

    expect([t.joins, t.run().readyMs]).toEqual([[{ sessionId: 's1' }], READY_MS]);
    expect(t.sending()).toMatchObject({ sessionId: 's1', trial: 1, isClosed: false, last: { score: 10, lives: 0 } });
    expect(t.sending().offered.map(({ score }) => score)).toEqual([5]);
    expect(t.player.state()).toMatchObject({
      current: undefined,
      run: { phase: 'over', score: 10, isPractice: false },
    });
  });

  it('begins another trial each time, also when the service has not heard of the last one yet', async () => {
    t.player.follow(open, 'running');
    for (const told of [3, 3, 7]) {
      t.next(told);
      await t.player.play();
      t.run().stand({ phase: 'over', lives: 0 });
    }

    expect(t.sent.map(({ trial }) => trial)).toEqual([3, 4, 7]);
  });

  it.each(['session-full', 'session-closed', 'cannot-play-again'])('is told why there is no seat: %s', async (kind) => {
    t.player.follow(open, 'running');
    t.refusals.push(refusal(kind));
    await t.player.play();

    expect(t.player.state().seat).toMatchObject({ kind: 'refused', why: kind });
    expect(t.runs).toHaveLength(0);
    await t.player.play();
    expect(t.runs).toHaveLength(1);
  });

  it('waits for the start with a seat, and begins with everybody at the moment, without getting ready again', async () => {
    t.player.follow(synchronized, 'waiting');
    await t.player.play();
    expect(t.runs).toHaveLength(0);
    t.player.follow({ ...synchronized, startsAtMs: 5 }, 'called');
    expect(t.runs).toHaveLength(0);

    t.player.follow({ ...synchronized, startsAtMs: 5 }, 'running');
    t.player.follow({ ...synchronized, startsAtMs: 5 }, 'running');

    expect([t.runs.length, t.run().readyMs, t.sending().trial]).toEqual([1, 0, 1]);
  });

  it('does not begin by itself without a seat', () => {
    t.player.follow({ ...synchronized, startsAtMs: 5 }, 'called');
    t.player.follow({ ...synchronized, startsAtMs: 5 }, 'running');

    expect(t.runs).toHaveLength(0);
  });

  it('may practise, which nobody is told, until the start is called', async () => {
    t.player.follow(synchronized, 'waiting');
    await t.player.play();
    t.player.practise();
    t.run().stand({ score: 5 });
    expect(t.player.state().run).toMatchObject({ phase: 'playing', isPractice: true });

    t.player.follow({ ...synchronized, startsAtMs: 5 }, 'called');

    expect([t.run().isStopped, t.sent.length, t.player.state().current]).toEqual([true, 0, undefined]);
  });

  it('stops when the session is over, and has no seat any more', async () => {
    t.player.follow(open, 'running');
    await t.player.play();
    t.player.follow({ ...open, closedAtMs: 9 }, 'over');
    t.run().stand({ score: 99 });

    expect([t.run().isStopped, t.sending().isClosed, t.sending().offered.length]).toEqual([true, true, 0]);
    expect(t.player.state()).toMatchObject({ seat: { kind: 'none' }, run: { phase: 'over', score: 0 } });
  });

  it('begins anew in another session: no seat, and the trials from the first', async () => {
    t.player.follow(open, 'running');
    await t.player.play();
    t.player.follow({ ...open, sessionId: 's2' }, 'running');
    expect(t.player.state()).toMatchObject({ seat: { kind: 'none' }, current: undefined, run: undefined });
    await t.player.play();

    expect(t.sent.map(({ sessionId, trial }) => [sessionId, trial])).toEqual([
      ['s1', 1],
      ['s2', 1],
    ]);
  });

  it('takes no seat of a session that is another by then', async () => {
    t.player.follow(open, 'running');
    const playing = t.player.play();
    t.player.follow({ ...open, sessionId: 's2' }, 'running');
    await playing;

    expect([t.player.state().seat.kind, t.runs.length]).toEqual(['none', 0]);
  });

  it('asks for the seat again in the middle of a trial: after a lost connection, a pause, and each half a minute, although its statuses are taken', async () => {
    t.player.follow(open, 'running');
    await t.player.play();
    t.player.reconnected();
    t.player.pause();
    t.player.resume();
    await settled();
    expect(t.joins.map(({ trial }) => trial)).toEqual([undefined, 1, 1]);

    const asked: number[] = [];
    for (let atMs = 0; atMs <= 90_000; atMs += 10_000) {
      t.sending().onNews({ kind: 'landed', sequence: 1 + atMs, tookMs: 1 });
      const before = t.joins.length;
      t.player.tick();
      await settled();
      if (t.joins.length > before) asked.push(atMs);
      t.pass(10_000);
    }

    expect([asked, t.joins.at(-1)]).toEqual([[30_000, 60_000, 90_000], { sessionId: 's1', trial: 1 }]);
    expect(t.runs).toHaveLength(1);
  });

  it('goes on when nobody answers that, and stops when the seat is another’s', async () => {
    t.player.follow(open, 'running');
    await t.player.play();
    t.refusals.push(new Problem(0, 'No connection', ''), refusal('session-full'));
    t.player.reconnected();
    await settled();
    expect(t.run().isStopped).toBe(false);
    t.player.reconnected();
    await settled();

    expect([t.run().isStopped, t.player.state().seat]).toMatchObject([true, { kind: 'refused', why: 'session-full' }]);
  });

  it('leaves the seat when asked to', async () => {
    t.player.follow(synchronized, 'waiting');
    await t.player.play();
    t.player.leave();

    expect([t.left, t.player.state().seat.kind]).toEqual([['s1'], 'none']);
  });

  it('is told while statuses are not taken, and no longer', async () => {
    t.player.follow(open, 'running');
    await t.player.play();
    t.sending().onNews({ kind: 'refused', sequence: 1, status: 429, retryMs: 300 });
    expect(t.player.state().trouble).toBe(429);
    t.sending().onNews({ kind: 'landed', sequence: 2, tookMs: 5 });

    expect(t.player.state().trouble).toBeUndefined();
  });
});
