import { describe, expect, it } from '@jest/globals';
import type { Hop } from '../src/lib/journal.ts';
import { createNarrator, tellAny } from '../src/wire/narration.ts';
import { placesOf } from '../src/wire/places.ts';
import type { Teller } from '../src/wire/telling.ts';
import { ARN, delivery, ended, hop, publish, rallyGraph, run, write } from './wireFixtures.ts';

const { nameOf } = placesOf(rallyGraph);
const tell = (of: Hop, ...hops: Hop[]) => tellAny(of, { hops, nameOf });
const condition = { code: 'ConditionalCheckFailedException', message: 'The conditional request failed' };
const crash = {
  code: 'Runtime.ExitError',
  message: 'RequestId: 4711 Error: Runtime exited with error: signal: killed',
};

describe('at least once', () => {
  const begun = run();
  const copy = run({ requestId: 'r-copy', detail: { copy: 2 } });

  it('is told of a copy that is delivered, and of a message that had been delivered already', () => {
    const telling = {
      pattern: 'At least once',
      family: 'message',
      sentence: '`pingTopic` delivered the same message to `pong` twice: whoever consumes it must bear that.',
      isOutcome: true,
    };

    expect(tell(delivery({ detail: { messageId: 'm-1', copy: 2 } }))).toEqual(telling);
    expect(tell(delivery(), delivery())).toEqual(telling);
  });

  it('is not told of another message, nor of the same one to another subscriber', () => {
    expect(tell(delivery(), delivery({ detail: { messageId: 'm-2' } }))).toBeUndefined();
    expect(tell(delivery(), delivery({ to: ARN.ping }))).toBeUndefined();
  });

  it('is told when one of the two runs ends and no write carries its request id', () => {
    const [lost, won] = [write({ requestId: 'r-copy' }), write()];
    const hops = [begun, copy, won, ended(won), lost, ended(lost, { outcome: 'error', error: condition })];

    expect(tell(ended(copy), ...hops)).toMatchObject({
      pattern: 'At least once',
      isOutcome: true,
      sentence: expect.stringContaining('One of the two runs wrote nothing'),
    });
    expect(tell(ended(begun), ...hops)).toBeUndefined();
  });

  it('is told of the first of the two as well, when the copy was faster', () => {
    const won = write({ requestId: 'r-copy' });
    const hops = [begun, copy, won, ended(won)];

    expect(tell(ended(begun), ...hops)?.pattern).toBe('At least once');
    expect(tell(ended(copy), ...hops)).toBeUndefined();
  });

  it('is not told of a run that writes nothing and has no copy', () => {
    expect(tell(ended(begun), begun)).toBeUndefined();
    expect(tell(ended(begun), begun, run({ detail: { copy: 2 }, traceId: 'other' }))).toBeUndefined();
  });
});

