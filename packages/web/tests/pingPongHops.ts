import type { Hop } from '../src/lib/journal.ts';
import type { Match, Player, Tally } from '../src/ping-pong/match.ts';

/** Builders of what ping-pong's page hears: hops as the journal writes them, and answers of the API. */

let seq = 0;

export const ARN = {
  topic: (name: string) => `arn:aws:sns:eu-west-1:000000000000:ping-pong-local-${name}`,
  lambda: (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:ping-pong-local-${name}`,
};

export const hop = (overrides: Partial<Hop>): Hop => {
  seq += 1;
  return { seq, atMs: 1_000_000 + seq, kind: 'call', service: 'sns', action: 'x', outcome: 'ok', ...overrides };
};

const over = (topic: string, to: string | undefined, id: string, type: string, detail: object, more: Partial<Hop>) =>
  hop({
    kind: to === undefined ? 'no-match' : 'delivery',
    action: 'deliver',
    from: ARN.topic(topic),
    ...(to !== undefined && { to: ARN.lambda(to) }),
    detail: { message: JSON.stringify({ id, type: `ping_pong.${type}`, detail }) },
    ...more,
  });

/** In every test ping serves the odd rallies. */
const serverOf = (rally: number): Player => (rally % 2 === 1 ? 'ping' : 'pong');
const other = (player: Player): Player => (player === 'ping' ? 'pong' : 'ping');

export function hit(rally: number, stroke: number, more: Partial<Hop> = {}): Hop {
  const by = stroke % 2 === 1 ? serverOf(rally) : other(serverOf(rally));
  return over(by, other(by), `hit-${rally}-${stroke}`, 'ball_hit', { rally, stroke, by }, more);
}

export const call = (rally: number, server: Player = serverOf(rally)): Hop =>
  over('announcements', server, `call-${rally}`, 'serve_called', { rally, server, ralliesLeft: 3 }, {});

export const point = (rally: number, winner: Player, score: Tally, { game = 1, strokes = 5 } = {}): Hop =>
  over('announcements', undefined, `point-${rally}`, 'point_scored', { rally, strokes, winner, game, score }, {});

export const gameWon = (game: number, winner: Player, score: Tally, games: Tally): Hop =>
  over('announcements', undefined, `game-${game}`, 'game_won', { game, winner, score, games }, {});

export const letCalled = (rally: number, strokes: number, reason = 'ball-lost'): Hop =>
  over('announcements', undefined, `let-${rally}`, 'let_called', { rally, strokes, reason }, {});

export const invocation = (player: Player, requestId: string, more: Partial<Hop> = {}): Hop =>
  hop({ kind: 'invocation', service: 'lambda', action: 'Invoke', to: ARN.lambda(player), requestId, ...more });

/** Crashed; to be tried again in so many milliseconds. */
export const crash = (player: Player, requestId: string, retryInMs = 60_000): Hop =>
  invocation(player, requestId, {
    outcome: 'error',
    error: { code: 'Runtime.ExitError', message: 'crashed' },
    detail: { attempt: 1, retryInMs },
  });

export const match = ({
  rally,
  ...more
}: Partial<Omit<Match, 'rally'>> & { rally?: Partial<Match['rally']> } = {}): Match => ({
  game: 1,
  score: { ping: 0, pong: 0 },
  games: { ping: 0, pong: 0 },
  server: 'ping',
  rally: { number: 0, inPlay: false, strokes: 0, recentStrokes: [], ...rally },
  lastPoints: [],
  ...more,
});
