import { RelayError, relayOutbox } from '@arcade/events';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { reportRelay } from '../report.ts';
import { createOutbox } from '../storage/outbox.ts';

const turn = (gameId: string) => ({
  gameId,
  item: 'turn#0001',
  kind: 'turn',
  turn: 'night',
  number: 1,
  message: [],
  at: '2030-01-01T00:00:00.000Z',
  expiresAt: 2_000_000_000,
  events: [{ id: `event-${gameId}` }],
  outbox: 'pending',
  pendingSince: 1,
});

/** A table whose index shows these turns, oldest first. */
const outboxOf = (...items: Record<string, unknown>[]) => {
  const send = async ({ input }: { input: { Key?: { gameId: string } } }) =>
    input.Key === undefined ? { Items: items } : { Item: items.find(({ gameId }) => gameId === input.Key?.gameId) };
  return createOutbox({ send } as unknown as DynamoDBDocumentClient, 'games');
};

describe('the relay of turns', () => {
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

  const relay = async (outbox: ReturnType<typeof outboxOf>) => {
    const published: string[] = [];
    const publish = async (events: readonly { id: string }[]) => void published.push(...events.map(({ id }) => id));
    const reported = reportRelay(relayOutbox({ outbox, publish, now: () => 60_000 }));
    return { published, failure: await reported.catch((error: unknown) => error) };
  };

  it('skips a turn that it cannot read, publishes the others, and says so in log and metric', async () => {
    const broken = { ...turn('b'), number: 'one' };

    const { published, failure } = await relay(outboxOf(turn('a'), broken, turn('c')));

    expect(published).toEqual(['event-a', 'event-c']);
    expect(failure).toBeInstanceOf(RelayError);
    expect(written.join('\n')).toMatch(/a turn stays in the outbox.*\\"gameId\\":\\"b\\"/);
    expect(written.join('\n')).toMatch(/"TurnsStuck":1/);
    expect(written.join('\n')).toMatch(/"TurnsRelayed":2/);
  });

  it('leaves out a turn that is settled meanwhile', async () => {
    const { published, failure } = await relay(outboxOf({ ...turn('a'), outbox: undefined }, turn('b')));

    expect([published, failure]).toEqual([['event-b'], undefined]);
    expect(written.join('\n')).not.toContain('TurnsStuck');
  });
});
