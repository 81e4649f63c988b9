import { createDocumentClient, createTable } from '@arcade/dynamodb';
import { withoutSchedules } from '@arcade/local-aws/testkit';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Game, PlayedTurn, Player } from '../domain/game.ts';
import type { TurnRecord } from '../domain/ports.ts';
import { createGamesTable } from '../storage/gamesTable.ts';
import { createOutbox } from '../storage/outbox.ts';
import { createSeenGames } from '../storage/seenGames.ts';
import { startMafia } from './aws.ts';

const TABLE = 'mafia-local-games';
/** 2030-01-01T00:00:00.500Z: when games begin here. */
export const NOW_MS = Date.parse('2030-01-01T00:00:00.500Z');
/** A week later, in whole seconds. */
export const EXPIRES_AT = Date.parse('2030-01-08T00:00:00Z') / 1000;

/** The table of the deployed service, in which nobody plays, and all that stands on it. */
export async function openStorage() {
  const aws = await startMafia({ transform: withoutSchedules });
  const client = createDocumentClient(aws.rootClientConfig);
  const parse = (raw: unknown) => raw as Record<string, unknown>;
  /** Whatever lies in the table. */
  const raw = createTable({ client, name: TABLE, key: ['gameId', 'item'], parse });
  const clock = { nowMs: NOW_MS };
  const warnings: string[] = [];
  return {
    aws,
    raw,
    clock,
    warnings,
    games: createGamesTable(client, TABLE),
    outbox: createOutbox(client, TABLE),
    seen: createSeenGames({
      client,
      name: TABLE,
      now: () => clock.nowMs,
      warn: (message, error) => void warnings.push(`${message}: ${(error as Error).message}`),
    }),
    /** All items that name a game in their keys, by their sort keys. */
    async itemsOf(gameId: string): Promise<Record<string, Record<string, unknown>>> {
      const dynamodb = new DynamoDBClient(aws.rootClientConfig);
      const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: TABLE }));
      dynamodb.destroy();
      const keys = Items.map(({ gameId: id, item }) => ({ gameId: id?.S ?? '', item: item?.S ?? '' }));
      const own = keys.filter((key) => key.gameId === gameId || key.item.includes(gameId));
      const read = await Promise.all(own.map((key) => raw.get(key)));
      return Object.fromEntries(own.map((key, at) => [key.item, read[at] as Record<string, unknown>]));
    },
  };
}

export type Storage = Awaited<ReturnType<typeof openStorage>>;

const player = (name: string, trueIdentity: Player['trueIdentity'] = 'Innocent'): Player => ({
  name,
  trueIdentity,
  identity: 'Uncovered',
});
/** In the order of their seats. */
export const PLAYERS = [player('Cid'), player('Ann', 'Mafia'), player('Bea')];
export const event = { id: 'event-1', type: 'mafia.game_started', detail: { gameId: 'g' } } as never;

/** A game that was dealt. */
export function newRecord(id: string, overrides: Partial<TurnRecord> = {}): TurnRecord {
  const game: Game = { id, turnsPlayed: 0, turn: 'night', players: PLAYERS };
  const played: PlayedTurn = { game, message: ['New game started'], facts: [] };
  return { played, answer: { gameId: id }, events: [event], nowMs: NOW_MS, ...overrides };
}

/** Bea is killed in the first night. */
export function nightRecord(id: string, overrides: Partial<TurnRecord> = {}): TurnRecord {
  const killed: Player = { ...player('Bea'), identity: 'Killed by mafia' };
  const players = PLAYERS.map((one) => (one.name === 'Bea' ? killed : one));
  const game: Game = { id, turnsPlayed: 1, turn: 'day', players };
  const played: PlayedTurn = { game, player: killed, message: ['Mafia kills Bea'], facts: [] };
  return { played, answer: { turn: 'day' }, events: [], nowMs: NOW_MS + 1000, ...overrides };
}

export const request = { key: 'key-1', fingerprint: 'print-1' };
