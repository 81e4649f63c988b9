import { createTable, equal } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Game, Player } from '../domain/game.ts';
import { gameItem, INDEX, secondsOf, seenItem } from './items.ts';

/** A game, as everybody may see it. */
export interface SeenGame {
  id: string;
  turn: Game['turn'];
  turnsPlayed: number;
  outcome?: Game['outcome'];
  startedAt: string;
  mafia: number;
  /** In the order of their seats, which tells nothing. */
  players: { name: string; identity: Player['identity'] }[];
  story: { number: number; turn: 'start' | Game['turn']; at: string; message: string[] }[];
}

/** A line of the list of games. */
export interface ListedGame {
  id: string;
  startedAt: string;
  players: number;
  mafia: number;
  turn: Game['turn'];
  outcome?: Game['outcome'];
}

/** Reads what may be seen of the games, and nothing else. `nowMs` is milliseconds since the epoch. */
export function createSeenGames(client: DynamoDBDocumentClient, name: string) {
  const seen = createTable({ client, name, key: ['gameId', 'item'], parse: seenItem.parse });
  const listed = createTable({
    client,
    name,
    key: ['gameId', 'item'],
    parse: z.omit(gameItem, { turnsPlayed: true, alive: true }).parse,
  });

  return {
    /** The game as everybody may see it, from the index that shows no secret. May lag behind a write by a moment. */
    async see(gameId: string, nowMs: number): Promise<SeenGame | undefined> {
      let state: Extract<z.output<typeof seenItem>, { kind: 'game' }> | undefined;
      const players: (SeenGame['players'][number] & { seat: number })[] = [];
      const story: SeenGame['story'] = [];
      for await (const item of seen.query(equal('gameId', gameId), { index: INDEX.masked })) {
        if (item.kind === 'game') state = item;
        if (item.kind === 'player') players.push({ name: item.Name, identity: item.Identity, seat: item.seat });
        if (item.kind === 'turn')
          story.push({ number: item.number, turn: item.turn, at: item.at, message: item.message });
      }
      if (!state || state.expiresAt <= secondsOf(nowMs)) return undefined;
      const { turn, turnsPlayed, startedAt, mafia } = state;
      const seated = players.sort((one, other) => one.seat - other.seat).map(({ seat: _seat, ...shown }) => shown);
      return {
        id: gameId,
        turn,
        turnsPlayed,
        startedAt,
        mafia,
        players: seated,
        story,
        ...(state.outcome && { outcome: state.outcome }),
      };
    },

    /** The latest games, newest first. */
    async latest(count: number, nowMs: number): Promise<ListedGame[]> {
      const games: ListedGame[] = [];
      const newestFirst = { index: INDEX.latest, descending: true, pageSize: count };
      for await (const item of listed.query(equal('listed', 'games'), newestFirst)) {
        if (games.length === count) break;
        const { gameId: id, startedAt, players, mafia, turn, outcome: ended, expiresAt } = item;
        if (expiresAt > secondsOf(nowMs))
          games.push({ id, startedAt, players, mafia, turn, ...(ended && { outcome: ended }) });
      }
      return games;
    },
  };
}

export type SeenGames = ReturnType<typeof createSeenGames>;
