export type Turn = 'night' | 'day' | 'judgement';
export type Outcome = 'mafia' | 'innocents';
export type Identity = 'Uncovered' | 'Killed by mafia' | 'Correctly sentenced' | 'Incorrectly sentenced';

export interface PlayerCard {
  name: string;
  identity: Identity;
}

/** One turn of the story. */
export interface Chapter {
  number: number;
  turn: 'start' | Turn;
  at: string;
  message: string[];
}

/** A game, as `GET /games/{gameId}` shows it. Who is mafia is not in it, and so not on this page. */
export interface Game {
  id: string;
  turn: Turn;
  turnsPlayed: number;
  outcome?: Outcome;
  startedAt: string;
  mafia: number;
  players: PlayerCard[];
  story: Chapter[];
}

/** What a new game and a turn are answered with. */
export interface TurnAnswer {
  gameId: string;
  message: string[];
  turn?: Turn;
  turnsPlayed: number;
  outcome?: Outcome;
  players: PlayerCard[];
}

/** The game that has just been dealt, before the index shows it. `at` is ISO 8601. */
export function dealt(
  { gameId: id, turn = 'night', turnsPlayed, players, message }: TurnAnswer,
  mafia: number,
  at: string,
): Game {
  const story: Chapter[] = [{ number: 0, turn: 'start', at, message }];
  return { id, turn, turnsPlayed, startedAt: at, mafia, players, story };
}

/** The game as it is after a turn that this page has played, before the index shows it. */
export function afterTurn(game: Game, played: Turn, answer: TurnAnswer, at: string): Game {
  const { message, turn = game.turn, turnsPlayed, outcome, players } = answer;
  const chapter = { number: turnsPlayed, turn: played, at, message };
  const story = [...game.story.filter(({ number }) => number !== turnsPlayed), chapter];
  return { ...game, turn, turnsPlayed, players, story, ...(outcome && { outcome }) };
}

/** Of the states of a game the latest: an answer that was slow must not turn the story back. Undefined when none is of it. */
export function newest(gameId: string, ...states: (Game | undefined)[]): Game | undefined {
  let latest: Game | undefined;
  for (const state of states) {
    if (state?.id === gameId && (!latest || state.turnsPlayed > latest.turnsPlayed)) latest = state;
  }
  return latest;
}

export const isLiving = ({ identity }: PlayerCard) => identity === 'Uncovered';

export type Role = 'mafia' | 'innocent';

const TOLD: Record<Identity, Role | undefined> = {
  Uncovered: undefined,
  'Killed by mafia': 'innocent',
  'Correctly sentenced': 'mafia',
  'Incorrectly sentenced': 'innocent',
};

/**
 * What is proven of a player by the rules; undefined as long as nobody but the game knows. Who is out is uncovered by how
 * they left. Who survives is by the outcome: mafia win when no innocent is left, innocents when no mafia is.
 */
export function roleOf({ identity }: PlayerCard, outcome: Outcome | undefined): Role | undefined {
  if (identity === 'Uncovered' && outcome) return outcome === 'mafia' ? 'mafia' : 'innocent';
  return TOLD[identity];
}

/** How many mafia still sit at the table: that many are known from the beginning, and who was caught is uncovered. */
export const mafiaLeft = ({ mafia, players }: Pick<Game, 'mafia' | 'players'>): number =>
  mafia - players.filter(({ identity }) => identity === 'Correctly sentenced').length;

/** What the room looks like. */
export type Phase = Turn | 'mafia-won' | 'innocents-won';

/** The room after all that has been played. */
export function phaseOf({ turn, outcome }: Pick<Game, 'turn' | 'outcome'>): Phase {
  return outcome ? `${outcome}-won` : turn;
}

/** Which night, day or judgement it is, from 1: each follows the other two. */
export const roundOf = (turnsPlayed: number): number => Math.floor(turnsPlayed / 3) + 1;
