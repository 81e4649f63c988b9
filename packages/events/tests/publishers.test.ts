import { InvalidParameterException } from '@aws-sdk/client-sns';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { type AnyEvent, defineEvent } from '../contract.ts';
import { ballHit, pingPongEvents } from '../contracts/pingPong.ts';
import { PublishError } from '../errors.ts';
import { createEventBridgePublisher } from '../publishers/eventBridge.ts';
import { createSnsPublisher } from '../publishers/sns.ts';
import { createSqsPublisher } from '../publishers/sqs.ts';
import { buildEvent } from '../testing.ts';

type Command = { constructor: { name: string }; input: Record<string, unknown> };

/** A client that answers with what `answer` gives for each call's input, and keeps the calls. */
function fakeClient(answer: (input: Record<string, unknown>, call: number) => object) {
  const calls: Command[] = [];
  const send = async (command: Command) => {
    calls.push(command);
    return answer(command.input, calls.length);
  };
  return { client: { send } as never, calls };
}

/** Whose contract says what group it is of. */
const turn = defineEvent({
  type: 'shop.turn',
  version: 1,
  source: 'shop',
  description: '',
  detail: z.object({ of: z.string() }),
  group: ({ of }) => of,
});
const turns = (of: string): AnyEvent[] => [buildEvent(turn, { of }, { id: 'turn-1' })];

const strokes = (howMany: number): AnyEvent[] =>
  Array.from({ length: howMany }, (_, at) =>
    buildEvent(ballHit, { rally: 1, stroke: at + 1, by: 'ping' }, { id: `s${at + 1}` }),
  );

function waits() {
  const waited: number[] = [];
  return { waited, wait: async (ms: number) => void waited.push(ms) };
}

type Entry = { Id: string; Message: string };
const entriesOf = (command: Command | undefined) => (command?.input.PublishBatchRequestEntries ?? []) as Entry[];
const idsOf = (entries: Entry[]) => entries.map(({ Message }) => JSON.parse(Message).id);

