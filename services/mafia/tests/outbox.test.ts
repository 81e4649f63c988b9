import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { reportRelay } from '../report.ts';
import { outboxKey } from '../storage/items.ts';
import { createOutbox } from '../storage/outbox.ts';

const entry = (gameId: string, more: object = {}) => ({
  ...outboxKey({ gameId, turnNumber: 1, sinceMs: 1000 }),
  kind: 'outbox',
  tries: 0,
  events: [{ id: `event-${gameId}`, type: 'mafia.game_started' }],
  ...more,
});

describe('the outbox', () => {
  it('reads all of its partitions, each entry by itself', async () => {
    const spoilt = entry('2', { events: 'none' });
    const items: Record<string, unknown>[] = [entry('0'), entry('1', { tries: 2 }), spoilt];
    const asked: string[] = [];
    const send = async ({ input }: { input: { ExpressionAttributeValues: Record<string, string> } }) => {
      const partition = input.ExpressionAttributeValues[':0'] ?? '';
      asked.push(Object.values(input.ExpressionAttributeValues).join(' '));
      return { Items: items.filter(({ gameId }) => gameId === partition) };
    };
    const outbox = createOutbox({ send } as unknown as DynamoDBDocumentClient, 'games');

    const found = [];
    for await (const one of outbox.waiting(60_000)) found.push(one);

    expect(found.map(({ tries, events }) => [tries, events?.map(({ id }) => id)])).toEqual([
      [0, ['event-0']],
      [2, ['event-1']],
      [0, undefined],
    ]);
    expect(found[2]).toMatchObject({ raw: spoilt, place: { gameId: 'outbox#2', item: spoilt.item } });
    expect(asked).toEqual([0, 1, 2, 3].map((shard) => `outbox#${shard} 000000000000000 000000000060000`));
  });

  it('spreads the games over its partitions', () => {
    const partitions = Array.from('0123456789abcdef', (digit) =>
      outboxKey({ gameId: digit, turnNumber: 0, sinceMs: 0 }),
    );

    expect(new Set(partitions.map(({ gameId }) => gameId)).size).toBe(4);
  });
});

describe('what the relay has done', () => {
  /** The lines that the function writes: its log and its metrics. */
  const written: string[] = [];
  beforeEach(() => {
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((line) => written.push(String(line)) > 0);
    }
  });
  afterEach(() => {
    jest.restoreAllMocks();
    written.length = 0;
  });

  it('stands in log and metrics, with the reasons', () => {
    reportRelay({
      emptied: 2,
      buried: [{ reason: 'no such letter', tries: 1, events: [] }],
      left: [new Error('busy')],
    });

    const text = written.join('\n');
    expect(text).toMatch(/ERROR.*they are dead letters.*no such letter/);
    expect(text).toMatch(/WARN.*a turn stays in the outbox.*busy/);
    expect(text).toMatch(/"TurnsRelayed":2,"TurnsStuck":1,"TurnsGivenUp":1/);
  });

  it('is nothing, as a rule, and then nothing is written', () => {
    reportRelay({ emptied: 0, buried: [], left: [] });

    expect(written).toEqual([]);
  });
});
