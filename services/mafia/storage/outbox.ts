import { and, between, createTable, equal, exists } from '@arcade/dynamodb';
import type { AnyEvent } from '@arcade/events';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { INDEX, itemKey, type StoredItem, storedItem } from './items.ts';

/** The events of a turn that wait to be published. */
export interface PendingEvents {
  gameId: string;
  turnNumber: number;
  events: AnyEvent[];
}

/**
 * Events are written with the turn that they tell of, in its transaction, and crossed out once published: a crash in
 * between loses none of them. At least once, therefore; each keeps its id.
 */
export function createOutbox(client: DynamoDBDocumentClient, name: string) {
  const table = createTable<StoredItem>({ client, name, key: ['gameId', 'item'], parse: storedItem.parse });
  const pointer = z.object({ gameId: z.string(), item: z.string() });
  const pending = createTable({ client, name, key: ['gameId', 'item'], parse: pointer.parse });

  return {
    /** Notes that the events of a turn are published. */
    async published(gameId: string, turnNumber: number): Promise<void> {
      await table.update(
        { gameId, item: itemKey.turn(turnNumber) },
        { remove: ['outbox', 'pendingSince', 'events'] },
        { when: exists('item') },
      );
    },

    /** Turns whose events were not noted as published by `beforeMs`. */
    async *unpublished(beforeMs: number): AsyncGenerator<PendingEvents> {
      const old = and(equal('outbox', 'pending'), between('pendingSince', 0, beforeMs));
      for await (const { gameId, item } of pending.query(old, { index: INDEX.outbox })) {
        const turn = await table.get({ gameId, item });
        // The index lags behind: what it still shows may be published by now, or have expired.
        if (turn?.kind !== 'turn' || turn.outbox !== 'pending') continue;
        yield { gameId, turnNumber: turn.number, events: turn.events as unknown as AnyEvent[] };
      }
    },
  };
}

export type Outbox = ReturnType<typeof createOutbox>;
