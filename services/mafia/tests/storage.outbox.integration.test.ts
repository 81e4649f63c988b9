import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OutboxPlace } from '../storage/outbox.ts';
import { event, NOW_MS, newRecord, openStorage, type Storage } from './storage.ts';

let storage: Storage;
beforeAll(async () => {
  storage = await openStorage();
}, PATIENCE_MS);
afterAll(() => storage.aws.stop());

describe('the outbox', () => {
  const waiting = async (beforeMs: number) => {
    const found: { place: OutboxPlace; tries: number; events: unknown }[] = [];
    for await (const { place, tries, events } of storage.outbox.waiting(beforeMs)) found.push({ place, tries, events });
    return found.filter(({ place }) => 'item' in place && place.item.includes('box-'));
  };

  it('shows what waits until a time, counts who takes it, and keeps what is left', async () => {
    const two = [event, { id: 'event-2', type: 'mafia.game_ended' } as never];
    await storage.games.create(newRecord('box-1', { events: two }));
    await storage.games.create(newRecord('box-2', { nowMs: NOW_MS + 2000 }));
    await storage.games.create(newRecord('box-3', { events: [] }));
    const item = '001893456000500#box-1#0';
    const place = { gameId: 'outbox#1', item };

    expect(await waiting(NOW_MS + 1000)).toEqual([{ place, tries: 0, events: two }]);
    expect(await waiting(NOW_MS + 3000)).toHaveLength(2);
    expect(await storage.outbox.claim(place)).toBe(true);
    await storage.outbox.settle({ gameId: 'box-1', turnNumber: 0, sinceMs: NOW_MS }, two.slice(1));
    expect(await waiting(NOW_MS + 1000)).toEqual([{ place, tries: 1, events: two.slice(1) }]);
    await storage.outbox.settle(place, []);
    expect(await waiting(NOW_MS + 1000)).toEqual([]);
    // What is gone does not come back.
    await storage.outbox.settle(place, two);
    expect(await storage.outbox.claim(place)).toBe(false);
    expect(await waiting(NOW_MS + 1000)).toEqual([]);
  });

  it('shows what cannot be read as it is', async () => {
    await storage.games.create(newRecord('box-8'));
    const place = { gameId: 'outbox#0', item: '001893456000500#box-8#0' };

    for (const spoilt of [{ type: 'without an id' }, { id: 'without a type' }]) {
      await storage.raw.change(place, { set: { events: [spoilt] } });
      expect(await waiting(NOW_MS + 1000)).toEqual([{ place, tries: 0, events: undefined }]);
    }
  });

  it('shows what waits of a game whose id is none of its own making', async () => {
    await storage.games.create(newRecord('box-z'));

    expect((await waiting(NOW_MS + 1000)).map(({ place }) => place)).toContainEqual({
      gameId: 'outbox#0',
      item: '001893456000500#box-z#0',
    });
  });
});
