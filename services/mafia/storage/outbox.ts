import { and, between, createTable, equal, exists } from '@arcade/dynamodb';
import type { AnyEvent, Outbox } from '@arcade/events';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { TurnPlace } from '../domain/ports.ts';
import { type ItemKey, OUTBOX_PARTITIONS, outboxItem, outboxKey, outboxKeysUntil } from './items.ts';

/** Whoever has played a turn knows it by the turn; the relay, which may find anything, by its key. */
export type OutboxPlace = TurnPlace | ItemKey;

const keyOf = (place: OutboxPlace): ItemKey => ('item' in place ? place : outboxKey(place));

/** The events of turns that wait to be published: they are written with the turn that they tell of, in its transaction. */
export function createOutbox(client: DynamoDBDocumentClient, name: string): Outbox<OutboxPlace> {
  // What is read is parsed item by item: one that cannot be read is an entry like the others.
  const table = createTable({ client, name, key: ['gameId', 'item'], parse: (raw) => raw as Record<string, unknown> });

  return {
    async settle(place, left) {
      if (left.length === 0) await table.remove(keyOf(place));
      else await table.change(keyOf(place), { set: { events: left } }, { when: exists('item') });
    },

    async claim(place) {
      const { outcome } = await table.change(keyOf(place), { add: { tries: 1 } }, { when: exists('item') });
      return outcome === 'done';
    },

    async *waiting(beforeMs) {
      for (const partition of OUTBOX_PARTITIONS) {
        const old = and(equal('gameId', partition), between('item', ...outboxKeysUntil(beforeMs)));
        for await (const raw of table.query(old)) {
          const { data: read } = outboxItem.safeParse(raw);
          const events = read?.events as readonly AnyEvent[] | undefined;
          yield { place: { gameId: partition, item: String(raw.item) }, tries: read?.tries ?? 0, events, raw };
        }
      }
    },
  };
}
