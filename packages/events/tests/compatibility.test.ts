import { describe, expect, it } from '@jest/globals';
import { breaks } from '../compatibility.ts';

const event = {
  type: 'object',
  properties: {
    player: { type: 'string', minLength: 1 },
    reason: { type: 'string', enum: ['taken', 'gone'] },
    late: { type: 'integer' },
    throws: { type: 'array', items: { type: 'object', properties: { at: { type: 'number' } }, required: ['at'] } },
  },
  required: ['player', 'reason'],
};
const { properties } = event;
const { player: _player, ...others } = properties;
const { late: _late, ...withoutLate } = properties;

describe('what breaks nothing', () => {
  it.each([
    ['an optional field that is added', { ...event, properties: { ...properties, spin: { type: 'string' } } }],
    ['other words', { ...event, title: 'Capture', description: 'Now with more words', $schema: 'x' }],
    ['another order', { ...event, required: ['reason', 'player'] }],
    [
      'an optional field that is added deep inside',
      {
        ...event,
        properties: {
          ...properties,
          throws: {
            ...properties.throws,
            items: { ...properties.throws.items, properties: { at: { type: 'number' }, spin: { type: 'number' } } },
          },
        },
      },
    ],
  ])('is %s', (_what, after) => {
    expect(breaks(event, after)).toEqual([]);
  });
});

describe('what breaks an event', () => {
  it.each<[string, object, string[]]>([
    ['a field that is taken away', { ...event, properties: others }, ['player was taken away']],
    ['an optional field that is taken away', { ...event, properties: withoutLate }, ['late was taken away']],
    [
      'a field that is renamed',
      { ...event, properties: { ...others, gamer: properties.player }, required: ['gamer', 'reason'] },
      ['player was taken away', 'gamer is new, and required'],
    ],
    ['a field that is required', { ...event, required: ['player', 'reason', 'late'] }, ['late is required now']],
    ['a field that is no longer required', { ...event, required: ['player'] }, ['reason is optional now']],
    [
      'a field that is added, and required',
      { ...event, properties: { ...properties, spin: {} }, required: ['player', 'reason', 'spin'] },
      ['spin is new, and required'],
    ],
    [
      'a narrower text',
      { ...event, properties: { ...properties, player: { type: 'string', minLength: 2 } } },
      ['player has another minLength: 1 before, 2 now'],
    ],
    [
      'a wider text',
      { ...event, properties: { ...properties, player: { type: 'string' } } },
      ['player has another minLength: 1 before, none now'],
    ],
    [
      'another type',
      { ...event, properties: { ...properties, late: { type: 'number' } } },
      ['late has another type: "integer" before, "number" now'],
    ],
    [
      'a value that is taken away, and one that is added',
      { ...event, properties: { ...properties, reason: { type: 'string', enum: ['taken', 'dodged'] } } },
      ['reason may not be "gone" any more', 'reason may be "dodged" now'],
    ],
    [
      'values that are free now',
      { ...event, properties: { ...properties, reason: { type: 'string' } } },
      ['reason may have any value now'],
    ],
    [
      'something deep inside',
      { ...event, properties: { ...properties, throws: { type: 'array', items: { type: 'object', properties: {} } } } },
      ['throws[].at was taken away'],
    ],
    [
      'a list of something else',
      { ...event, properties: { ...properties, throws: { type: 'array' } } },
      [expect.stringMatching(/^throws\[\] is something else/) as unknown as string],
    ],
    [
      'fields that are refused now',
      { ...event, additionalProperties: false },
      ['the event has another additionalProperties: none before, false now'],
    ],
  ])('is %s', (_what, after, sentences) => {
    expect(breaks(event, after as Record<string, unknown>)).toEqual(sentences);
  });
});
