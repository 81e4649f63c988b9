import { describe, expect, it } from '@jest/globals';
import type { JournalEntry } from '../../core/journal.ts';
import { attentionFor, createQuiet } from '../attention.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:mafia-local-new-game';
const entry = (more: Partial<JournalEntry>): JournalEntry => ({
  seq: 1,
  atMs: 0,
  kind: 'invocation',
  service: 'lambda',
  action: 'Invoke',
  to: FUNCTION,
  outcome: 'ok',
  ...more,
});

describe('what a person at the terminal must know', () => {
  it.each<[string, Partial<JournalEntry>, string]>([
    [
      'a function that fails, with the first line of its error',
      { outcome: 'error', error: { code: 'TypeError', message: 'no such game\n  at x' } },
      'mafia-local-new-game failed, TypeError: no such game',
    ],
    [
      'a call that a role may not make',
      {
        kind: 'call',
        service: 'sns',
        action: 'Publish',
        outcome: 'error',
        error: { code: 'AuthorizationError', message: 'not authorized' },
      },
      'sns:Publish was refused, AuthorizationError: not authorized',
    ],
    [
      'a message that is given up, and where it is',
      { kind: 'dead-letter', from: FUNCTION, to: 'arn:aws:sqs:eu-west-1:000000000000:dead-letters' },
      'gave up a message of mafia-local-new-game: it is in dead-letters',
    ],
  ])('is %s', (_title, hop, line) => {
    expect(attentionFor(entry(hop))).toEqual({ functionName: 'mafia-local-new-game', line });
  });

  it.each<[string, Partial<JournalEntry>]>([
    ['a function that answers', {}],
    [
      'an error that is an answer',
      { kind: 'call', outcome: 'error', error: { code: 'ConditionalCheckFailedException', message: '' } },
    ],
    [
      'an event that waits for its function',
      { outcome: 'error', error: { code: 'ServiceException', message: 'no code yet' } },
    ],
    ['a filter that does not match', { kind: 'no-match' }],
  ])('is not %s', (_title, hop) => {
    expect(attentionFor(entry(hop))).toBeUndefined();
  });

  it('is said once in half a minute, however often it happens', () => {
    let nowMs = 0;
    const isNew = createQuiet(() => nowMs);
    const said = ['a', 'a', 'b'].map((sentence) => isNew(sentence));

    nowMs = 30_000;

    expect(said).toEqual([true, false, true]);
    expect(isNew('a')).toBe(true);
  });
});
