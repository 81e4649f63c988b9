import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { MalformedItemError, UnprocessedItemsError } from '../errors.ts';
import { equal } from '../expressions.ts';
import { createTable } from '../table.ts';
import { isContended, transact } from '../transaction.ts';

type Call = { name: string; input: Record<string, unknown> };
type Item = { id: string; turn: number };

/** A document client that answers each call with the next of `answers`: a value to give or an Error to throw. */
function scripted(...answers: unknown[]) {
  const calls: Call[] = [];
  const client = {
    async send(command: { constructor: { name: string }; input: Record<string, unknown> }) {
      calls.push({ name: command.constructor.name, input: command.input });
      const answer = answers[calls.length - 1];
      if (answer instanceof Error) throw answer;
      return answer ?? {};
    },
  } as never;
  return { client, calls };
}

function parseItem(raw: unknown): Item {
  const { id, turn } = raw as Item;
  if (typeof turn !== 'number') throw new TypeError('turn is not a number');
  return { id, turn };
}

const tableOn = (client: never) =>
  createTable<Item>({ client, name: 'games', key: ['id'], parse: parseItem, wait: async () => {}, random: () => 0.5 });

const conditionFailed = (Item?: Record<string, never>) =>
  new ConditionalCheckFailedException({ message: '', $metadata: {}, ...(Item && { Item }) });
const inDynamoNotation = { id: { S: 'a' }, turn: { N: '4' } } as never;

describe('a conditional write', () => {
  it('is done when the condition holds', async () => {
    const { client, calls } = scripted({});

    const written = await tableOn(client).put({ id: 'a', turn: 1 }, { when: equal('turn', 0) });

    expect(written).toEqual({ outcome: 'done' });
    expect(calls[0]?.input).toMatchObject({
      ConditionExpression: '#0 = :0',
      ExpressionAttributeNames: { '#0': 'turn' },
      ExpressionAttributeValues: { ':0': 0 },
    });
  });

  it('is refused with the item as it is when the condition does not hold', async () => {
    const { client } = scripted(conditionFailed(inDynamoNotation));

    const written = await tableOn(client).update({ id: 'a' }, { set: { turn: 1 } }, { when: equal('turn', 0) });

    expect(written).toEqual({ outcome: 'refused', current: { id: 'a', turn: 4 } });
  });

  it('is refused without an item when there is none', async () => {
    const { client } = scripted(conditionFailed());

    expect(await tableOn(client).remove({ id: 'a' }, { when: equal('turn', 0) })).toEqual({
      outcome: 'refused',
      current: undefined,
    });
  });

  it('lets other errors pass', async () => {
    const { client } = scripted(new Error('no network'));

    await expect(tableOn(client).put({ id: 'a', turn: 1 })).rejects.toThrow('no network');
  });
});

