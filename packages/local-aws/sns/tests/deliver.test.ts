import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { pauseBeforeRetryMs } from '../retries.ts';
import { DEAD_LETTERS, FUNCTION, type Harness, QUEUE, startSns, topicWith } from './harness.ts';

const publish = (sns: Harness, TopicArn: string, more: object = {}) =>
  sns.call<{ MessageId: string }>('Publish', { TopicArn, Message: 'ball', ...more });
const bodies = ({ received }: Harness) => received.map(({ payload }) => JSON.parse(payload));
const hops = (sns: Harness, kind: string) => sns.journal().filter((hop) => hop.kind === kind);

describe('delivery to a function', () => {
  it('brings the event as AWS does', async () => {
    const sns = startSns();
    const topic = await topicWith(sns, FUNCTION);

    const { MessageId } = await publish(sns, topic, {
      Subject: 'serve',
      MessageAttributes: { side: { DataType: 'String', StringValue: 'left' } },
    });
    await sns.clock.idle();

    expect(bodies(sns)).toEqual([
      {
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            EventSubscriptionArn: expect.stringMatching(`^${topic}:`),
            Sns: {
              Type: 'Notification',
              MessageId,
              TopicArn: topic,
              Subject: 'serve',
              Message: 'ball',
              Timestamp: '2030-01-01T00:00:00.000Z',
              SignatureVersion: '1',
              Signature: expect.any(String),
              SigningCertUrl: expect.stringContaining('http://127.0.0.1:4566/'),
              UnsubscribeUrl: expect.stringContaining('?Action=Unsubscribe&SubscriptionArn='),
              MessageAttributes: { side: { Type: 'String', Value: 'left' } },
            },
          },
        ],
      },
    ]);
    expect(sns.received[0]).toMatchObject({
      targetArn: FUNCTION,
      principal: { kind: 'service', service: 'sns.amazonaws.com', sourceArn: topic },
    });
  });

  it('answers the publisher before anything is delivered', async () => {
    const sns = startSns();
    const topic = await topicWith(sns, FUNCTION);

    await publish(sns, topic);
    const deliveredAtAnswer = sns.received.length;
    await sns.clock.idle();

    expect([deliveredAtAnswer, sns.received.length]).toEqual([0, 1]);
  });

  it('passes on the trace and the correlation id, and writes both down', async () => {
    const sns = startSns();
    const topic = await topicWith(sns, FUNCTION);
    const Message = JSON.stringify({ metadata: { correlationId: 'rally-7' } });

    await sns.call('Publish', { TopicArn: topic, Message }, 'Root=1-abc;Parent=def;Lineage=a:1');
    await sns.clock.idle();

    expect(sns.received[0]).toMatchObject({
      correlationId: 'rally-7',
      traceHeader: 'Root=1-abc;Parent=def;Lineage=a:1',
    });
    expect(hops(sns, 'delivery')).toMatchObject([
      { from: topic, to: FUNCTION, correlationId: 'rally-7', traceId: '1-abc', outcome: 'ok' },
    ]);
  });
});

describe('delivery to a queue', () => {
  it('wraps the message, without the members that have no value', async () => {
    const sns = startSns();
    const topic = await topicWith(sns, QUEUE);

    await publish(sns, topic);
    await sns.clock.idle();

    const [body] = bodies(sns);
    expect(body).toMatchObject({ Type: 'Notification', Message: 'ball', SigningCertURL: expect.any(String) });
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['Subject']));
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['MessageAttributes']));
  });

  it('brings the bare message and its typed attributes with RawMessageDelivery', async () => {
    const sns = startSns();
    const topic = await topicWith(sns, QUEUE, { RawMessageDelivery: 'true' });
    const MessageAttributes = { n: { DataType: 'Number', StringValue: '7' } };

    await publish(sns, topic, { MessageAttributes });
    await sns.clock.idle();

    expect(sns.received).toMatchObject([{ payload: 'ball', attributes: MessageAttributes }]);
  });

  it('takes the text of its protocol from a structured message', async () => {
    const sns = startSns();
    const topic = await topicWith(sns, QUEUE, { RawMessageDelivery: 'true' });

    await publish(sns, topic, { MessageStructure: 'json', Message: '{"default":"all","sqs":"queues"}' });
    await sns.clock.idle();

    expect(sns.received[0]?.payload).toBe('queues');
  });
});

describe('filter policies', () => {
  it.each<[string, Record<string, string>, object, boolean]>([
    ['an attribute that fits', { FilterPolicy: '{"n":[{"numeric":[">",5]}]}' }, { n: ['Number', '7'] }, true],
    ['a text where a number is wanted', { FilterPolicy: '{"n":[{"numeric":[">",5]}]}' }, { n: ['String', '7'] }, false],
    ['one of an array', { FilterPolicy: '{"a":["x"]}' }, { a: ['String.Array', '["w","x"]'] }, true],
    ['a custom type', { FilterPolicy: '{"n":[7]}' }, { n: ['Number.int', '7'] }, true],
    ['binary, which is not compared', { FilterPolicy: '{"b":[{"exists":true}]}' }, { b: ['Binary', 'AA=='] }, false],
  ])('on attributes: %s', async (_title, attributes, values, delivered) => {
    const sns = startSns();
    const topic = await topicWith(sns, FUNCTION, attributes);
    const MessageAttributes = Object.fromEntries(
      Object.entries(values as Record<string, [string, string]>).map(([name, [DataType, value]]) => [
        name,
        DataType === 'Binary' ? { DataType, BinaryValue: value } : { DataType, StringValue: value },
      ]),
    );

    await publish(sns, topic, { MessageAttributes });
    await sns.clock.idle();

    expect(sns.received.length === 1).toBe(delivered);
  });

  it('on the body say in the journal which field decided', async () => {
    const sns = startSns();
    const topic = await topicWith(sns, FUNCTION, {
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: '{"stroke":{"number":[{"numeric":[">",10]}]}}',
    });

    await publish(sns, topic, { Message: '{"stroke":{"number":11}}' });
    await publish(sns, topic, { Message: '{"stroke":{"number":9}}' });
    await publish(sns, topic, { Message: 'no json' });
    await sns.clock.idle();

    expect(sns.received).toHaveLength(1);
    expect(hops(sns, 'no-match')).toMatchObject([
      {
        from: topic,
        to: FUNCTION,
        detail: { field: 'stroke.number', reason: expect.stringContaining('9 is none of') },
      },
      { detail: { reason: 'the message body is not JSON' } },
    ]);
  });
});

