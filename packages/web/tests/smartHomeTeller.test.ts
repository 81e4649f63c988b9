import { describe, expect, it } from '@jest/globals';
import type { Hop } from '../src/lib/journal.ts';
import { labelOf, tell } from '../src/smart-home/teller.ts';

const hop = (more: Partial<Hop>): Hop => ({
  ...{ seq: 1, atMs: 0, kind: 'call', service: 'sqs', action: 'SendMessage', outcome: 'ok' },
  ...more,
});
/** Nodes go by their names here: the drawing knows them. */
const told = (more: Partial<Hop>) => tell(hop(more), { hops: [], nameOf: (arn) => arn ?? '' });
const delivery = (to: string): Partial<Hop> => ({
  kind: 'delivery',
  service: 'sns',
  action: 'deliver',
  from: 'directives',
  to,
});
const table = (from: string, to: string, action: string, code?: string): Partial<Hop> => ({
  ...{ service: 'dynamodb', action, from, to },
  ...(code !== undefined && { outcome: 'error', error: { code, message: '' } }),
});
const CONDITION = 'ConditionalCheckFailedException';

describe('the smart home’s sentences', () => {
  it.each<[string, string, boolean, Partial<Hop>]>([
    [
      'Deferred response',
      'that she will be answered',
      false,
      { from: 'entrypoint', to: 'directives', action: 'Publish' },
    ],
    ['Router', 'into `pushDirectives` alone', false, delivery('pushDirectives')],
    ['Deadline', 'A copy waits in `deadlines`', false, delivery('deadlines')],
    ['Polling event processor', 'A copy waits in `polls`', false, delivery('polls')],
    ['Proxy', '`syncProcessor` asked the vendor', false, { from: 'syncProcessor', to: 'dispatch' }],
    ['Error response', '`asyncProcessor` has Alexa told why', true, { from: 'asyncProcessor', to: 'dispatch' }],
    ['Optimistic', 'before the vendor has heard of it', true, { from: 'optimisticProcessor', to: 'dispatch' }],
    ['Change report', 'although nobody had asked', true, { from: 'changed', to: 'dispatch' }],
    ['Polling event processor', '`poller` has asked', true, { from: 'poller', to: 'dispatch' }],
    ['Deadline', 'says that the bulb cannot be reached', false, { from: 'giveUp', to: 'dispatch' }],
    ['Reconciliation', '`verify` asked how the bulb really is', true, { from: 'verify', to: 'dispatch' }],
    ['Backoff', 'a little longer each time', false, { from: 'poller', to: 'polls' }],
    ['Too late', 'it is kept and counted', true, { from: 'dispatcher', to: 'lateAnswers' }],
    [
      'One-time schedule',
      'in a minute',
      false,
      { service: 'scheduler', action: 'CreateSchedule', from: 'optimisticProcessor', to: 'checks' },
    ],
    ['Pending first', 'before it asks', false, table('asyncProcessor', 'requests', 'PutItem')],
    ['Idempotent consumer', 'does it once', true, table('asyncProcessor', 'requests', 'PutItem', CONDITION)],
    ['Idempotent consumer', 'done already', true, table('changed', 'requests', 'UpdateItem', CONDITION)],
    ['Replay', 'it counts once', true, table('changed', 'deliveries', 'PutItem', CONDITION)],
    ['Lease', 'one asks for all', true, table('dispatcher', 'grants', 'UpdateItem', CONDITION)],
  ])('tell of a pattern: %s, %s', (pattern, words, isOutcome, more) => {
    const telling = told(more);

    expect(telling).toMatchObject({ pattern, isOutcome });
    expect(telling?.sentence).toContain(words);
  });

  it('tell a correction from what was expected: the same run has had something told before', () => {
    const sent = hop({ from: 'optimisticProcessor', to: 'dispatch', requestId: 'run' });
    const recent = (...hops: Hop[]) => ({ hops, nameOf: (arn: string | undefined) => arn ?? '' });

    expect(tell(sent, recent(sent))?.pattern).toBe('Correction');
    expect(tell(sent, recent({ ...sent, requestId: 'another' }))?.pattern).toBe('Optimistic');
    expect(tell(sent, recent({ ...sent, outcome: 'begun' }))?.pattern).toBe('Optimistic');
  });

  it('tell of a deadline that an answer has come before: what is sent then is dropped', () => {
    const sent = hop({ from: 'giveUp', to: 'dispatch', correlationId: 'said' });
    const after = (more: Partial<Hop>) =>
      tell(sent, { hops: [hop({ from: 'poller', to: 'dispatch', ...more })], nameOf: (arn) => arn ?? '' })?.sentence;

    expect(after({ correlationId: 'said' })).toMatch(/^The directive is answered: .* the queue drops it\.$/);
    expect(after({ correlationId: 'another' })).toContain('cannot be reached');
    expect(after({ correlationId: 'said', outcome: 'error' })).toContain('cannot be reached');
    expect(after({ correlationId: 'said', to: 'polls' })).toContain('cannot be reached');
    expect(after({ correlationId: 'said', from: 'giveUp' })).toContain('cannot be reached');
  });

  it('tell a push that was asked for from a hand’s: only the former is looked for among the requests', () => {
    const sent = hop({ from: 'changed', to: 'dispatch', requestId: 'run' });
    const looked = hop({ ...table('changed', 'requests', 'GetItem'), requestId: 'run' });
    const patternAfter = (before: Hop) => tell(sent, { hops: [before], nameOf: (arn) => arn ?? '' })?.pattern;

    expect(patternAfter(looked)).toBe('Asynchronous response');
    expect(patternAfter({ ...looked, requestId: 'another' })).toBe('Change report');
    expect(patternAfter({ ...looked, to: 'deliveries' })).toBe('Change report');
  });

  it.each<[string, Partial<Hop>]>([
    ['another topic’s deliveries', { ...delivery('dispatch'), from: 'news' }],
    ['a delivery that failed', { ...delivery('pushDirectives'), outcome: 'error' }],
    ['what was not sent', { from: 'poller', to: 'dispatch', outcome: 'error' }],
    ['a read', table('poller', 'requests', 'GetItem')],
    ['a table that fails otherwise', table('poller', 'requests', 'PutItem', 'ThrottlingException')],
    ['a run', { kind: 'invocation', service: 'lambda', action: 'invoke', to: 'poller' }],
  ])('leave to the wire what is the same everywhere: %s', (_what, more) => {
    expect(told(more)).toBeUndefined();
  });

  it('name what a row of the list carries, where that says more than its outcome', () => {
    expect(labelOf(hop({ service: 'dynamodb', action: 'PutItem' }))).toBe('Put');
    expect(labelOf(hop({ service: 'kms', action: 'Decrypt' }))).toBe('Decrypt');
    expect(labelOf(hop({ service: 'kms', action: 'Decrypt', outcome: 'error' }))).toBeUndefined();
    expect(labelOf(hop({}))).toBeUndefined();
  });
});