describe('reading', () => {
  it('reads consistently unless told otherwise', async () => {
    const { client, calls } = scripted({ Item: { id: 'a', turn: 1 } }, {});

    expect(await tableOn(client).get({ id: 'a' })).toEqual({ id: 'a', turn: 1 });
    expect(await tableOn(client).get({ id: 'b' }, { consistent: false })).toBeUndefined();

    expect(calls.map(({ input }) => input.ConsistentRead)).toEqual([true, false]);
  });

  it('names table and key of an item that has another shape', async () => {
    const { client } = scripted({ Item: { id: 'a', turn: 'first' } });

    const reading = tableOn(client).get({ id: 'a' });

    await expect(reading).rejects.toThrow(MalformedItemError);
    await expect(reading).rejects.toThrow('item {"id":"a"} of games');
  });

  it('follows the pages of a query, empty ones too', async () => {
    const { client, calls } = scripted(
      { Items: [{ id: 'a', turn: 1 }], LastEvaluatedKey: { id: 'a' } },
      { Items: [], LastEvaluatedKey: { id: 'b' } },
      { Items: [{ id: 'c', turn: 3 }] },
    );

    const found: Item[] = [];
    for await (const item of tableOn(client).query(equal('id', 'x'), { descending: true })) found.push(item);

    expect(found.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(calls.map(({ input }) => input.ExclusiveStartKey)).toEqual([undefined, { id: 'a' }, { id: 'b' }]);
    expect(calls[0]?.input.ScanIndexForward).toBe(false);
  });

  it('leaves out what has another shape where somebody is told of it, and ends with an error where nobody is', async () => {
    const rows = {
      Items: [
        { id: 'a', turn: 1 },
        { id: 'b', turn: 'second' },
        { id: 'c', turn: 3 },
      ],
    };
    const { client } = scripted(rows, rows);
    const told: string[] = [];

    const found: string[] = [];
    const onMalformed = ({ message }: Error) => told.push(message);
    for await (const { id } of tableOn(client).query(equal('id', 'x'), { onMalformed })) found.push(id);

    expect(found).toEqual(['a', 'c']);
    expect(told).toEqual(['item {"id":"b"} of games does not have the expected shape']);
    const reading = tableOn(client).query(equal('id', 'x'));
    await reading.next();
    await expect(reading.next()).rejects.toThrow(MalformedItemError);
  });

  it('reads no page more than the caller wants', async () => {
    const { client, calls } = scripted({ Items: [{ id: 'a', turn: 1 }], LastEvaluatedKey: { id: 'a' } });

    for await (const item of tableOn(client).scan()) {
      expect(item.id).toBe('a');
      break;
    }

    expect(calls).toHaveLength(1);
  });
});

describe('batches', () => {
  it('are split at 25 writes, and ask again for what was left', async () => {
    const items = Array.from({ length: 30 }, (_, turn) => ({ id: `i${turn}`, turn }));
    const left = [{ PutRequest: { Item: items[7] } }];
    const { client, calls } = scripted({ UnprocessedItems: { games: left } }, {}, {});

    await tableOn(client).writeAll(items);

    const sizes = calls.map(({ input }) => (input.RequestItems as { games: unknown[] }).games.length);
    expect(sizes).toEqual([25, 1, 5]);
  });

  it('give up with the number of items left when the table stays throttled', async () => {
    const throttled = { UnprocessedKeys: { games: { Keys: [{ id: 'a' }] } } };
    const { client, calls } = scripted(...Array.from({ length: 6 }, () => throttled));

    await expect(tableOn(client).getAll([{ id: 'a' }, { id: 'b' }])).rejects.toThrow(UnprocessedItemsError);

    expect(calls).toHaveLength(6);
  });
});

describe('transact', () => {
  const cancelled = (...reasons: (string | undefined)[]) =>
    new TransactionCanceledException({
      message: '',
      $metadata: {},
      CancellationReasons: reasons.map((Code) => ({
        Code,
        ...(Code === 'ConditionalCheckFailed' && { Item: inDynamoNotation }),
      })),
    });
  const stepsOn = (client: never) => {
    const { step } = tableOn(client);
    return { game: step.put({ id: 'a', turn: 1 }), player: step.check({ id: 'b' }, equal('turn', 0)) };
  };
  const backoff = { wait: async () => {}, random: () => 0.5 };

  it('sends all steps in one call, with the token', async () => {
    const { client, calls } = scripted({});

    const written = await transact(client, stepsOn(client), { token: 'once', ...backoff });

    expect(written).toEqual({ outcome: 'done' });
    expect(calls[0]?.input).toMatchObject({
      ClientRequestToken: 'once',
      TransactItems: [{ Put: { TableName: 'games' } }, { ConditionCheck: { Key: { id: 'b' } } }],
    });
  });

  it('names the step that refused, with the item as it is', async () => {
    const { client, calls } = scripted(cancelled('None', 'ConditionalCheckFailed'));

    const written = await transact(client, stepsOn(client), backoff);

    expect(written).toEqual({ outcome: 'refused', refused: { player: { current: { id: 'a', turn: 4 } } } });
    expect(calls).toHaveLength(1);
  });

  it('tries again after a conflict with another transaction', async () => {
    const { client, calls } = scripted(cancelled('TransactionConflict', 'None'), {});

    expect(await transact(client, stepsOn(client), backoff)).toEqual({ outcome: 'done' });
    expect(calls).toHaveLength(2);
  });

  it('leaves it to whoever has something better to do than to wait', async () => {
    const { client, calls } = scripted(cancelled('TransactionConflict', 'None'));

    const error = await transact(client, stepsOn(client), { ...backoff, repetitions: 0 }).catch((thrown) => thrown);

    expect([error instanceof TransactionCanceledException, isContended(error), calls.length]).toEqual([true, true, 1]);
    expect(isContended(cancelled('ValidationError', 'TransactionConflict'))).toBe(false);
    expect(isContended(new Error('TransactionConflict'))).toBe(false);
  });

  it('throws what will not pass by itself, at once', async () => {
    const { client, calls } = scripted(cancelled('ValidationError', 'None'));

    await expect(transact(client, stepsOn(client), backoff)).rejects.toThrow(TransactionCanceledException);
    expect(calls).toHaveLength(1);
  });
});
