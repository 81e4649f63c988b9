import { describe, expect, it } from '@jest/globals';
import { inWords, isSendable, type LetterMessage, readLetter } from '../letter.ts';
import { type Held, type Queues, withWays } from '../queue.ts';
import { type Choice, redrive } from '../redrive.ts';

const NOW = Date.parse('2030-01-01T00:10:00Z');
const SENT = { SentTimestamp: String(Date.parse('2030-01-01T00:00:00Z')) };
const ENVELOPE = {
  id: 'anna.42.outcome',
  time: '2029-12-31T23:59:00.000Z',
  correlationId: '42',
  type: 'fakemon.capture_succeeded',
  source: 'fakemon',
  version: 1,
  detail: { player: 'anna', attemptId: '42' },
};
const EVENT = {
  version: '0',
  id: 'e-1',
  'detail-type': 'fakemon.capture_succeeded',
  source: 'fakemon',
  account: '000000000000',
  time: '2029-12-31T23:59:00Z',
  region: 'eu-west-1',
  resources: ['arn:x'],
  detail: ENVELOPE,
};
const BACK = {
  source: 'fakemon',
  'detail-type': 'fakemon.capture_succeeded',
  time: '2029-12-31T23:59:00Z',
  resources: ['arn:x'],
  detail: ENVELOPE,
};
const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:fakemon-local-collection';

const message = (body: unknown, attributes: Record<string, string> = {}): LetterMessage => ({
  MessageId: 'm-1',
  Body: typeof body === 'string' ? body : JSON.stringify(body),
  Attributes: SENT,
  MessageAttributes: Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { StringValue }]),
  ),
});
const OF_RULE = {
  RULE_ARN: 'arn:aws:events:eu-west-1:000000000000:rule/fakemon-local/collection',
  TARGET_ARN: FUNCTION,
  ERROR_CODE: 'THROTTLING',
  ERROR_MESSAGE: 'Rate Exceeded.',
  EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
  RETRY_ATTEMPTS: '2',
};
const ofDestination = (requestPayload: unknown, more: object = {}) => ({
  version: '1.0',
  timestamp: '2030-01-01T00:00:00.000Z',
  requestContext: {
    requestId: 'r',
    functionArn: `${FUNCTION}:$LATEST`,
    condition: 'RetriesExhausted',
    approximateInvokeCount: 3,
  },
  requestPayload,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorType: 'TypeError', errorMessage: 'broken\non purpose', trace: [] },
  ...more,
});
const KNOWN = { type: 'fakemon.capture_succeeded', eventId: 'anna.42.outcome', player: 'anna' };

