import type { Session } from '@arcade/events/contracts/space-invaders';
import { type Random, seededRandom } from '../../../packages/local-aws/core/random.ts';
import { type BoardRules, isFull, placed } from '../domain/board.ts';
import type { Contender } from '../domain/contender.ts';
import { fold } from '../domain/fold.ts';
import { replaces } from '../domain/judge.ts';
import { rankOf } from '../domain/rank.ts';
import { slotOf } from '../domain/seats.ts';
import type { Status } from '../domain/status.ts';
import { type BotTrial, createBotTrial } from '../load/botGame.ts';

/** What is simulated. */
export interface Wish {
  players: number;
  /** Which seconds of the session, from its start, the first included and the last not. */
  from: number;
  to: number;
  /** Between two statuses of a page, in milliseconds. */
  everyMs: number;
  board: BoardRules;
  /** A shard takes 1,000 a second; so many are planned for. */
  perShard: number;
}

/** What a second costs, on average, and at its most. */
export interface Outcome {
  shards: number;
  statuses: number;
  mostStatuses: number;
  /** Of players' items, one for each in a batch. */
  writes: number;
  /** Write units that the indexes take, one for each KB of an item: `Board`, at its most in a second, and `Seated`. */
  boardUnits: number;
  mostBoardUnits: number;
  seatedUnits: number;
  setAside: number;
  /** In how many of the seconds the ten best of the board were the ten best of all. */
  topTenRight: number;
  seconds: number;
}

const BAR_AGE_S = 3;
const SECOND_MS = 1_000;

/**
 * A session, played by the functions' own rules, shard by shard and second by second. The last place of the board is the true one of up to
 * three seconds before, as an environment knows it once the board has that many. What is not simulated: the stream, the table, time that passes in between.
 */
export function simulate(wish: Wish, told: (share: number) => void = () => {}): Outcome {
  const { players, from, to, everyMs, board, perShard } = wish;
  const shards = Math.ceil((players * SECOND_MS) / everyMs / perShard);
  const session: Session = {
    sessionId: 'simulated',
    gameType: 'MULTIPLE_TRIALS',
    seats: players,
    isSynchronized: true,
    openedAtMs: 0,
    startsAtMs: 0,
  };
  const truth = isFull(session, board) ? undefined : bestOf(wish, board.top, (share) => told(share / 3));
  const seconds = to - from;
  const perSecond = Array.from({ length: seconds }, () => ({ statuses: 0, boardUnits: 0 }));
  const onBoard = Array.from({ length: seconds }, (): string[] => []);
  const all = { writes: 0, seatedUnits: 0, setAside: 0 };

  for (let shard = 0; shard < shards; shard += 1) {
    let crew: { page: Page; contender: Contender }[] = [];
    for (let player = shard; player < players; player += shards)
      crew.push({ page: pageOf(wish, player), contender: seated(player, from * SECOND_MS - 1) });
    for (let at = 0; at < seconds; at += 1) {
      const second = perSecond[at] ?? { statuses: 0, boardUnits: 0 };
      const bar = from + at === 0 ? undefined : truth?.[Math.max(0, at - BAR_AGE_S)]?.[board.top - 1];
      const folded = crew.map(({ page, contender }) => {
        const statuses = page.until((from + at + 1) * SECOND_MS);
        second.statuses += statuses.length;
        const { contender: next = contender, counted, aside } = fold(contender, statuses, { session, perSecond: 5 });
        for (const those of aside.values()) all.setAside += those.length;
        return { page, contender, next, counted };
      });
      const active = folded.filter(({ counted }) => counted > 0);
      const standing = placed(
        active.map(({ next }) => next),
        session,
        board,
        bar,
      );
      all.writes += active.length;
      active.forEach((one, index) => {
        const next = standing[index] ?? one.next;
        second.boardUnits += boardUnits(one.contender.rank, next.rank);
        all.seatedUnits += slotOf(one.contender.seenAtMs) === slotOf(next.seenAtMs) ? 0 : 2;
        one.next = next;
      });
      crew = folded.map(({ page, next }) => ({ page, contender: next }));
      for (const { contender } of crew) if (contender.rank !== undefined) note(onBoard[at] ?? [], contender.rank, 10);
    }
    if (shard % 100 === 0) told(1 / 3 + (shard / shards) * (2 / 3));
  }
  const sum = (of: 'statuses' | 'boardUnits') => perSecond.reduce((total, second) => total + second[of], 0);
  const most = (of: 'statuses' | 'boardUnits') => Math.max(...perSecond.map((second) => second[of]));
  const isRight = (at: number) => !truth || truth[at]?.slice(0, 10).join() === onBoard[at]?.join();
  return {
    shards,
    statuses: sum('statuses') / seconds,
    mostStatuses: most('statuses'),
    writes: all.writes / seconds,
    boardUnits: sum('boardUnits') / seconds,
    mostBoardUnits: most('boardUnits'),
    seatedUnits: all.seatedUnits / seconds,
    setAside: all.setAside,
    topTenRight: perSecond.filter((_, at) => isRight(at)).length,
    seconds,
  };
}

