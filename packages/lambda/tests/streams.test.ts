import { ballHit, pingPongEvents } from '@arcade/events/contracts/ping-pong';
import { buildEvent } from '@arcade/events/testing';
import { describe, expect, it } from '@jest/globals';
import { UnknownTriggerError } from '../errors.ts';
import { type StreamLetter, streamHandler } from '../streams.ts';
import { context, pipedEvent, recordingLog, snsEvent, streamEvent } from '../testing.ts';

const strokes = [1, 2, 3].map((stroke) =>
  buildEvent(ballHit, { rally: 1, stroke, by: 'pong' }, { id: `stroke-${stroke}` }),
);

function setUp({ failing = [], fail, buryFails }: { failing?: string[]; fail?: Error; buryFails?: Error } = {}) {
  const batches: string[][] = [];
  const letters: StreamLetter[] = [];
  const { log, lines } = recordingLog();
  const handler = streamHandler({
    contracts: pingPongEvents,
    onBatch: async (events) => {
      log.info('at work');
      if (fail) throw fail;
      batches.push(events.map(({ id }) => id));
      return events.filter(({ id }) => failing.includes(id));
    },
    bury: async (letter) => {
      if (buryFails) throw buryFails;
      letters.push(letter);
    },
    log,
  });
  return { invoke: (event: unknown) => handler(event, context as never), batches, letters, lines };
}

describe('streamHandler', () => {
  it('hands a batch over in its order, checked, and says that all of it is done', async () => {
    const { invoke, batches, letters } = setUp();

    const answer = await invoke(streamEvent(strokes));

    expect(batches).toEqual([['stroke-1', 'stroke-2', 'stroke-3']]);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(letters).toEqual([]);
  });

  it('buries what fits no contract with the reason, and handles the others', async () => {
    const { invoke, batches, letters, lines } = setUp();
    const [first, second, third] = strokes;
    const broken = { ...second, detail: { rally: 1 } };

    const answer = await invoke(streamEvent([first, broken, 'no JSON at all', third]));

    expect(batches).toEqual([['stroke-1', 'stroke-3']]);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(letters).toEqual([
      {
        reason: expect.stringContaining('detail.stroke'),
        stream: 'arn:aws:kinesis:eu-west-1:000000000000:stream/statuses',
        eventId: 'shardId-000000000000:2',
        partitionKey: 'ann',
        arrivedAt: '2030-01-01T00:00:00.123Z',
        data: JSON.stringify(broken),
        encoding: 'utf8',
        characters: JSON.stringify(broken).length,
      },
      expect.objectContaining({ reason: 'event refused: not JSON', data: 'no JSON at all' }),
    ]);
    expect(lines[0]).toMatchObject({ level: 'error', message: 'a record fits no contract' });
  });

  it('keeps what is no text as base64, and of what is too long for a message the beginning', async () => {
    const { invoke, letters } = setUp();
    const event = streamEvent(['x'.repeat(1_000_000), '']);
    const [, bytes] = event.Records;
    if (bytes) bytes.kinesis.data = Buffer.from([0xff, 0xfe]).toString('base64');

    await invoke(event);

    expect(letters).toMatchObject([
      { data: 'x'.repeat(100_000), characters: 1_000_000, encoding: 'utf8' },
      { data: '//4=', characters: 4, encoding: 'base64' },
    ]);
  });

  it('does not call the work when nothing is left of a batch', async () => {
    const { invoke, batches } = setUp();

    expect(await invoke(streamEvent(['no JSON']))).toEqual({ batchItemFailures: [] });
    expect(batches).toEqual([]);
  });

  it('reports those that failed, so that Lambda goes on from the first of them', async () => {
    const { invoke } = setUp({ failing: ['stroke-2', 'stroke-3'] });

    const answer = await invoke(streamEvent(['no JSON', ...strokes]));

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '3' }, { itemIdentifier: '4' }] });
  });

  it('reports what could not be buried: it comes again, and is not lost', async () => {
    const { invoke, batches, lines } = setUp({ buryFails: new Error('queue is gone') });

    const answer = await invoke(streamEvent(['no JSON', ...strokes]));

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(batches).toEqual([['stroke-1', 'stroke-2', 'stroke-3']]);
    expect(lines).toMatchObject([{ level: 'error' }, { message: 'a record that fits no contract was not buried' }, {}]);
  });

  it('takes the batch of a pipe as well, which knows by their events’ ids what failed and what could not be buried', async () => {
    const { invoke, batches, letters } = setUp({ failing: ['stroke-2'] });
    const { invoke: invokeWithoutQueue } = setUp({ buryFails: new Error('queue is gone') });

    expect(await invoke(pipedEvent(['no JSON', ...strokes]))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'shardId-000000000000:3' }],
    });
    expect(batches).toEqual([['stroke-1', 'stroke-2', 'stroke-3']]);
    expect(letters).toMatchObject([{ eventId: 'shardId-000000000000:1', partitionKey: 'ann', data: 'no JSON' }]);
    expect(await invokeWithoutQueue(pipedEvent(['no JSON']))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'shardId-000000000000:1' }],
    });
  });

  it('fails the whole batch by what the work throws, with the invocation’s id on its lines', async () => {
    const { invoke, lines } = setUp({ fail: new Error('table is gone') });

    await expect(invoke(streamEvent(strokes))).rejects.toThrow('table is gone');

    expect(lines).toMatchObject([
      { message: 'at work', correlationId: 'request-1' },
      { message: 'the event was not handled', correlationId: 'request-1' },
    ]);
  });

  it.each([
    ['an empty event', {}],
    ['SNS', snsEvent(strokes[0])],
    ['a pipe’s batch of messages', [{ messageId: 'a', body: '{}' }]],
    ['records without data', { Records: [{ eventID: 'a', eventSourceARN: 'b', kinesis: {} }] }],
  ])('refuses %s', async (_what, event) => {
    const { invoke } = setUp();

    await expect(invoke(event)).rejects.toThrow(UnknownTriggerError);
    await expect(invoke(event)).rejects.toThrow(/: a Kinesis stream$/);
  });
});
