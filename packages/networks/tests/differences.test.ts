import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { differences, func, open, overlay, queue, queued, table, topic } from '../index.ts';
import { aNetwork } from './generators.ts';

const [checkout, pack, orders] = [func('checkout'), func('pack'), queue('orders')];

describe('differences', () => {
  it('are told of nodes, edges and permissions, in words', () => {
    expect(differences(checkout.calls(pack), queued(checkout, orders, pack))).toEqual([
      'adds the queue "orders"',
      'removes "checkout calls pack"',
      'adds "checkout sends orders"',
      'adds "orders triggers pack"',
      'no longer: checkout may lambda:InvokeFunction on pack',
      'from now on: checkout may sqs:SendMessage on orders',
      'from now on: pack may sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes on orders',
    ]);
  });

  it('are told of settings, with the default where nothing is said', () => {
    expect(
      differences(
        overlay(func('pack', { memoryMb: 512 }), orders.triggers(checkout)),
        overlay(func('pack', { timeoutSeconds: 20 }), orders.triggers(checkout, { batchSize: 1 })),
      ),
    ).toEqual([
      'changes memoryMb of the function "pack" from 512 to 256',
      'changes timeoutSeconds of the function "pack" from 10 to 20',
      'changes batchSize of "orders triggers checkout" from not set to 1',
    ]);
  });

  it('are told of kinds and of open ends', () => {
    expect(differences(overlay(queue('orders')), overlay(topic('orders')))).toEqual([
      'turns the queue "orders" into the topic "orders"',
    ]);
    expect(differences(overlay(open.queue('orders')), overlay(orders))).toEqual([
      'turns the open end "orders" (a queue) into the queue "orders"',
    ]);
  });

  it('tell an index from its table', () => {
    const players = table('players', { partitionKey: 'id', indexes: { Masked: { partitionKey: 'id' } } });

    expect(
      differences(pack.reads(players, { action: 'Query' }), pack.reads(players, { index: 'Masked' })).slice(2),
    ).toEqual([
      'no longer: pack may dynamodb:Query on players',
      'from now on: pack may dynamodb:Query on players, index Masked',
    ]);
  });

  it('are none exactly between a network and itself', () => {
    fc.assert(
      fc.property(aNetwork, aNetwork, (one, other) => {
        expect(differences(one, one)).toEqual([]);
        expect(differences(one, other).length === 0).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});