describe('a dead letter', () => {
  it.each<[string, LetterMessage, object]>([
    [
      'of a rule’s target',
      message(EVENT, OF_RULE),
      {
        who: 'rule collection to function fakemon-local-collection',
        why: 'THROTTLING: Rate Exceeded. (MaximumRetryAttempts)',
        tries: 3,
        ...KNOWN,
        event: BACK,
      },
    ],
    [
      'of a function’s on-failure destination',
      message(ofDestination(EVENT)),
      {
        who: 'function fakemon-local-collection',
        why: 'TypeError: broken\non purpose',
        tries: 3,
        ...KNOWN,
        event: BACK,
      },
    ],
    [
      'of a function that got what an input transformer made',
      message(ofDestination({ player: 'anna', event: ENVELOPE })),
      { ...KNOWN, event: { ...BACK, time: ENVELOPE.time, resources: [] } },
    ],
    [
      'of a function that was never run',
      message(ofDestination(EVENT, { responsePayload: undefined })),
      { why: 'RetriesExhausted', event: BACK },
    ],
    [
      'of a function’s dead-letter queue',
      message(EVENT, { RequestID: 'r', ErrorCode: '200', ErrorMessage: 'broken' }),
      { who: 'a function', why: 'broken', event: BACK },
    ],
  ])('%s says who gave up whose event, why and after how many tries, and what goes back', (_what, given, expected) => {
    expect(readLetter(given)).toMatchObject({ id: 'm-1', sentMs: Number(SENT.SentTimestamp), ...expected });
  });

  it.each<[string, LetterMessage, string]>([
    ['a poisoned text', message('{"broken', OF_RULE), 'there is no event in it'],
    ['something else', message({ hello: 1 }), 'there is no event in it'],
    ['a list', message([EVENT]), 'there is no event in it'],
    ['an event without a detail', message({ ...EVENT, detail: 'text' }, OF_RULE), 'there is no event in it'],
    [
      'a run of a schedule',
      message('{}', { SCHEDULE_ARN: 'arn:aws:scheduler:e:0:schedule/g/spawn' }),
      'a run of a schedule',
    ],
    [
      'what came out of an archive',
      message({ ...EVENT, 'replay-name': 'monday' }, OF_RULE),
      'in the replay monday: run that again instead',
    ],
    [
      'an event of AWS itself',
      message({ ...EVENT, source: 'aws.cloudwatch', 'detail-type': 'CloudWatch Alarm State Change' }, OF_RULE),
      'which only AWS can put on a bus',
    ],
  ])('with %s stays, and says why', (_what, given, kept) => {
    const letter = readLetter(given);

    expect(letter.event).toBeUndefined();
    expect(letter.kept).toContain(kept);
  });

  it('without an event goes back to the function that was given it, or to the queue that it was moved from', () => {
    const poison = readLetter(message(ofDestination('poison')));
    const moved = { ...SENT, DeadLetterQueueSourceArn: 'arn:aws:sqs:eu-west-1:000000000000:inbox' };
    const fromQueue = readLetter({ ...message('hello'), Attributes: moved });

    expect(poison).toMatchObject({ back: { to: 'function', functionArn: `${FUNCTION}:$LATEST`, payload: '"poison"' } });
    expect(fromQueue).toMatchObject({ back: { to: 'queue', queueArn: moved.DeadLetterQueueSourceArn } });
    expect([poison, fromQueue].map(({ kept }) => kept)).toEqual([undefined, undefined]);
    // Of a batch of a stream the letter has nothing but where it stands there.
    const batch = ofDestination(undefined, { KinesisBatchInfo: {} });
    expect(readLetter(message(batch))).toMatchObject({ kept: 'there is no event in it' });
  });

  it('has no other way back where an event must not go: an event of AWS, or of a replay', () => {
    const ofAws = { ...EVENT, source: 'aws.cloudwatch' };
    const replayed = { ...EVENT, 'replay-name': 'monday' };

    for (const event of [ofAws, replayed])
      expect(readLetter(message(ofDestination(event)))).not.toMatchObject({ back: expect.anything() });
  });

  it('stays where its way back is not open', () => {
    const [event, given] = [readLetter(message(EVENT, OF_RULE)), readLetter(message(ofDestination('poison')))];
    const open = { isForEvents: true, isForFunctions: true };

    expect([withWays(event, open), withWays(given, open)].map(isSendable)).toEqual([true, true]);
    expect(withWays(event, { ...open, isForEvents: false })).toMatchObject({
      kept: expect.stringContaining('its bus'),
    });
    expect(withWays(given, { ...open, isForFunctions: false })).toMatchObject({ kept: 'there is no event in it' });
    expect(isSendable(withWays(event, { ...open, isForEvents: false }))).toBe(false);
  });

  it('that the bus did not take back says that, and which queue it waited in', () => {
    const moved = { ...SENT, DeadLetterQueueSourceArn: 'arn:aws:sqs:eu-west-1:000000000000:fakemon-local-redrive' };

    expect(readLetter({ ...message(BACK), Attributes: moved })).toMatchObject({
      who: 'queue fakemon-local-redrive',
      why: expect.stringContaining('the bus did not take it'),
      event: BACK,
    });
  });

  it('is told in lines for people', () => {
    expect(inWords(readLetter(message(ofDestination(EVENT))), NOW)).toBe(
      [
        'm-1  2030-01-01T00:00:00.000Z (10 minutes ago)',
        '  function fakemon-local-collection gave up fakemon.capture_succeeded anna.42.outcome of player anna after 3 tries',
        '  TypeError: broken on purpose',
      ].join('\n'),
    );
    expect(inWords(readLetter(message('poison', { ...OF_RULE, RETRY_ATTEMPTS: '0' })), NOW)).toContain(
      'gave up something after 1 try',
    );
  });
});

