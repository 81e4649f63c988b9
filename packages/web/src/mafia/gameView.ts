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

/** What a turn is answered with. */
export interface TurnAnswer {
  gameId: string;
  message: string[];
  turn?: Turn;
  turnsPlayed: number;
  outcome?: Outcome;
  players: PlayerCard[];
  mostAccused?: string[];
}

/** The game as it is after a turn that this page has played, before the index shows it. */
export function afterTurn(game: Game, played: Turn, answer: TurnAnswer, at: string): Game {
  const { message, turn = game.turn, turnsPlayed, outcome, players } = answer;
  const chapter = { number: turnsPlayed, turn: played, at, message };
  const story = [...game.story.filter(({ number }) => number !== turnsPlayed), chapter];
  return { ...game, turn, turnsPlayed, players, story, ...(outcome && { outcome }) };
}

/** The later of two states of one game: an answer that was slow must not turn the story back. */
export function newest(one: Game | undefined, other: Game | undefined): Game | undefined {
  if (!one || !other) return one ?? other;
  return other.turnsPlayed > one.turnsPlayed ? other : one;
}

export const isLiving = ({ identity }: PlayerCard) => identity === 'Uncovered';

/** Whom the last day's talk points to: the names after "Most accused:". */
export function suspectsOf(story: readonly Chapter[]): string[] {
  const day = story.findLast(({ turn }) => turn === 'day');
  const line = day?.message.find((text) => text.startsWith('Most accused: '));
  return line ? line.slice('Most accused: '.length).split(', ') : [];
}

/** What each state of the game asks for, in a sentence. */
export function promptFor({ turn, outcome }: Pick<Game, 'turn' | 'outcome'>): string {
  if (outcome) return outcome === 'mafia' ? 'Mafia have won this game.' : 'Innocent people have won this game.';
  const prompts: Record<Turn, string> = {
    night: 'It is night. Mafia choose among the innocent.',
    day: 'It is day. Everybody says whom they suspect.',
    judgement: 'Judgement: choose whom to sentence.',
  };
  return prompts[turn];
}

export const TURN_TITLE: Record<Chapter['turn'], string> = {
  start: 'The beginning',
  night: 'Night',
  day: 'Day',
  judgement: 'Judgement',
};
