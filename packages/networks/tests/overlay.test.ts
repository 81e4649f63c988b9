import { describe, expect, it } from '@jest/globals';
import {
  bus,
  compile,
  func,
  type Network,
  OverlayError,
  open,
  overlay,
  type Part,
  part,
  queue,
  rename,
  table,
  topic,
} from '../index.ts';

const conflictsOf = (...parts: Part[]): OverlayError => {
  try {
    overlay(...parts);
  } catch (error) {
    if (error instanceof OverlayError) return error;
  }
  throw new Error('There is no conflict.');
};

describe('overlay', () => {
  it('glues two patterns at the node whose name they share', () => {
    const orders = queue('orders');

    const glued = overlay(func('checkout').sends(orders), orders.triggers(func('pack')));

    expect(Object.keys(glued.nodes)).toEqual(['checkout', 'orders', 'pack']);
    expect(Object.keys(glued.edges)).toEqual(['checkout sends orders', 'orders triggers pack']);
  });

  it('takes a setting that equals its default for the same definition', () => {
    expect(overlay(queue('orders', { fifo: false }), queue('orders'))).toEqual(overlay(queue('orders')));
  });

  it('names both definitions and the field in which they differ', () => {
    const error = conflictsOf(queue('orders', { fifo: true }), queue('orders', { maxReceiveCount: 5 }));

    expect(error.message).toBe(
      '"orders" has two definitions, queue {"fifo":true} and queue, that differ in fifo: true and false.',
    );
    expect(error.conflicts).toMatchObject([{ about: 'node', name: 'orders', field: 'fifo' }]);
  });

  it('refuses one name for two kinds', () => {
    expect(conflictsOf(queue('orders'), topic('orders')).message).toContain('differ in kind: queue and topic.');
  });

  it('refuses one sentence with two settings', () => {
    const [orders, pack] = [queue('orders'), func('pack')];

    expect(conflictsOf(orders.triggers(pack, { batchSize: 1 }), orders.triggers(pack)).message).toBe(
      '"orders triggers pack" is said twice, and the two differ in batchSize: 1 and not set.',
    );
  });

  it('joins what is said for people: titles, bounds, descriptions and themes are sets, whoever says them', () => {
    const [orders, pack] = [queue('orders'), func('pack', { description: 'Packs', theme: 'back' })];
    const words = open
      .queue('orders')
      .triggers(open.function('pack', { description: 'Takes its time', theme: 'back' }), {
        batchSize: 1,
        bound: 'ten times',
        title: ['parcels', 'letters'],
      });

    const joined = overlay(orders.triggers(pack, { batchSize: 1, title: 'parcels' }), words);

    expect(joined.nodes.pack?.settings).toEqual({ description: ['Packs', 'Takes its time'], theme: 'back' });
    expect(joined.edges['orders triggers pack']?.settings).toEqual({
      batchSize: 1,
      bound: 'ten times',
      title: ['letters', 'parcels'],
    });
    expect(compile(joined, { service: 'shop', stage: 'dev' }).functions.pack?.description).toBe(
      'Packs; Takes its time',
    );
  });

  it('adds up the variables, indexes and statements of one node, whoever says them, and names a key with two values', () => {
    const requests = table('requests', { partitionKey: 'id' });
    const reader = (index: string, partitionKey: string): Part =>
      open.table('requests', { indexes: { [index]: { partitionKey } } });

    expect(overlay(requests, reader('Pending', 'pending'), reader('ByUser', 'user'))).toEqual(
      overlay(
        table('requests', {
          partitionKey: 'id',
          indexes: { ByUser: { partitionKey: 'user' }, Pending: { partitionKey: 'pending' } },
        }),
      ),
    );
    expect(
      conflictsOf(func('f', { environment: { A: '1' } }), open.function('f', { environment: { A: '2' } })).message,
    ).toBe('"f" is given two values of environment.A: "1" and "2".');
  });

  it('says of each edge what travels along it, by contract or by name', () => {
    const [orders, pack] = [queue('orders'), func('pack')];
    const placed = { type: 'shop.order_placed', version: 1, detail: 'what zod says' };

    const joined = overlay(
      orders.triggers(pack, { contract: placed }),
      orders.triggers(pack, { contract: ['shop.order_changed.v2', placed] }),
    );

    expect(joined.edges['orders triggers pack']?.settings).toEqual({
      contract: ['shop.order_changed.v2', 'shop.order_placed.v1'],
    });
  });

  it('says why an open end does not close', () => {
    expect(conflictsOf(open.queue('orders'), topic('orders')).message).toBe(
      'The open end "orders" expects a queue, but the node supplied under that name is a topic.',
    );
    expect(conflictsOf(open.queue('orders', { fifo: true }), queue('orders')).message).toBe(
      'The open end "orders" expects fifo to be true, but the queue supplied under that name has false.',
    );
    expect(conflictsOf(open.queue('orders'), open.topic('orders')).message).toBe(
      'Two open ends are named "orders", and no node can close both: one expects a queue, the other a topic.',
    );
  });

  it('keeps calls of one table apart: each is an edge of its own', () => {
    const read = func('state').reads(table('players', { partitionKey: 'game' }), { action: ['GetItem', 'Query'] });

    expect(Object.keys(read.edges)).toEqual(['state reads players GetItem', 'state reads players Query']);
  });

  it('cannot be changed afterwards', () => {
    const made = overlay(queue('orders', { maxReceiveCount: 3 })) as {
      nodes: Record<string, { settings: { fifo?: boolean } }>;
    };

    expect(() => {
      made.nodes.other = { settings: {} };
    }).toThrow(TypeError);
    expect(() => {
      (made.nodes.orders as { settings: { fifo?: boolean } }).settings.fifo = true;
    }).toThrow(TypeError);
  });
});

