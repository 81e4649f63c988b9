import { type AnyEvent, createEvent, type EventContext } from '@arcade/events';
import { gameEnded, gameStarted, playerKilled, playerSentenced, playersAccused } from '@arcade/events/contracts/mafia';
import type { Fact, PlayedTurn } from './game.ts';

function eventOf(fact: Fact, gameId: string, context: EventContext): AnyEvent {
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
      return createEvent(gameEnded, { gameId, outcome: fact.outcome }, context);
  }
}

/** What happened in a turn, as the service's events. They share the correlation id of the request. */
export function eventsOf({ game, facts }: PlayedTurn, context: EventContext): AnyEvent[] {
  return facts.map((fact) => eventOf(fact, game.id, context));
}
