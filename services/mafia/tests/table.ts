import type { Answer } from '../domain/answer.ts';

/** A problem document, as a refused request gets it. */
export interface Refused {
  status: number;
  title: string;
  detail: string;
  [extra: string]: unknown;
}

/** Whatever a turn is answered with, to a bare event. */
export type Reply = Partial<Answer> & Partial<Refused>;

/** Plays by invoking the functions with bare events, as the console and `sls invoke local` do. */
export interface Hands {
  newGame(options?: Record<string, unknown>): Promise<Reply>;
  night(gameId: string, more?: Record<string, unknown>): Promise<Reply>;
  day(gameId: string, more?: Record<string, unknown>): Promise<Reply>;
  judge(gameId: string, name: string, more?: Record<string, unknown>): Promise<Reply>;
  see(gameId: string): Promise<Record<string, unknown>>;
}

/** `invoke` runs a function by its name, as the test kit does. */
export function handsOf(invoke: (functionName: string, event: unknown) => Promise<unknown>): Hands {
  const call = async (name: string, event: unknown) => (await invoke(`mafia-local-${name}`, event)) as Reply;
  return {
    newGame: (options = {}) => call('new-game', options),
    night: (gameId, more) => call('night-turn', { gameId, ...more }),
    day: (gameId, more) => call('day-turn', { gameId, ...more }),
    judge: (gameId, name, more) => call('judgement', { gameId, name, ...more }),
    see: (gameId) => call('game-state', { gameId }) as Promise<Record<string, unknown>>,
  };
}

/** The names of those who still play. */
export const livingIn = ({ players = [] }: Pick<Reply, 'players'>): string[] =>
  players.filter(({ identity }) => identity === 'Uncovered').map(({ name }) => name);

/** Plays whatever turn is due; in judgement, sentences the living player that `choose` picks. */
export function playDue(
  hands: Hands,
  state: Reply,
  choose: (living: string[]) => string,
  more?: Record<string, unknown>,
): Promise<Reply> {
  const { gameId = '', turn } = state;
  if (turn === 'night') return hands.night(gameId, more);
  if (turn === 'day') return hands.day(gameId, more);
  return hands.judge(gameId, choose(livingIn(state)), more);
}
