import { type AnyEvent, createEvent, type EventContext } from '@arcade/events';
import { gameEnded, gameStarted, playerKilled, playerSentenced, playersAccused } from '@arcade/events/contracts/mafia';
import { type Fact, type Game, type PlayedTurn, TURNS } from './game.ts';

/** Each day ends with a judgement; a game that the mafia win at night ends before. */
const daysIn = (turnsPlayed: number) => Math.floor(turnsPlayed / TURNS.length);

function eventOf(fact: Fact, { id: gameId, turnsPlayed }: Game, context: EventContext): AnyEvent {
  switch (fact.type) {
    case 'started':
      return createEvent(gameStarted, { gameId, players: fact.players, mafia: fact.mafia }, context);
    case 'killed':
      return createEvent(playerKilled, { gameId, name: fact.name }, context);
    case 'accused':
      return createEvent(
        playersAccused,
        { gameId, accusations: fact.accusations, mostAccused: fact.mostAccused },
        context,
      );
    case 'sentenced':
      return createEvent(playerSentenced, { gameId, name: fact.name, correctly: fact.correctly }, context);
    case 'ended':
      return createEvent(gameEnded, { gameId, outcome: fact.outcome, days: daysIn(turnsPlayed) }, context);
  }
}

/** What happened in a turn, as the service's events. They share the correlation id of the request. */
export function eventsOf({ game, facts }: PlayedTurn, context: EventContext): AnyEvent[] {
  return facts.map((fact) => eventOf(fact, game, context));
}
