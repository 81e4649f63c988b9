import { expect, it } from '@jest/globals';
import { conditionText, Placeholders } from '../expressions.ts';
import { noAnswerKept, recall } from '../idempotency.ts';

const kept = { fingerprint: 'f', answer: { gameId: 'g' }, expiresAt: 100 };

it.each([
  ['no answer is kept', undefined, 'f', 99_999, { outcome: 'new' }],
  ['the answer is over', kept, 'f', 100_000, { outcome: 'new' }],
  ['the same request was answered', kept, 'f', 99_999, { outcome: 'repeated', answer: { gameId: 'g' } }],
  ['the key came with another request', kept, 'other', 99_999, { outcome: 'key-reused' }],
] as const)('recalls a request of which %s', (_what, answer, fingerprint, nowMs, expected) => {
  expect(recall(answer, fingerprint, nowMs)).toEqual(expected);
});

it('lets an answer be written over one that is over and not deleted yet', () => {
  const placeholders = new Placeholders();

  expect(conditionText(noAnswerKept(100_999), placeholders)).toBe('attribute_not_exists(#0) OR #1 <= :0');
  expect(placeholders.members().ExpressionAttributeValues).toEqual({ ':0': 100 });
});