/** Queues in memory, of which some sends and removals fail. */
function queuesWith(letters: Held[], fails: { send?: string[]; remove?: string[]; throwsAt?: string } = {}) {
  const log: string[] = [];
  const idsOf = (held: readonly Held[]) => held.map(({ letter }) => letter.id);
  const pick = (held: readonly Held[], failing: string[] = []) =>
    held.filter(({ letter }) => !failing.includes(letter.id));
  const note = (what: string, held: readonly Held[]) => {
    if (held.length > 0) log.push(`${what} ${idsOf(held).join(' ')}`);
    if (fails.throwsAt === what) throw new Error(`${what} failed`);
  };
  const queues: Queues = {
    count: async () => letters.length,
    async *letters(limit = Infinity) {
      for (let start = 0; start < Math.min(limit, letters.length); start += 2) yield letters.slice(start, start + 2);
    },
    async send(held) {
      note('send', held);
      return pick(held, fails.send);
    },
    async remove(held) {
      note('remove', held);
      return pick(held, fails.remove);
    },
    release: async (held) => note('release', held),
  };
  return { queues, log };
}

const eventOf = (attempt: string) => ({ ...EVENT, id: `e-${attempt}`, detail: { ...ENVELOPE, id: `anna.${attempt}` } });
const letter = (id: string, body: unknown = eventOf(id)): Held => ({
  letter: { ...readLetter(message(body, OF_RULE)), id },
  receipt: `receipt of ${id}`,
  message: {},
});

async function run(held: Held[], choice: Choice | ((id: string) => Choice), fails = {}, stopAfter = Infinity) {
  const { queues, log } = queuesWith(held, fails);
  const said: string[] = [];
  const progress: string[] = [];
  const parts = {
    queues,
    say: (text: string) => said.push(text),
    progress: (seen: number, total: number) => progress.push(`${seen}/${total}`),
    isStopped: () => progress.length >= stopAfter,
    now: () => NOW,
  };
  const choose = ({ id }: { id: string }) => (typeof choice === 'string' ? choice : choice(id));
  const ended = redrive(parts, { choose, shows: choice === 'keep' ? 'all' : 'kept' });
  const done = await ended.catch((error: Error) => error);
  return { done, log, said: said.join('\n'), progress };
}

