import type { EventOf } from '@arcade/events';
import { captureFailed, captureSucceeded, fakemonAppeared } from '@arcade/events/contracts/fakemon';
import type { Cabinet } from '@arcade/events/contracts/lobby';
import { gameEnded, gameStarted, playerKilled, playerSentenced } from '@arcade/events/contracts/mafia';
import { ballHit, gameWon, letCalled, pointScored } from '@arcade/events/contracts/ping-pong';
import { directiveAnswered } from '@arcade/events/contracts/smart-home';
import type { statusUpdated } from '@arcade/events/contracts/space-invaders';
import { counted, duration, inFigures, inWords, shortened, titled, townOf, withArticle } from './words.ts';

/** What `tell` hears of, over topics and a bus. */
export const TOLD = [
  ballHit,
  pointScored,
  gameWon,
  letCalled,
  gameStarted,
  playerKilled,
  playerSentenced,
  gameEnded,
  fakemonAppeared,
  captureSucceeded,
  captureFailed,
  directiveAnswered,
] as const;

/** What there is a sentence for. */
export type Telling = EventOf<(typeof TOLD)[number]> | EventOf<typeof statusUpdated>;
type Detail<Type extends Telling['type']> = Extract<Telling, { type: Type }>['detail'];

/** A happening in words. */
export interface Words {
  cabinet: Cabinet;
  sentence: string;
  /** Without ids of players and accounts. What is undefined is left out. */
  facts: Record<string, string | number | boolean | undefined>;
  /** What happens once, where several events tell of it; left out: the event is the only one. */
  once?: string;
}

type Says<Part extends Telling['type']> = {
  [Type in Part]: (detail: Detail<Type>) => Omit<Words, 'cabinet'>;
};

const PING_PONG: Says<Extract<Telling['type'], `ping_pong.${string}`>> = {
  'ping_pong.ball_hit': ({ rally, stroke, by }) => ({
    sentence: `${titled(by)} serves: rally ${inFigures(rally)} is on.`,
    facts: { rally, stroke, by },
  }),
  'ping_pong.point_scored': ({ rally, strokes, winner, game, score }) => ({
    sentence: `${titled(winner)} wins rally ${inFigures(rally)} after ${counted(strokes, 'stroke')}. Game ${inFigures(game)}: Ping ${score.ping}, Pong ${score.pong}.`,
    facts: { rally, strokes, winner, game, ...score },
  }),
  'ping_pong.game_won': ({ game, winner, score, games }) => ({
    sentence: `${titled(winner)} takes game ${inFigures(game)} by ${Math.max(score.ping, score.pong)} to ${Math.min(score.ping, score.pong)}. Games: Ping ${inFigures(games.ping)}, Pong ${inFigures(games.pong)}.`,
    facts: { game, winner, ...score, pingGames: games.ping, pongGames: games.pong },
  }),
  'ping_pong.let_called': ({ rally, strokes, reason }) => ({
    sentence:
      reason === 'ball-lost'
        ? `The ball of rally ${inFigures(rally)} is lost after ${counted(strokes, 'stroke')}: no point.`
        : `Rally ${inFigures(rally)} ends undecided after ${counted(strokes, 'stroke')}.`,
    facts: { rally, strokes, reason },
  }),
};

const MAFIA: Says<Extract<Telling['type'], `mafia.${string}`>> = {
  'mafia.game_started': ({ gameId, players, mafia }) => ({
    sentence: `Night falls on ${townOf(gameId)}: ${inWords(mafia)} of its ${inWords(players.length)} people ${mafia === 1 ? 'is' : 'are'} mafia.`,
    facts: { gameId, town: townOf(gameId), players: players.length, mafia },
  }),
  'mafia.player_killed': ({ gameId, name }) => ({
    sentence: `${shortened(name)} does not wake up in ${townOf(gameId)}.`,
    facts: { gameId, town: townOf(gameId), name: shortened(name) },
  }),
  'mafia.player_sentenced': ({ gameId, name, correctly }) => ({
    sentence: `${townOf(gameId)} sentences ${shortened(name)}, who was ${correctly ? 'mafia' : 'innocent'}.`,
    facts: { gameId, town: townOf(gameId), name: shortened(name), correctly },
  }),
  'mafia.game_ended': ({ gameId, outcome, days }) => ({
    sentence:
      outcome === 'mafia'
        ? `The mafia have taken ${townOf(gameId)}.`
        : `${townOf(gameId)} has found all of its mafia${days === undefined ? '' : ` in ${counted(days, 'day')}`}.`,
    facts: { gameId, town: townOf(gameId), outcome, days },
  }),
};

