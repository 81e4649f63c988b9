import type { Accusation, Game, Outcome, PlayedTurn, Player, Turn } from './game.ts';

/** What a client is told of a game after a turn: nothing of who is mafia. */
export interface Answer {
  gameId: string;
  /** The story of this turn, line by line. */
  message: string[];
  /** The turn that is due; absent once the game is over. */
  turn?: Turn;
  turnsPlayed: number;
  outcome?: Outcome;
  players: { name: string; identity: Player['identity'] }[];
  /** After a day: who blamed whom. */
  accusations?: Accusation[];
  /** After a day: the names with the most accusations. */
  mostAccused?: string[];
}

/** The players, as everybody may see them. Names each field, so that a new secret cannot slip through. */
const shown = (players: Game['players']) => players.map(({ name, identity }) => ({ name, identity }));

/** The answer to a turn. */
export function answerOf({ game, message, facts }: PlayedTurn): Answer {
  const accused = facts.find((fact) => fact.type === 'accused');
  return {
    gameId: game.id,
    message,
    ...(game.outcome ? { outcome: game.outcome } : { turn: game.turn }),
    turnsPlayed: game.turnsPlayed,
    players: shown(game.players),
    ...(accused && { accusations: accused.accusations, mostAccused: accused.mostAccused }),
  };
}
