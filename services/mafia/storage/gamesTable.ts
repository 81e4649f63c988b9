import { and, between, createTable, equal, missing, type TransactionStep, transact } from '@arcade/dynamodb';
import type { AnyEvent } from '@arcade/events';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod/mini';
import { type Game, living, type PlayedTurn, type Player } from '../domain/game.ts';
import { type gameItem, itemKey, KEEP_SECONDS, type StoredItem, secondsOf, storedItem } from './items.ts';

/** A request that may come again: its key, and a fingerprint of what it asks for. */
export interface RepeatableRequest {
  key: string;
  fingerprint: string;
}

/** What is written together with a turn. */
export interface TurnRecord {
  played: PlayedTurn;
  /** What the request is answered with. */
  answer: Record<string, unknown>;
  events: readonly AnyEvent[];
  request?: RepeatableRequest | undefined;
  nowMs: number;
}

/**
 * The items of a game do not fit together, however often they are read. A query may fall into the middle of a transaction
 * (read-committed: DynamoDB, "Transaction isolation levels"), but not several times; somebody has changed the table by hand.
 */
export class TornGameError extends Error {
  override readonly name = 'TornGameError';
  readonly gameId: string;

  constructor(gameId: string) {
    super(`the game ${gameId} does not have as many players in play as it says`);
    this.gameId = gameId;
  }
}

/** How often a game is read that does not fit together. */
const MOST_READS = 4;

/** What became of a turn that was to be written. */
export type Written = 'written' | 'played-by-another' | 'repeated-request';

/** Access to the table of games. `nowMs` is milliseconds since the epoch. */
export function createGamesTable(client: DynamoDBDocumentClient, name: string) {
  const table = createTable<StoredItem>({ client, name, key: ['gameId', 'item'], parse: storedItem.parse });

  /** The step that writes the turn's story and events; `outbox` stays until they are published. */
  const turnStep = (record: TurnRecord, turn: Game['turn'] | 'start', expiresAt: number): TransactionStep => {
    const { game, message } = record.played;
    const item = itemKey.turn(game.turnsPlayed);
    const at = new Date(record.nowMs).toISOString();
    const keys = { gameId: game.id, item, seen: item, kind: 'turn', expiresAt } as const;
    const story = { turn, number: game.turnsPlayed, message, at };
    const events = record.events.map((event) => ({ ...event }));
    const waiting = { outbox: 'pending', pendingSince: record.nowMs } as const;
    return table.step.put({ ...keys, ...story, events, ...waiting }, missing('item'));
  };

  const requestStep = (gameId: string, { request, answer }: TurnRecord, expiresAt: number) =>
    request && {
      request: table.step.put(
        {
          gameId,
          item: itemKey.request(request.key),
          kind: 'request',
          fingerprint: request.fingerprint,
          answer,
          expiresAt,
        },
        missing('item'),
      ),
    };

  const readGame = async (gameId: string) => {
    let state: z.output<typeof gameItem> | undefined;
    const seats: { seat: number; player: Player }[] = [];
    const wanted = and(equal('gameId', gameId), between('item', itemKey.game, itemKey.player('\u{10ffff}')));
    for await (const item of table.query(wanted, { consistent: true })) {
      if (item.kind === 'game') state = item;
      if (item.kind === 'player') {
        const player = { name: item.Name, trueIdentity: item.TrueIdentity, identity: item.Identity };
        seats.push({ seat: item.seat, player });
      }
    }
    return { state, players: seats.sort((one, other) => one.seat - other.seat).map(({ player }) => player) };
  };

  return {
    /** Writes a new game whole, or not at all. `repeated-request` when a game of this id exists. */
    async create(record: TurnRecord): Promise<Written> {
      const { game } = record.played;
      const { id: gameId, turn, turnsPlayed, players } = game;
      const expiresAt = secondsOf(record.nowMs) + KEEP_SECONDS;
      const startedAt = new Date(record.nowMs).toISOString();
      const mafia = players.filter(({ trueIdentity }) => trueIdentity === 'Mafia').length;
      const numbers = { players: players.length, mafia, alive: players.length };
      const state = { turn, turnsPlayed, ...numbers, startedAt, expiresAt };
      const steps: Record<string, TransactionStep> = {
        game: table.step.put(
          { gameId, item: itemKey.game, kind: 'game', ...state, seen: itemKey.game, listed: 'games' },
          missing('item'),
        ),
        turn: turnStep(record, 'start', expiresAt),
        ...requestStep(gameId, record, expiresAt),
      };
      for (const [seat, player] of players.entries()) {
        const item = itemKey.player(player.name);
        const who = { Name: player.name, TrueIdentity: player.trueIdentity, Identity: player.identity };
        steps[item] = table.step.put(
          { gameId, item, kind: 'player', seat, ...who, expiresAt, seen: item },
          missing('item'),
        );
      }
      const { outcome: written } = await transact(client, steps);
      return written === 'done' ? 'written' : 'repeated-request';
    },

    /** The whole game, secrets included; undefined when there is none. Throws TornGameError. */
    async load(gameId: string, nowMs: number): Promise<{ game: Game; expiresAt: number } | undefined> {
      for (let reads = 0; reads < MOST_READS; reads += 1) {
        const { state, players } = await readGame(gameId);
        // DynamoDB deletes an expired item up to days after: until then it is as good as gone.
        if (!state || state.expiresAt <= secondsOf(nowMs)) return undefined;
        if (living(players).length !== state.alive) continue;
        const { turn, turnsPlayed, expiresAt } = state;
        const game = { id: gameId, turn, turnsPlayed, players, ...(state.outcome && { outcome: state.outcome }) };
        return { game, expiresAt };
      }
      throw new TornGameError(gameId);
    },

    /** Writes a turn: the game's state, the player who left, the story. `before` is the turn that was played. */
    async writeTurn(record: TurnRecord, before: Game['turn'], expiresAt: number): Promise<Written> {
      const { game, player } = record.played;
      const { id: gameId, turn, turnsPlayed } = game;
      const steps: Record<string, TransactionStep> = {
        game: table.step.update(
          { gameId, item: itemKey.game },
          { set: { turn, turnsPlayed, outcome: game.outcome, alive: living(game.players).length } },
          equal('turnsPlayed', turnsPlayed - 1),
        ),
        turn: turnStep(record, before, expiresAt),
        ...(player && {
          player: table.step.update(
            { gameId, item: itemKey.player(player.name) },
            { set: { Identity: player.identity } },
            equal('Identity', 'Uncovered'),
          ),
        }),
        ...requestStep(gameId, record, expiresAt),
      };
      const written = await transact(client, steps);
      if (written.outcome === 'done') return 'written';
      return 'request' in written.refused ? 'repeated-request' : 'played-by-another';
    },

    /** The answer that a request of this key was given, with the fingerprint of what it asked for. */
    async answerTo(gameId: string, key: string) {
      const item = await table.get({ gameId, item: itemKey.request(key) });
      return item?.kind === 'request' ? { fingerprint: item.fingerprint, answer: item.answer } : undefined;
    },
  };
}

export type GamesTable = ReturnType<typeof createGamesTable>;