const late = (lateMs: number | undefined) => (lateMs === undefined ? 'too late' : `${duration(lateMs)} too late`);

/** Why a throw got nothing. */
function missed({ reason, name, species, lateMs, takenBy }: Detail<'fakemon.capture_failed'>): string {
  const what = titled(species ?? 'fakémon');
  switch (reason) {
    case 'taken':
      return `${shortened(name)} threw ${late(lateMs)}: ${takenBy === undefined ? 'the last' : `${shortened(takenBy)} has the last`} ${what}${takenBy === undefined ? ' was gone' : ''}.`;
    case 'gone':
      return `${shortened(name)} threw ${late(lateMs)}: the ${what} had left.`;
    case 'dodged':
      return `${titled(withArticle(what))} dodges the throw of ${shortened(name)}.`;
    case 'unknown':
      return `${shortened(name)} threw at nothing.`;
  }
}

const FAKEMON: Says<Extract<Telling['type'], `fakemon.${string}`>> = {
  'fakemon.fakemon_appeared': ({ fakemonId, species, x, y, units, appearsAtMs, expiresAtMs }) => ({
    sentence: `${titled(withArticle(titled(species)))} appears: ${inWords(units)} ${units === 1 ? 'is' : 'are'} to be had.`,
    facts: { fakemonId, species, x, y, units, appearsAtMs, expiresAtMs },
  }),
  'fakemon.capture_succeeded': ({ fakemonId, name, species, unitsLeft }) => ({
    sentence: `${shortened(name)} caught ${withArticle(titled(species))}: ${inWords(unitsLeft)} ${unitsLeft === 1 ? 'is' : 'are'} left.`,
    facts: { fakemonId, name: shortened(name), species, unitsLeft },
  }),
  'fakemon.capture_failed': (detail) => {
    const { fakemonId, name, reason, species, lateMs, takenBy } = detail;
    const names = { name: shortened(name), takenBy: takenBy === undefined ? undefined : shortened(takenBy) };
    return { sentence: missed(detail), facts: { fakemonId, ...names, reason, species, lateMs } };
  },
};

const SPACE_INVADERS: Says<'space_invaders.status_updated'> = {
  // A browser says so, and may say it more than once: the service has counted nothing yet.
  'space_invaders.status_updated': ({ player, name, sessionId, trial, score, lives, level, shots }) => ({
    sentence:
      lives === 0
        ? `${shortened(name)} says the last life is gone, at ${inFigures(score)} points on level ${level}.`
        : `${shortened(name)} says there are ${inFigures(score)} points on level ${level}.`,
    facts: { sessionId, name: shortened(name), trial, score, lives, level, shots },
    ...(lives === 0 && { once: [player, sessionId, trial, 'over'].join('.') }),
  }),
};

/** How a bulb is, as far as Alexa is told. */
function bulb({ power, brightness }: Detail<'smart_home.directive_answered'>): string {
  if (power === 'OFF') return 'a bulb is off';
  if (brightness === undefined) return power === 'ON' ? 'a bulb is on' : 'a bulb has done what it was told';
  return `a bulb is at ${brightness} %`;
}

const SMART_HOME: Says<'smart_home.directive_answered'> = {
  'smart_home.directive_answered': (detail) => {
    const { home, endpointId, api, outcome, power, brightness, error, afterMs } = detail;
    const after = duration(afterMs);
    const sentence = {
      response: `Alexa hears after ${after} that ${bulb(detail)}.`,
      error: `Alexa hears after ${after} that a bulb did not obey${error ? `: ${error.toLowerCase().replaceAll('_', ' ')}` : ''}.`,
      late: `The answer to Alexa was ready after ${after}, too late: she is not told.`,
    }[outcome];
    return { sentence, facts: { home, endpointId, api, outcome, power, brightness, error, afterMs } };
  },
};

const SAYS: Says<Telling['type']> = { ...PING_PONG, ...MAFIA, ...FAKEMON, ...SPACE_INVADERS, ...SMART_HOME };

/** An event in words that people understand, and what small screens show of it. */
export function wordsFor(event: Telling): Words {
  // The type of an event says which sentence takes its detail; TypeScript does not follow that through a table.
  const say = SAYS[event.type] as (detail: Telling['detail']) => Omit<Words, 'cabinet'>;
  return { cabinet: CABINETS[event.type.split('.')[0] as keyof typeof CABINETS], ...say(event.detail) };
}

const CABINETS = {
  ping_pong: 'ping-pong',
  mafia: 'mafia',
  fakemon: 'fakemon',
  space_invaders: 'space-invaders',
  smart_home: 'smart-home',
} as const satisfies Record<string, Cabinet>;
