import { and, between, createTable, equal, exists } from '@arcade/dynamodb';
import type { AnyEvent, Outbox } from '@arcade/events';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { TurnPlace } from '../domain/ports.ts';
import { INDEX, itemKey, type StoredItem, storedItem } from './items.ts';

/** The events of turns that wait to be published: they are written with the turn that they tell of, in its transaction. */
export function createOutbox(client: DynamoDBDocumentClient, name: string): Outbox<TurnPlace> {
  const table = createTable<StoredItem>({ client, name, key: ['gameId', 'item'], parse: storedItem.parse });
  const pointer = z.object({ gameId: z.string(), item: z.string() });
  const pending = createTable({ client, name, key: ['gameId', 'item'], parse: pointer.parse });

  return {
    async settle({ gameId, turnNumber }, left) {
      const settled = { remove: ['outbox', 'pendingSince', 'events'] };
      const change = left.length === 0 ? settled : { set: { events: left } };
      await table.change({ gameId, item: itemKey.turn(turnNumber) }, change, { when: exists('item') });
    },

    async *waiting(beforeMs) {
      const old = and(equal('outbox', 'pending'), between('pendingSince', 0, beforeMs));
      for await (const { gameId, item } of pending.query(old, { index: INDEX.outbox })) {
        yield async () => {
          const turn = await table.get({ gameId, item });
          // The index lags behind: what it still shows may be published by now, or have expired.
          if (turn?.kind !== 'turn' || turn.outbox !== 'pending') return undefined;
          return { place: { gameId, turnNumber: turn.number }, events: turn.events as unknown as AnyEvent[] };
        };
      }
    },
  };
}