describe('the SNS publisher', () => {
  it('publishes one event with Publish, its attributes beside it', async () => {
    const { client, calls } = fakeClient(() => ({ MessageId: 'm' }));
    const [event] = strokes(1);

    await createSnsPublisher(client, pingPongEvents).publish('arn:topic', strokes(1));

    expect(calls).toHaveLength(1);
    expect(calls[0]?.input).toMatchObject({
      TopicArn: 'arn:topic',
      MessageAttributes: { type: { DataType: 'String', StringValue: 'ping_pong.ball_hit' } },
    });
    expect(JSON.parse(String(calls[0]?.input.Message))).toEqual(event);
  });

  it('publishes many in tens', async () => {
    const { client, calls } = fakeClient(() => ({}));

    await createSnsPublisher(client, pingPongEvents).publish('arn:topic', strokes(23));

    expect(calls.map((call) => entriesOf(call).length)).toEqual([10, 10, 3]);
  });

  it('keeps a batch under 256 KiB', async () => {
    const { client, calls } = fakeClient(() => ({}));
    const large = strokes(4).map((event) => ({ ...event, detail: { ...event.detail, text: 'x'.repeat(100_000) } }));

    await createSnsPublisher(client, pingPongEvents).publish('arn:topic', large);

    expect(calls.map((call) => entriesOf(call).length)).toEqual([2, 2]);
  });

  it('refuses what no call takes, for good, and publishes the others', async () => {
    const { client, calls } = fakeClient(() => ({}));
    const [first, second, third] = strokes(3);
    const tooLong = { ...second, detail: { ...second?.detail, text: 'x'.repeat(262_144) } } as AnyEvent;

    const publishing = createSnsPublisher(client, pingPongEvents).publish('arn:topic', [
      first,
      tooLong,
      third,
    ] as AnyEvent[]);

    await expect(publishing).rejects.toMatchObject({
      failed: [{ eventId: 's2', code: 'EventTooLong', message: 'more than 262144 bytes', permanent: true }],
    });
    expect(calls.flatMap((call) => idsOf(entriesOf(call)))).toEqual(['s1', 's3']);
  });

  it('sends again only what failed for a reason of the service', async () => {
    const failsOnce = { Failed: [{ Id: '1', Code: 'InternalError', Message: 'later', SenderFault: false }] };
    const { client, calls } = fakeClient((_input, call) => (call === 1 ? failsOnce : {}));
    const { wait, waited } = waits();

    await createSnsPublisher(client, pingPongEvents, { wait }).publish('arn:topic', strokes(3));

    expect(calls.map((call) => idsOf(entriesOf(call)))).toEqual([['s1', 's2', 's3'], ['s2']]);
    expect(waited).toEqual([50]);
  });

  it("reports the sender's faults by event, without asking again", async () => {
    const { client, calls } = fakeClient(() => ({
      Failed: [{ Id: '0', Code: 'InvalidParameter', Message: 'too long', SenderFault: true }],
    }));

    const publishing = createSnsPublisher(client, pingPongEvents).publish('arn:topic', strokes(2));

    await expect(publishing).rejects.toThrow(PublishError);
    await expect(publishing).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      target: 'arn:topic',
      failed: [{ eventId: 's1', code: 'InvalidParameter', message: 'too long' }],
    });
    expect(calls).toHaveLength(1);
  });

  it('publishes one by one what SNS refuses together for one of them, so that only that one fails', async () => {
    const { client, calls } = fakeClient(({ Message, PublishBatchRequestEntries }) => {
      if (!PublishBatchRequestEntries && JSON.parse(String(Message)).id !== 's2') return {};
      throw new InvalidParameterException({ message: 'Empty message', $metadata: {} });
    });

    const publishing = createSnsPublisher(client, pingPongEvents).publish('arn:topic', strokes(3));

    await expect(publishing).rejects.toMatchObject({
      failed: [{ eventId: 's2', code: 'InvalidParameterException', message: 'Empty message', permanent: true }],
    });
    expect(calls.slice(1).map(({ input }) => JSON.parse(String(input.Message)).id)).toEqual(['s1', 's2', 's3']);
  });

  it('gives up after three repetitions, with growing waits', async () => {
    const { client, calls } = fakeClient(() => ({ Failed: [{ Id: '0', Code: 'Throttled', SenderFault: false }] }));
    const { wait, waited } = waits();

    await expect(
      createSnsPublisher(client, pingPongEvents, { wait }).publish('arn:topic', strokes(2)),
    ).rejects.toMatchObject({ failed: [{ eventId: 's1' }] });

    expect(calls).toHaveLength(4);
    expect(waited).toEqual([50, 100, 200]);
  });

  it('publishes nothing when there is nothing', async () => {
    const { client, calls } = fakeClient(() => ({}));

    await createSnsPublisher(client, pingPongEvents).publish('arn:topic', []);

    expect(calls).toEqual([]);
  });
});

describe('the EventBridge publisher', () => {
  it('puts source and type where rules match them, and the whole event in the detail', async () => {
    const { client, calls } = fakeClient(() => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] }));
    const [event] = strokes(1);

    await createEventBridgePublisher(client).publish('bus', strokes(1));

    const [entry] = (calls[0]?.input.Entries ?? []) as Record<string, unknown>[];
    expect(entry).toMatchObject({ EventBusName: 'bus', Source: 'ping-pong', DetailType: 'ping_pong.ball_hit' });
    expect(JSON.parse(String(entry?.Detail))).toEqual(event);
  });

  it('reads FailedEntryCount: a throttled entry is sent again, a malformed one reported', async () => {
    const { client, calls } = fakeClient((_input, call) =>
      call === 1
        ? {
            FailedEntryCount: 2,
            Entries: [{ ErrorCode: 'ThrottlingException' }, { EventId: 'e' }, { ErrorCode: 'MalformedDetail' }],
          }
        : { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] },
    );

    const publishing = createEventBridgePublisher(client, { wait: async () => {} }).publish('bus', strokes(3));

    await expect(publishing).rejects.toMatchObject({ failed: [{ eventId: 's3', code: 'MalformedDetail' }] });
    expect(calls).toHaveLength(2);
    expect(calls[1]?.input.Entries).toHaveLength(1);
  });
});

