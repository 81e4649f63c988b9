import { expect, it } from '@jest/globals';
import { correlationIdOf } from '../correlation.ts';

it.each([
  ['at the top', { correlationId: 'a' }],
  ['in the metadata', { metadata: { correlationId: 'a' } }],
  ['in the detail of an EventBridge event', { detail: { correlationId: 'a' } }],
  ['in the metadata of that detail', { detail: { metadata: { correlationId: 'a' } } }],
])('finds the correlation id %s', (_where, body) => {
  expect(correlationIdOf(JSON.stringify(body))).toBe('a');
});

it.each([
  'plain "correlationId"',
  '{"correlationId":',
  '{"correlationId":7}',
  '{"metadata":null,"x":"\\"correlationId\\""}',
  '[]',
])('finds none in %s', (text) => {
  expect(correlationIdOf(text)).toBeUndefined();
});