describe('what goes wrong', () => {
  const failedRun = (error: Hop['error'], detail: Record<string, unknown> = {}) =>
    ended(run({ detail }), { outcome: 'error', ...(error && { error }), detail });

  it.each([
    ['a condition that failed', condition],
    [
      'a transaction whose condition failed',
      {
        code: 'TransactionCanceledException',
        message:
          'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      },
    ],
  ])('tells of an optimistic lock: %s', (_name, error) => {
    expect(tell(ended(write(), { outcome: 'error', error }))).toEqual({
      pattern: 'Optimistic lock',
      family: 'store',
      sentence: '`pong` would write to `matchTable`, but the condition did not hold: nothing changed.',
      isOutcome: true,
    });
  });

  it('says nothing of a transaction that was cancelled for another reason', () => {
    const error = { code: 'TransactionCanceledException', message: '[None, ValidationError]' };

    expect(tell(ended(write(), { outcome: 'error', error }))).toBeUndefined();
  });

  it('tells of a call that was throttled', () => {
    const error = { code: 'ProvisionedThroughputExceededException', message: 'Rate exceeded' };

    expect(tell(ended(write(), { outcome: 'error', error }))).toMatchObject({
      pattern: 'Throttle',
      family: 'store',
      sentence: '`matchTable` refused a call of `pong`: too many at once.',
    });
  });

  it('tells of a crash, and when Lambda tries again', () => {
    expect(tell(failedRun(crash, { retryInMs: 60_000 }))).toMatchObject({
      pattern: 'Crash',
      sentence: '`pong` died during its run; Lambda runs it again in 60 s.',
    });
    expect(tell(failedRun(crash))?.sentence).toBe('`pong` died during its run.');
  });

  it('tells of a timeout, a throttle and the function’s own error', () => {
    const timeout = { code: 'Sandbox.Timedout', message: 'Task timed out after 6.00 seconds' };
    const throttle = { code: 'TooManyRequestsException', message: 'Rate Exceeded.' };
    const own = { code: 'ContendedMatchError', message: 'the match was changed by others 5 times in a row' };

    expect(tell(failedRun(timeout))).toMatchObject({ pattern: 'Timeout', sentence: '`pong` did not end in time.' });
    expect(tell(failedRun(throttle, { retryInMs: 500 }))).toMatchObject({
      pattern: 'Throttle',
      sentence: '`pong` was not run: too many at once; Lambda runs it again in 500 ms.',
    });
    expect(tell(failedRun(own, { attempt: 2, retryInMs: 120_000 }))).toMatchObject({
      pattern: 'Error',
      sentence: 'Attempt 2 of `pong` failed with `ContendedMatchError`; Lambda runs it again in 120 s.',
    });
  });

  it('tells of a retry when it begins, and that it has healed what had failed', () => {
    const again = run({ action: 'retry', detail: { attempt: 2 } });

    expect(tell(again)).toEqual({
      pattern: 'Retry with backoff',
      family: 'function',
      sentence: 'Lambda runs `pong` again with the same event: attempt 2.',
      isOutcome: true,
    });
    expect(tell(ended(again))?.sentence).toBe('Attempt 2 of `pong` succeeded: what had failed is healed.');
    expect(tell(delivery({ action: 'retry' }))?.pattern).toBe('Retry with backoff');
  });

  it('tells of a dead letter, why, and where it is kept, if it is', () => {
    const letter = hop({
      kind: 'dead-letter',
      service: 'lambda',
      action: 'on-failure',
      from: ARN.pong,
      to: ARN.queue,
      detail: { reason: 'RetriesExhausted' },
    });

    expect(tell(letter)).toMatchObject({
      pattern: 'Dead-letter queue',
      sentence: '`pong` gave up on a message (RetriesExhausted). `deadLetters` keeps it for somebody to look at.',
    });
    expect(tell({ ...letter, outcome: 'error' })?.sentence).toContain('it is lost');
  });

  it('tells of a message that was held back or overtaken on purpose', () => {
    const fault = (action: string) => hop({ kind: 'fault', action, to: ARN.pong });

    expect(['delay', 'reorder', 'duplicate'].map((action) => tell(fault(action))?.pattern)).toEqual([
      'Delay',
      'Out of order',
      undefined,
    ]);
  });
});

describe('how parts find each other', () => {
  it('tells who put the event that a rule of a bus delivers', () => {
    const arn = (resource: string) => `arn:aws:events:eu-west-1:000000000000:${resource}`;
    const names: Record<string, string> = { [arn('event-bus/games')]: 'games', [arn('rule/games/done')]: 'games' };
    const named = { nameOf: (known?: string) => names[known ?? ''] ?? nameOf(known) };
    const put = publish({ service: 'events', action: 'PutEvents', to: arn('event-bus/games') });
    const event = delivery({ service: 'events', from: arn('rule/games/done'), detail: {} });

    expect(tellAny(event, { hops: [put], ...named })).toMatchObject({
      pattern: 'Publish / subscribe',
      sentence: expect.stringContaining('published to `games`, which delivered it to `pong`'),
    });
  });

  it('tells who published what a topic delivers', () => {
    expect(tell(delivery(), publish())).toEqual({
      pattern: 'Publish / subscribe',
      family: 'message',
      sentence: '`ping` published to `pingTopic`, which delivered it to `pong`. Neither knows the other’s name.',
      isOutcome: false,
    });
  });

  it('tells of a filter, with the field that decided', () => {
    expect(tell(delivery({ kind: 'no-match', action: 'FilterPolicy', detail: { field: 'server' } }))).toMatchObject({
      pattern: 'Filter',
      sentence: '`pingTopic` did not hand a message to `pong`: its filter on `server` does not let it in.',
    });
  });

  it('tells of an outbox: a scheduled run publishes what it has read in a table', () => {
    const scheduled = run({ from: ARN.rule, to: ARN.ping, requestId: 'r-1' });
    const query = write({ action: 'Query', from: ARN.pingSession, requestId: 'r-1' });
    const begun = publish({ requestId: 'r-1' });

    expect(tell(ended(begun), scheduled, query, ended(query), begun)).toMatchObject({
      pattern: 'Outbox',
      sentence:
        '`ping` found in `matchTable` what had not been announced, and published it to `pingTopic`: nothing is lost.',
    });
    expect(tell(ended(begun), query, ended(query), begun)).toBeUndefined();
    expect(tell(ended(begun), scheduled, begun)).toBeUndefined();
    const onBus = run({
      from: 'arn:aws:events:eu-west-1:000000000000:rule/games/done',
      to: ARN.ping,
      requestId: 'r-1',
    });
    expect(tell(ended(begun), onBus, query, ended(query), begun)).toBeUndefined();
  });

  it('is silent of what goes as it should', () => {
    const [call, invocation] = [write(), run()];
    const quiet = [call, ended(call), invocation, publish(), hop({ kind: 'schedule', from: ARN.rule })];

    expect(quiet.map((one) => tell(one))).toEqual(quiet.map(() => undefined));
    expect(tell(ended(invocation), invocation, call, ended(call))).toBeUndefined();
  });
});

describe('the narrator', () => {
  const remark = () => delivery({ kind: 'no-match', detail: { field: 'server' } });
  const retry = () => delivery({ action: 'retry' });
  const throttled = () =>
    ended(write(), { outcome: 'error', error: { code: 'ThrottlingException', message: 'Rate exceeded' } });

  it('asks the service’s own teller first', () => {
    const own: Teller = ({ kind }) =>
      kind === 'no-match' ? { pattern: 'Own', family: 'store', sentence: 'Mine.', isOutcome: false } : undefined;
    const narrator = createNarrator(nameOf, own);

    narrator.hear([remark()], 0);
    expect(narrator.telling(0)?.pattern).toBe('Own');
    narrator.hear([retry()], 10);
    expect(narrator.telling(10)?.pattern).toBe('Retry with backoff');
  });

  it('leaves a remark long enough to be seen, and an outcome long enough to be read', () => {
    const narrator = createNarrator(nameOf);
    const patternAt = (nowMs: number) => narrator.telling(nowMs)?.pattern;

    narrator.hear([remark()], 0);
    narrator.hear([publish(), delivery({ detail: { messageId: 'm-9' } })], 600);
    expect(patternAt(600)).toBe('Filter');
    narrator.hear([publish(), delivery({ detail: { messageId: 'm-10' } })], 1_300);
    expect(patternAt(1_300)).toBe('Publish / subscribe');
    narrator.hear([retry()], 1_400);
    expect(patternAt(1_400)).toBe('Retry with backoff');
    narrator.hear([remark()], 4_800);
    expect(patternAt(4_800)).toBe('Retry with backoff');
    narrator.hear([remark()], 4_950);
    expect(patternAt(4_950)).toBe('Filter');
  });

  it('tells an outcome that came meanwhile when the one before has been read', () => {
    const narrator = createNarrator(nameOf);

    narrator.hear([retry(), throttled()], 0);

    expect(narrator.telling(0)?.pattern).toBe('Retry with backoff');
    expect(narrator.isMoving()).toBe(true);
    expect(narrator.telling(3_500)?.pattern).toBe('Throttle');
    expect(narrator.isMoving()).toBe(false);
  });

  it('tells the latest of the outcomes that came meanwhile', () => {
    const narrator = createNarrator(nameOf);

    narrator.hear([retry(), throttled(), ended(write(), { outcome: 'error', error: condition })], 0);

    expect(narrator.telling(3_500)?.pattern).toBe('Optimistic lock');
  });

  it('tells the same of another place as well', () => {
    const narrator = createNarrator(nameOf);

    narrator.hear([retry(), delivery({ action: 'retry', from: ARN.pongTopic, to: ARN.ping })], 0);

    expect(narrator.telling(3_500)?.sentence).toContain('`ping`');
  });

  it('tells what is stepped to at once', () => {
    const narrator = createNarrator(nameOf);

    narrator.hear([retry()], 0);
    narrator.hear([throttled()], 1, true);

    expect(narrator.telling(1)?.pattern).toBe('Throttle');
  });

  it('lets tellers look back on the latest hops only', () => {
    let most = 0;
    const narrator = createNarrator(nameOf, (_hop, { hops }) => {
      most = Math.max(most, hops.length);
      return undefined;
    });

    for (let index = 0; index < 5_000; index += 1) narrator.hear([publish()], index);

    expect(most).toBeGreaterThanOrEqual(300);
    expect(most).toBeLessThanOrEqual(600);
  });
});
