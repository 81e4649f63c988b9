import { describe, expect, it } from '@jest/globals';
import { PUBLISHED } from '../../events/tests/publishedEvents.ts';
import { messageIn, sightingIn, verdictIn } from '../src/fakemon/messages.ts';

/** What the page reads of the event of a type, as the service publishes it. */
const read = (type: string) => messageIn(JSON.stringify(PUBLISHED.find((event) => event.type === type)));

describe('a message of the socket', () => {
  it('is read as the service publishes it', () => {
    const id = 'event-1';
    const capture = { attemptId: 'a', fakemonId: 'f', species: 'cindle', capturedAtMs: 1_900_000_000_000 };
    const [attemptId, fakemonId] = ['a', 'f'];

    expect(read('fakemon.capture_succeeded')).toEqual({
      ...{ id, type: 'decided', attemptId, fakemonId, capture },
      verdict: { outcome: 'captured' },
    });
    expect(read('fakemon.capture_failed')).toEqual({
      ...{ id, type: 'decided', attemptId, fakemonId },
      verdict: { outcome: 'taken', lateMs: 38, takenBy: 'ben' },
    });
    expect(read('fakemon.unit_taken')).toEqual({
      id,
      type: 'taken',
      fakemonId,
      species: 'cindle',
      unitsLeft: 0,
      by: 'ann',
    });
    expect(read('fakemon.fakemon_appeared')).toMatchObject({
      ...{ id, type: 'appeared' },
      sighting: { fakemonId, species: 'cindle', x: 0, y: 1000, units: 1, unitsLeft: 1 },
    });
    expect(messageIn('{"type":"pong","nowMs":5}')).toEqual({ id: '', type: 'pong', nowMs: 5 });
  });

  it.each([
    ['no text', new ArrayBuffer(1)],
    ['no JSON', '{'],
    ['no object', '3'],
    ['an event of no interest', JSON.stringify({ id: 'x', type: 'fakemon.capture_attempt', detail: {} })],
    ['an error of API Gateway', '{"message":"Internal server error","connectionId":"a=","requestId":"b="}'],
    [
      'a detail that is not the contract',
      JSON.stringify({ id: 'x', type: 'fakemon.unit_taken', detail: { fakemonId: 3 } }),
    ],
    [
      'an event without an id',
      JSON.stringify({ ...PUBLISHED.find(({ type }) => type === 'fakemon.unit_taken'), id: undefined }),
    ],
  ])('says nothing when it is %s', (_what, data) => {
    expect(messageIn(data)).toBeUndefined();
  });
});

describe('what answers say', () => {
  it('is read of a fakémon with the units that are left, and of none that is not whole', () => {
    const whole = {
      fakemonId: 'f',
      species: 'cindle',
      x: 1,
      y: 2,
      units: 3,
      unitsLeft: 1,
      appearsAtMs: 4,
      expiresAtMs: 5,
    };

    expect(sightingIn(whole)).toEqual(whole);
    expect(sightingIn({ ...whole, x: '1' })).toBeUndefined();
    expect(sightingIn(null)).toBeUndefined();
  });

  it.each([
    ['captured', {}, { outcome: 'captured' }],
    ['gone', { lateMs: 12 }, { outcome: 'gone', lateMs: 12 }],
    ['taken', { lateMs: -1 }, { outcome: 'taken', lateMs: undefined, takenBy: undefined }],
    ['eaten', {}, undefined],
  ])('is read of an outcome: %s', (outcome, fields, verdict) => {
    expect(verdictIn(outcome, fields)).toEqual(verdict);
  });
});