describe('sending dead letters back', () => {
  it('takes each away only after its event was sent, and tells how far it is', async () => {
    const { done, log, progress } = await run([letter('a'), letter('b'), letter('c')], 'send');

    expect(log).toEqual(['send a b', 'remove a b', 'send c', 'remove c']);
    expect(done).toEqual({ seen: 3, sent: 3, merged: 0, discarded: 0, kept: 0, failed: 0 });
    expect(progress).toEqual(['2/3', '3/3']);
  });

  it('keeps what could not be sent, and says so', async () => {
    const { done, log, said } = await run([letter('a'), letter('b')], 'send', { send: ['a'] });

    expect(log).toEqual(['send a b', 'remove b', 'release a']);
    expect(done).toMatchObject({ sent: 1, kept: 1, failed: 1 });
    expect(said).toContain('1 could not be sent');
  });

  const withoutId = { ...EVENT, detail: { poison: true } };
  it.each<[string, unknown, unknown]>([
    ['the id in its envelope', EVENT, { ...EVENT, id: 'e-2' }],
    ['the bus’s id where it has no envelope', withoutId, withoutId],
  ])(
    'sends an event once that several have given up, by %s, and takes all its letters away',
    async (_what, one, same) => {
      const { done, log } = await run([letter('a', one), letter('b', same), letter('c'), letter('d', same)], 'send');

      expect(log).toEqual(['send a', 'remove a b', 'send c', 'remove c d']);
      expect(done).toEqual({ seen: 4, sent: 2, merged: 2, discarded: 0, kept: 0, failed: 0 });
    },
  );

  it('takes no letter away with an event that could not be sent', async () => {
    const { done, log } = await run([letter('a', EVENT), letter('b', EVENT)], 'send', { send: ['a'] });

    expect(log).toEqual(['send a', 'release a b']);
    expect(done).toMatchObject({ sent: 0, merged: 0, kept: 2, failed: 2 });
  });

  it.each([
    ['each event sent fails again at three places', 'e-poison'],
    ['nothing says which event a letter has', undefined],
  ])('comes to an end, and sends nothing twice, where %s', async (_what, id) => {
    const held = [letter('a', { ...EVENT, id, detail: {} })];
    const { queues, log } = queuesWith(held);
    let now = NOW;
    const again = (number: number): Held => {
      const { MessageAttributes, ...rest } = message({ ...EVENT, id: id && `again-${now}`, detail: {} }, OF_RULE);
      const back = readLetter({ ...rest, MessageAttributes, Attributes: { SentTimestamp: String(now) } });
      return { letter: { ...back, id: `again-${number}` }, receipt: '', message: {} };
    };
    const parts = {
      queues: {
        ...queues,
        async *letters() {
          for (let at = 0; at < held.length; at += 1) yield held.slice(at, at + 1);
        },
        async send(sent: readonly Held[]) {
          now += 1;
          for (const number of [1, 2, 3]) if (sent.length > 0) held.push(again(number));
          return queues.send(sent);
        },
      },
      ...{ say: () => {}, progress: () => {}, now: () => now },
      isStopped: () => held.length > 50,
    };

    const done = await redrive(parts, { choose: () => 'send', shows: 'kept' });

    expect(log).toEqual(['send a', 'remove a', 'release again-1 again-2 again-3']);
    expect(done).toEqual({ seen: 4, sent: 1, merged: 0, discarded: 0, kept: 3, failed: 0 });
  });

  it('ends although new letters come faster than they are read', async () => {
    const { queues } = queuesWith([]);
    const fresh = { SentTimestamp: String(NOW) };
    const parts = {
      queues: {
        ...queues,
        async *letters() {
          for (let at = 0; at < 1000; at += 1) {
            const one = readLetter({ ...message(eventOf(`${at}`), OF_RULE), Attributes: fresh });
            yield [{ letter: one, receipt: '', message: {} }];
          }
        },
      },
      ...{ say: () => {}, progress: () => {}, isStopped: () => false, now: () => NOW },
    };

    const done = await redrive(parts, { choose: () => 'send', shows: 'kept' });

    expect(done).toMatchObject({ sent: 0, failed: 0 });
    expect(done.seen).toBeLessThan(20);
  });

  it('keeps a letter without an event, shows it, and discards it only when told', async () => {
    const poison = letter('p', 'poison');
    const all = await run([letter('a'), poison], 'send');
    expect(all.log).toEqual(['send a', 'remove a', 'release p']);
    expect(all.said).toContain('stays here: there is no event in it');

    const told = await run([letter('a'), poison], (id) => (id === 'p' ? 'discard' : 'keep'));
    expect(told.log).toEqual(['remove p', 'release a']);
    expect(told.done).toMatchObject({ discarded: 1, kept: 1, sent: 0 });
  });

  it('changes nothing when letters are only looked at, and lets them be seen again', async () => {
    const { done, log, said } = await run([letter('a'), letter('b')], 'keep');

    expect(log).toEqual(['release a b']);
    expect(done).toMatchObject({ seen: 2, kept: 2 });
    expect(said).toContain('rule collection');
  });

  it.each([
    ['send', ['send a b', 'release a b']],
    ['remove', ['send a b', 'remove a b', 'release a b']],
  ])('loses nothing when it fails while it wants to %s', async (throwsAt, expected) => {
    const { done, log } = await run([letter('a'), letter('b'), letter('c')], 'send', { throwsAt });

    expect(done).toBeInstanceOf(Error);
    expect(log).toEqual(expected);
  });

  it('ends between two batches when somebody wants it to, with what it holds let go', async () => {
    const { done, log } = await run([letter('a'), letter('b'), letter('c')], 'send', {}, 1);
    expect(log).toEqual(['send a b', 'remove a b']);
    expect(done).toMatchObject({ seen: 2, sent: 2 });

    const quit = await run([letter('a'), letter('b'), letter('c')], (id) => (id === 'a' ? 'send' : 'stop'));
    expect(quit.log).toEqual(['send a', 'remove a', 'release b']);
  });
});
