/**
 * The rules of Mafia, as the workshop tells them, with the turn order and the ends that it leaves as an exercise.
 * Pure: state and randomness in; the new state, the story's lines and the facts that happened out.
 */

import { areTooManyMafia, LIMITS, mostMafia } from './limits.ts';

/** What a player really is. Nobody but the game may know while the player lives. */
export type TrueIdentity = 'Mafia' | 'Innocent';

/** What everybody sees of a player. `Uncovered` means: still in play, not revealed yet. */
export type Identity = 'Uncovered' | 'Killed by mafia' | 'Correctly sentenced' | 'Incorrectly sentenced';

export interface Player {
  name: string;
  trueIdentity: TrueIdentity;
  identity: Identity;
}

/** The turn that is due; they follow each other in this order. */
export const TURNS = ['night', 'day', 'judgement'] as const;
export type Turn = (typeof TURNS)[number];

/** Who has won. */
export type Outcome = 'mafia' | 'innocents';

export interface Game {
  id: string;
  /** Counts the turns played, from 0: two requests that saw the same number cannot both play. */
  turnsPlayed: number;
  turn: Turn;
  outcome?: Outcome;
  players: readonly Player[];
}

/** Numbers in [0, 1), as `Math.random` gives. */
export type Random = () => number;

/** Something that happened, for others to know. Never tells more than the story does. */
export type Fact =
  | { type: 'started'; players: string[]; mafia: number }
  | { type: 'killed'; name: string }
  | { type: 'accused'; accusations: Accusation[]; mostAccused: string[] }
  | { type: 'sentenced'; name: string; correctly: boolean }
  | { type: 'ended'; outcome: Outcome };

export interface Accusation {
  by: string;
  accused: string;
}

/** A turn, played. `player` is the one who left the game in it, as they are now. */
export interface PlayedTurn {
  game: Game;
  player?: Player;
  message: string[];
  facts: Fact[];
}

/** Why a turn could not be played. */
export type Refusal =
  | { refused: 'game-over'; outcome: Outcome }
  | { refused: 'other-turn'; due: Turn }
  | { refused: 'no-such-player'; name: string };

/**
 * Says what is wrong with the numbers of a game, or nothing when they are right: 3 to 32 players, at least one mafia,
 * fewer mafia than half of the players (otherwise the game is lost before it begins).
 */
export function problemWithNumbers(players: number, mafia: number): string | undefined {
  if (!Number.isInteger(players) || players < LIMITS.minPlayers || players > LIMITS.maxPlayers) {
    return `players must be a whole number from ${LIMITS.minPlayers} to ${LIMITS.maxPlayers}, not ${players}`;
  }
  if (!Number.isInteger(mafia) || mafia < 1 || areTooManyMafia(mafia, players)) {
    return `mafia must be a whole number from 1 to ${mostMafia(players)} (fewer than half of ${players} players), not ${mafia}`;
  }
  return undefined;
}

/** Draws `count` different items, in the order drawn (a partial Fisher-Yates shuffle). */
function draw<Item>(items: readonly Item[], count: number, random: Random): Item[] {
  const pool = [...items];
  for (let index = 0; index < count; index += 1) {
    const other = index + Math.floor(random() * (pool.length - index));
    [pool[index], pool[other]] = [pool[other] as Item, pool[index] as Item];
  }
  return pool.slice(0, count);
}

const pick = <Item>(items: readonly Item[], random: Random): Item | undefined =>
  items[Math.floor(random() * items.length)];

/**
 * Deals a new game: names without repetition, mafia at random among them. The order of the names tells nothing of who
 * is mafia, because the mafia are drawn after and apart from it.
 * Throws a RangeError that says what is wrong with the numbers.
 */
export function newGame(
  options: { id: string; players: number; mafia: number; names: readonly string[] },
  random: Random,
): PlayedTurn {
  const problem = problemWithNumbers(options.players, options.mafia);
  if (problem) throw new RangeError(problem);
  if (options.names.length < options.players) {
    throw new RangeError(`${options.players} players need as many names, and there are ${options.names.length}`);
  }
  const names = draw(options.names, options.players, random);
  const mafia = new Set(draw(names, options.mafia, random));
  const players = names.map(
    (name): Player => ({ name, trueIdentity: mafia.has(name) ? 'Mafia' : 'Innocent', identity: 'Uncovered' }),
  );
  return {
    game: { id: options.id, turnsPlayed: 0, turn: 'night', players },
    message: [`New game started with ${names.join(', ')}`],
    facts: [{ type: 'started', players: names, mafia: options.mafia }],
  };
}

/** Those who still play. */
export const living = (players: readonly Player[]): Player[] =>
  players.filter(({ identity }) => identity === 'Uncovered');

const livingOf = (players: readonly Player[], trueIdentity: TrueIdentity): Player[] =>
  living(players).filter((player) => player.trueIdentity === trueIdentity);