describe('a delivery that fails', () => {
  const busy = new AwsError('TooManyRequestsException', 'busy', { status: 429 });

  it('is retried at once, then each second, then slower, until it passes', async () => {
    let failures = 6;
    const sns = startSns({
      refuse: () => {
        failures -= 1;
        if (failures >= 0) throw busy;
      },
    });
    const topic = await topicWith(sns, FUNCTION);

    await publish(sns, topic);
    await sns.clock.idle();
    const afterTheFirst = hops(sns, 'delivery').length;
    await sns.clock.advance(2000);
    const afterTwoSeconds = hops(sns, 'delivery').length;
    await sns.clock.advance(1000);

    expect([afterTheFirst, afterTwoSeconds, sns.received.length]).toEqual([4, 6, 1]);
  });

  it('has the retries that AWS documents: 100,015 in 23 days', () => {
    const pauses: number[] = [];
    for (let retry = 1; ; retry += 1) {
      const pauseMs = pauseBeforeRetryMs(retry);
      if (pauseMs === undefined) break;
      pauses.push(pauseMs);
    }

    expect(pauses).toHaveLength(100_015);
    expect(pauses.slice(0, 6)).toEqual([0, 0, 0, 1000, 1000, 1000]);
    expect(pauses[14]).toBe(20_000);
    expect(Math.floor(pauses.reduce((sum, pauseMs) => sum + pauseMs, 0) / 86_400_000)).toBe(23);
  });

  it.each(['AuthorizationError', 'ResourceNotFoundException'])(
    'goes to the dead-letter queue at once after %s',
    async (code) => {
      const sns = startSns({
        refuse: ({ targetArn }) => {
          if (targetArn === FUNCTION) throw new AwsError(code, 'no', { status: 403 });
        },
      });
      const topic = await topicWith(sns, FUNCTION, {
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD_LETTERS }),
      });

      await publish(sns, topic);
      await sns.clock.idle();

      expect(sns.received).toMatchObject([
        { targetArn: DEAD_LETTERS, payload: expect.stringContaining('"Message":"ball"') },
      ]);
      expect(hops(sns, 'delivery')).toMatchObject([{ outcome: 'error', error: { code } }]);
      expect(hops(sns, 'dead-letter')).toMatchObject([{ to: DEAD_LETTERS, detail: { endpoint: FUNCTION } }]);
    },
  );

  it('is written down as dropped where there is no dead-letter queue', async () => {
    const sns = startSns({
      refuse: () => {
        throw new AwsError('AccessDenied', 'no', { status: 403 });
      },
    });
    const topic = await topicWith(sns, FUNCTION);

    await publish(sns, topic);
    await sns.clock.idle();

    expect(hops(sns, 'dead-letter')).toMatchObject([{ action: 'drop', outcome: 'error' }]);
  });

  it('is not retried for who has unsubscribed', async () => {
    const sns = startSns({
      refuse: () => {
        throw busy;
      },
    });
    const topic = await topicWith(sns, FUNCTION);
    await publish(sns, topic);
    await sns.clock.idle();
    const before = hops(sns, 'delivery').length;

    await sns.call('DeleteTopic', { TopicArn: topic });
    await sns.clock.advance(60_000);

    expect(hops(sns, 'delivery')).toHaveLength(before);
  });
});

describe('the fault plan', () => {
  it('duplicates a delivery with the same message id', async () => {
    const sns = startSns({ faults: { rules: [{ match: { service: 'sns' }, duplicate: 1 }] } });
    const topic = await topicWith(sns, FUNCTION);

    const { MessageId } = await publish(sns, topic);
    await sns.clock.idle();

    expect(bodies(sns).map((body) => body.Records[0].Sns.MessageId)).toEqual([MessageId, MessageId]);
  });

  it('delays a delivery by the clock', async () => {
    const sns = startSns({ faults: { rules: [{ match: {}, delay: { probability: 1, maxMs: 3000 } }] } });
    const topic = await topicWith(sns, FUNCTION);

    await publish(sns, topic);
    await sns.clock.idle();
    const atOnce = sns.received.length;
    await sns.clock.advance(3000);

    expect([atOnce, sns.received.length]).toEqual([0, 1]);
  });

  it('lets a later message overtake, each of them arriving once', async () => {
    const sns = startSns({ faults: { seed: 3, rules: [{ match: {}, reorder: { probability: 0.5, maxMs: 1000 } }] } });
    const topic = await topicWith(sns, QUEUE, { RawMessageDelivery: 'true' });
    const texts = Array.from({ length: 20 }, (_, index) => String(index));

    for (const Message of texts) {
      await publish(sns, topic, { Message });
      await sns.clock.idle();
    }
    await sns.clock.advance(1000);

    const arrived = sns.received.map(({ payload }) => payload);
    expect(arrived).not.toEqual(texts);
    expect(arrived.toSorted((a, b) => Number(a) - Number(b))).toEqual(texts);
  });
});
