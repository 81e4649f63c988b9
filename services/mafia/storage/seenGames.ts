import { createTable, equal } from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { ListedGame, SeenGame, SeenGames } from '../domain/ports.ts';
import { gameItem, INDEX, secondsOf, seenItem } from './items.ts';

interface Parts {
  client: DynamoDBDocumentClient;
  /** The table's. */
  name: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Is told of a game that cannot be listed. */
  warn(message: string, error: unknown): void;
}

/** Reads what may be seen of the games, from the indexes that show no secret. */
export function createSeenGames({ client, name, now, warn }: Parts): SeenGames {
  const seen = createTable({ client, name, key: ['gameId', 'item'], parse: seenItem.parse });
  const listed = createTable({
    client,
    name,
    key: ['gameId', 'item'],
    parse: z.omit(gameItem, { turn: true, turnsPlayed: true, alive: true }).parse,
  });

  return {
    async see(gameId) {
      let state: Extract<z.output<typeof seenItem>, { kind: 'game' }> | undefined;
      const players: (SeenGame['players'][number] & { seat: number })[] = [];
      const story: SeenGame['story'] = [];
      for await (const item of seen.query(equal('gameId', gameId), { index: INDEX.masked })) {
        if (item.kind === 'game') state = item;
        if (item.kind === 'player') players.push({ name: item.Name, identity: item.Identity, seat: item.seat });
        if (item.kind === 'turn')
          story.push({ number: item.number, turn: item.turn, at: item.at, message: item.message });
      }
      if (!state || state.expiresAt <= secondsOf(now())) return undefined;
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

    async latest(count) {
      const games: ListedGame[] = [];
      // One item that somebody has spoilt does not hide all other games.
      const onMalformed = (error: Error) => warn('a game is left out of the list', error);
      const newestFirst = { index: INDEX.latest, descending: true, pageSize: count, onMalformed };
      for await (const item of listed.query(equal('listed', 'games'), newestFirst)) {
        if (games.length === count) break;
        const { gameId: id, startedAt, players, mafia, outcome: ended, expiresAt } = item;
        if (expiresAt > secondsOf(now()))
          games.push({ id, startedAt, players, mafia, ...(ended && { outcome: ended }) });
      }
      return games;
    },
  };
}
