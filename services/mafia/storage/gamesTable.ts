import {
  and,
  between,
  createTable,
  equal,
  missing,
  noAnswerKept,
  recall,
  type TransactionStep,
  transact,
} from '@arcade/dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod/mini';
import { type Game, living, type Player } from '../domain/game.ts';
import type { GamesTable, TurnRecord } from '../domain/ports.ts';
import {
  type gameItem,
  gameRequestKey,
  type ItemKey,
  itemKey,
  KEEP_SECONDS,
  outboxKey,
  requestItem,
  type StoredItem,
  secondsOf,
  storedItem,
  turnRequestKey,
} from './items.ts';

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

/** Access to the table of games. */
export function createGamesTable(client: DynamoDBDocumentClient, name: string): GamesTable {
  const table = createTable<StoredItem>({ client, name, key: ['gameId', 'item'], parse: storedItem.parse });

  /** The steps that write the turn's story, and its events until they are published. */
  const turnSteps = ({ played, events, nowMs }: TurnRecord, turn: Game['turn'] | 'start', expiresAt: number) => {
    const { id: gameId, turnsPlayed: number } = played.game;
    const item = itemKey.turn(number);
    const story = { turn, number, message: played.message, at: new Date(nowMs).toISOString() };
    const waiting = outboxKey({ gameId, turnNumber: number, sinceMs: nowMs });
    const copies = events.map((event) => ({ ...event }));
    return {
      turn: table.step.put({ gameId, item, seen: item, kind: 'turn', expiresAt, ...story }, missing('item')),
      ...(events.length > 0 && {
        outbox: table.step.put({ ...waiting, kind: 'outbox', tries: 0, events: copies }, missing('item')),
      }),
    };
  };

  /** Keeps the answer for as long as the game is kept. */
  const requestStep = (
    keyOf: (key: string) => ItemKey,
    { request, answer, nowMs }: TurnRecord,
    expiresAt: number,
  ): { request?: TransactionStep } => {
    if (!request) return {};
    const { key, fingerprint } = request;
    const item = { ...keyOf(key), kind: 'request', fingerprint, answer, expiresAt } as const;
    return { request: table.step.put(item, noAnswerKept(nowMs)) };
  };

  const readGame = async (gameId: string) => {
    let state: z.output<typeof gameItem> | undefined;
    const seats: { seat: number; player: Player }[] = [];
    const wanted = and(equal('gameId', gameId), between('item', itemKey.game, itemKey.afterPlayers));
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
    async create(record) {
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
        ...turnSteps(record, 'start', expiresAt),
        ...requestStep(gameRequestKey, record, expiresAt),
      };
      for (const [seat, player] of players.entries()) {
        const item = itemKey.player(player.name);
        const who = { Name: player.name, TrueIdentity: player.trueIdentity, Identity: player.identity };
        steps[item] = table.step.put(
          { gameId, item, kind: 'player', seat, ...who, expiresAt, seen: item },
          missing('item'),
        );
      }
      const written = await transact(client, steps);
      if (written.outcome === 'done') return { outcome: 'written' };
      const kept = written.refused.request?.current;
      const before = kept && recall(requestItem.parse(kept), record.request?.fingerprint ?? '', record.nowMs);
      return before && before.outcome !== 'new' ? before : { outcome: 'id-taken' };
    },

    async load(gameId, nowMs) {
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

    async writeTurn(record, before, expiresAt) {
      const { game, player } = record.played;
      const { id: gameId, turn, turnsPlayed } = game;
      const steps: Record<string, TransactionStep> = {
        game: table.step.update(
          { gameId, item: itemKey.game },
          { set: { turn, turnsPlayed, outcome: game.outcome, alive: living(game.players).length } },
          equal('turnsPlayed', turnsPlayed - 1),
        ),
        ...turnSteps(record, before, expiresAt),
        ...(player && {
          player: table.step.update(
            { gameId, item: itemKey.player(player.name) },
            { set: { Identity: player.identity } },
            equal('Identity', 'Uncovered'),
          ),
        }),
        ...requestStep((key) => turnRequestKey(gameId, key), record, expiresAt),
      };
      const written = await transact(client, steps);
      if (written.outcome === 'done') return 'written';
      return 'request' in written.refused ? 'repeated-request' : 'played-by-another';
    },

    async recall(gameId, { key, fingerprint }, nowMs) {
      const item = await table.get(turnRequestKey(gameId, key));
      return recall(item?.kind === 'request' ? item : undefined, fingerprint, nowMs);
    },
  };
}