function refusalOf(game: Game, turn: Turn): Refusal | undefined {
  if (game.outcome) return { refused: 'game-over', outcome: game.outcome };
  if (game.turn !== turn) return { refused: 'other-turn', due: game.turn };
  return undefined;
}

/** Innocents win when all mafia are sentenced, mafia when no innocent is left. */
function outcomeOf(players: readonly Player[]): Outcome | undefined {
  if (livingOf(players, 'Mafia').length === 0) return 'innocents';
  if (livingOf(players, 'Innocent').length === 0) return 'mafia';
  return undefined;
}

const END_OF_STORY: Record<Outcome, string[]> = {
  mafia: ['Game Over!', 'All innocent people has been killed by Mafia', 'Mafia have won this game!'],
  innocents: ['Game Over!', 'All members of mafia have been sentenced', 'Innocent people have won this game!'],
};

const after: Record<Turn, Turn> = { night: 'day', day: 'judgement', judgement: 'night' };

/** Ends a turn: someone may have left, the next turn is due, the game may be over. */
function endTurn(game: Game, left: Player | undefined, message: string[], facts: Fact[]): PlayedTurn {
  const players = left ? game.players.map((player) => (player.name === left.name ? left : player)) : game.players;
  const outcome = outcomeOf(players);
  return {
    game: { ...game, players, turnsPlayed: game.turnsPlayed + 1, turn: after[game.turn], ...(outcome && { outcome }) },
    ...(left && { player: left }),
    message: outcome ? [...message, ...END_OF_STORY[outcome]] : message,
    facts: outcome ? [...facts, { type: 'ended', outcome }] : facts,
  };
}

/** The mafia kill a living innocent. */
export function nightTurn(game: Game, random: Random): PlayedTurn | Refusal {
  const refusal = refusalOf(game, 'night');
  if (refusal) return refusal;
  const victim = pick(livingOf(game.players, 'Innocent'), random);
  if (!victim) return endTurn(game, undefined, [], []);
  return endTurn(
    game,
    { ...victim, identity: 'Killed by mafia' },
    ['Night, time to sleep', 'Mafia awakes', `Mafia kills ${victim.name}`, 'Mafia sleeps'],
    [{ type: 'killed', name: victim.name }],
  );
}

/**
 * Whom each living player accuses: mafia know each other and point to innocents, innocents to anybody but themselves.
 * Who has nobody to accuse stays silent.
 */
export function accuse(players: readonly Player[], random: Random): Accusation[] {
  const everybody = living(players);
  const innocents = livingOf(players, 'Innocent');
  return everybody.flatMap((player) => {
    const suspects = player.trueIdentity === 'Mafia' ? innocents : everybody.filter(({ name }) => name !== player.name);
    const accused = pick(suspects, random);
    return accused ? [{ by: player.name, accused: accused.name }] : [];
  });
}

/** The names with the most accusations, in alphabetical order; several when they are level, none when nobody accused. */
export function mostAccused(accusations: readonly Accusation[]): string[] {
  const votes = new Map<string, number>();
  for (const { accused } of accusations) votes.set(accused, (votes.get(accused) ?? 0) + 1);
  const most = Math.max(0, ...votes.values());
  return [...votes].flatMap(([name, count]) => (count === most ? [name] : [])).sort();
}

/** Everybody says whom they suspect. Nobody leaves. */
export function dayTurn(game: Game, random: Random): PlayedTurn | Refusal {
  const refusal = refusalOf(game, 'day');
  if (refusal) return refusal;
  const accusations = accuse(game.players, random);
  const suspects = mostAccused(accusations);
  const message = [
    'Day, time to wake up!',
    'Players see the dead body and makes their accusations',
    ...accusations.map(({ by, accused }) => `${by} blames on ${accused}`),
    ...(suspects.length > 0 ? [`Most accused: ${suspects.join(', ')}`] : []),
    'Who is the Mafia?',
  ];
  return endTurn(game, undefined, message, [{ type: 'accused', accusations, mostAccused: suspects }]);
}

/** The living player `name` is sentenced and uncovered, rightly or not. */
export function judgement(game: Game, name: string): PlayedTurn | Refusal {
  const refusal = refusalOf(game, 'judgement');
  if (refusal) return refusal;
  const accused = living(game.players).find((player) => player.name === name);
  if (!accused) return { refused: 'no-such-player', name };
  const correctly = accused.trueIdentity === 'Mafia';
  return endTurn(
    game,
    { ...accused, identity: correctly ? 'Correctly sentenced' : 'Incorrectly sentenced' },
    correctly
      ? ['Mafia has been uncovered!', `Guilty member of mafia ${name} has been sentenced!`]
      : ['Mafia has not been uncovered!', `Innocent ${name} has been sentenced unfairly`],
    [{ type: 'sentenced', name, correctly }],
  );
}
