/** Who stands at the table. */
export type Player = 'ping' | 'pong';

/** A number for each player. */
export interface Tally {
  ping: number;
  pong: number;
}

/** A game under way. */
export interface Game {
  /** Counts up from 1. */
  number: number;
  firstServer: Player;
  score: Tally;
}

/** Points that win a game, when the lead is large enough. ITTF law 2.11. */
const POINTS_TO_WIN = 11;
const LEAD_TO_WIN = 2;
/** Serves in a row, until both have ten points. ITTF law 2.13.3. */
const SERVES_IN_A_ROW = 2;

export function opponentOf(player: Player): Player {
  return player === 'ping' ? 'pong' : 'ping';
}

/** Who hits this stroke of a rally: the server every odd one, beginning with the serve. */
export function hitterOf(server: Player, stroke: number): Player {
  return stroke % 2 === 1 ? server : opponentOf(server);
}

/** Who serves next: service changes every two points, and at every point from 10:10 on. */
export function serverOf({ firstServer, score }: Game): Player {
  const played = score.ping + score.pong;
  const isDeuce = played >= 2 * (POINTS_TO_WIN - 1);
  const turns = isDeuce ? played : Math.floor(played / SERVES_IN_A_ROW);
  return turns % 2 === 0 ? firstServer : opponentOf(firstServer);
}

/** Who has won the game, if it is over. */
export function winnerOf({ ping, pong }: Tally): Player | undefined {
  if (Math.max(ping, pong) < POINTS_TO_WIN || Math.abs(ping - pong) < LEAD_TO_WIN) return undefined;
  return ping > pong ? 'ping' : 'pong';
}

export function addOne(tally: Tally, player: Player): Tally {
  return { ...tally, [player]: tally[player] + 1 };
}

/** The game after this one: whoever received first now serves first. ITTF law 2.13.6. */
export function nextGame({ number, firstServer }: Game): Game {
  return { number: number + 1, firstServer: opponentOf(firstServer), score: { ping: 0, pong: 0 } };
}