describe('the SQS publisher', () => {
  type SqsEntry = { Id: string; MessageBody: string };
  const sent = ({ input }: Command) =>
    (input.Entries as SqsEntry[]).map(({ MessageBody }) => JSON.parse(MessageBody).id);

  it('puts events into the queue in tens, as JSON', async () => {
    const { client, calls } = fakeClient(() => ({}));

    await createSqsPublisher(client).publish('https://queue', strokes(12));

    expect(calls.map(sent)).toEqual([strokes(10), strokes(12).slice(10)].map((events) => events.map(({ id }) => id)));
    expect(calls[0]?.input.QueueUrl).toBe('https://queue');
  });

  it('sends again what the queue could not take, and throws what it refuses', async () => {
    const { wait, waited } = waits();
    const failed = (Id: string, SenderFault: boolean) => ({ Id, Code: 'Because', Message: 'of that', SenderFault });
    const { client, calls } = fakeClient((_input, call) =>
      call === 1 ? { Failed: [failed('0', false), failed('2', true)] } : {},
    );

    const publishing = createSqsPublisher(client, { wait }).publish('https://queue', strokes(3));

    await expect(publishing).rejects.toMatchObject({
      name: PublishError.name,
      target: 'https://queue',
      failed: [{ eventId: 's3', code: 'Because', message: 'of that', permanent: true }],
    });
    expect(calls.map(sent)).toEqual([['s1', 's2', 's3'], ['s1']]);
    expect(waited).toEqual([50]);
  });

  it('has them seen after a delay where one is given', async () => {
    const { client, calls } = fakeClient(() => ({}));

    await createSqsPublisher(client).publish('https://queue', strokes(1), { delaySeconds: 2 });
    await createSqsPublisher(client).publish('https://queue', strokes(1));

    expect(calls.map(({ input }) => (input.Entries as { DelaySeconds?: number }[])[0]?.DelaySeconds)).toEqual([
      2,
      undefined,
    ]);
  });
});

describe('a publisher to something FIFO', () => {
  const sha256 = /^[0-9a-f]{64}$/;

  it.each([
    ['lamp#1', 'lamp#1'],
    ['a lamp', expect.stringMatching(sha256)],
    ['l'.repeat(200), expect.stringMatching(sha256)],
  ])('says the group %s and the event’s id, as AWS takes them', async (of, group) => {
    const { client, calls } = fakeClient(() => ({}));
    const place = { MessageGroupId: group, MessageDeduplicationId: 'turn-1' };

    await createSqsPublisher(client, { contracts: [turn] }).publish('https://queue.fifo', turns(of));
    await createSnsPublisher(client, [turn]).publish('arn:topic.fifo', turns(of));
    await createSnsPublisher(client, [turn]).publish('arn:topic.fifo', [...turns(of), ...turns(of)]);
    await createSnsPublisher(client, [turn]).publish('arn:topic', turns(of));

    const [queue, topic, batch, standard] = calls.map(({ input }) => input);
    expect(queue).toMatchObject({ Entries: [place] });
    expect(topic).toMatchObject(place);
    expect(batch).toMatchObject({ PublishBatchRequestEntries: [place, place] });
    expect(Object.keys(standard ?? {})).not.toContain('MessageGroupId');
  });

  it('refuses an event whose contract says no group', async () => {
    const { client, calls } = fakeClient(() => ({}));

    for (const publishing of [
      createSqsPublisher(client).publish('https://queue.fifo', turns('lamp')),
      createSnsPublisher(client, pingPongEvents).publish('arn:topic.fifo', strokes(1)),
    ]) {
      await expect(publishing).rejects.toThrow('no contract says what group');
    }
    expect(calls).toEqual([]);
  });
});