describe('part', () => {
  const orders = queue('orders');
  const shop = overlay(
    func('checkout').sends(orders),
    orders.triggers(func('pack')),
    func('pack').writes(table('parcels', { partitionKey: 'id' })),
  );

  it('leaves open ends where a stack ends', () => {
    const front = part(shop, ['checkout']);

    expect(front).toEqual(func('checkout').sends(open.queue('orders')));
  });

  it('overlays to the whole again', () => {
    expect(overlay(part(shop, ['checkout']), part(shop, ['orders', 'parcels']), part(shop, ['pack']))).toEqual(shop);
  });

  it('refuses a name that is not there', () => {
    expect(() => part(shop, ['unpack'])).toThrow('There is no node "unpack" in this network.');
  });
});

describe('rename', () => {
  it('lets one pattern be used twice', () => {
    const pattern = (name: string): Network => func(name).sends(queue('orders'));

    expect(rename(pattern('checkout'), { checkout: 'phone' })).toEqual(pattern('phone'));
  });

  it('uses one brick twice in one network, under other names where it must be another, and the same where it must be one', () => {
    const brick = overlay(func('ask').sends(open.queue('answers')), queue('questions').triggers(func('ask')));
    const twice = overlay(brick, rename(brick, { ask: 'askOthers', questions: 'others' }), queue('answers'));

    expect(Object.keys(twice.nodes)).toEqual(['answers', 'ask', 'askOthers', 'others', 'questions']);
    expect(Object.keys(twice.edges)).toHaveLength(4);
  });

  it('refuses a name that is not there, and one that two nodes would get', () => {
    const pattern = func('checkout').sends(queue('orders'));

    expect(() => rename(pattern, { chekout: 'phone' })).toThrow('There is no node "chekout"');
    expect(() => rename(pattern, { checkout: 'orders' })).toThrow(
      '"checkout" and "orders" would both be called "orders"',
    );
    expect(() => rename(pattern, { checkout: 'phone', orders: 'phone' })).toThrow('would both be called "phone"');
    expect(rename(pattern, { checkout: 'orders', orders: 'checkout' })).toEqual(
      func('orders').sends(queue('checkout')),
    );
  });
});

describe('the builders', () => {
  it('lose nothing in silence where both ends of a sentence have one name', () => {
    expect(() => func('orders').sends(queue('orders'))).toThrow('"orders" has two definitions');
    expect(() => func('f', { memoryMb: 512 }).calls(func('f', { memoryMb: 1024 }))).toThrow(
      'differ in memoryMb: 1024 and 512',
    );
  });

  it('refuse names that cannot become ids and variables', () => {
    for (const name of ['Orders', 'two words', 'dash-ed', '', '__proto__']) {
      expect(() => queue(name)).toThrow(`"${name}" cannot name a node`);
    }
  });

  it('refuse an edge that does not exist, in words, to whoever has no compiler', () => {
    const untyped = func('checkout') as unknown as { sends(to: unknown): Network };

    expect(() => untyped.sends(topic('news'))).toThrow(
      '"checkout sends news": a function sends a queue, and "news" is a topic.',
    );
  });

  it('refuse a missing setting and what JSON cannot hold', () => {
    const untyped = bus('events') as unknown as { triggers(to: unknown, settings?: unknown): Network };

    expect(() => untyped.triggers(func('pack'))).toThrow('"events triggers pack" needs the setting pattern.');
    expect(() => untyped.triggers(func('pack'), { pattern: () => true })).toThrow('A network holds JSON only');
    expect(() => table('players', {} as never)).toThrow('The table "players" needs the setting partitionKey.');
  });
});