/**
 * Units of an index for an item of a KB at the most: one to put it in, to take it out or to change what else it shows, and two to move it
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, "Write capacity units").
 */
export function boardUnits(before: string | undefined, after: string | undefined): number {
  if (before === undefined && after === undefined) return 0;
  return before !== undefined && after !== undefined && before !== after ? 2 : 1;
}

/** Keeps a rank among the best, sorted. */
function note(best: string[], rank: string, most: number): void {
  const last = best[most - 1];
  if (last !== undefined && rank >= last) return;
  const at = best.findIndex((one) => rank < one);
  best.splice(at < 0 ? best.length : at, 0, rank);
  best.length = Math.min(best.length, most);
}

/** The best of all players after each second. */
function bestOf(wish: Wish, most: number, told: (share: number) => void): string[][] {
  const best = Array.from({ length: wish.to - wish.from }, (): string[] => []);
  for (let player = 0; player < wish.players; player += 1) {
    const page = pageOf(wish, player);
    let shown: Status | undefined;
    best.forEach((ranks, at) => {
      for (const status of page.until((wish.from + at + 1) * SECOND_MS))
        if (!shown || replaces(status, shown)) shown = status;
      if (shown) note(ranks, rankOf(shown, nameOf(player)), most);
    });
    if (player % 50_000 === 0) told(player / wish.players);
  }
  return best;
}

const nameOf = (player: number) => `player-${player}`;

const seated = (player: number, seenAtMs: number): Contender => ({
  player: String(player),
  sessionId: 'simulated',
  name: nameOf(player),
  seatedAtMs: 0,
  seenAtMs,
});

/** What a page sends. */
interface Page {
  /** The statuses up to a moment, since it was asked last. */
  until(ms: number): Status[];
}

/** A bot's games, of which it tells each so many milliseconds, if anything has changed; a game begins when the one before is over. */
function pageOf({ from, everyMs }: Wish, player: number): Page {
  const random: Random = seededRandom(player);
  let [trial, beganMs, sequence] = [1, Math.floor(random() * everyMs), 1];
  let game: BotTrial = createBotTrial(random);
  let nextMs = beganMs + Math.floor((from * SECOND_MS) / everyMs) * everyMs;
  let [score, shots, lives] = [-1, -1, -1];
  return {
    until(ms) {
      const statuses: Status[] = [];
      for (; nextMs < ms; nextMs += everyMs) {
        const now = game.at(nextMs - beganMs);
        if (now.score === score && now.shots === shots && now.lives === lives) continue;
        ({ score, shots, lives } = now);
        const whose = { sessionId: 'simulated', player: String(player), name: nameOf(player) };
        statuses.push({ ...whose, trial, sequence, ...now, sentAtMs: nextMs, arrivedAtMs: nextMs });
        sequence += 1;
        if (lives > 0) continue;
        [trial, beganMs, sequence] = [trial + 1, nextMs + everyMs, 1];
        game = createBotTrial(random);
      }
      return statuses;
    },
  };
}
