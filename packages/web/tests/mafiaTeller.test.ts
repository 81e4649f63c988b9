import { describe, expect, it } from '@jest/globals';
import type { Hop } from '../src/lib/journal.ts';
import { isTurnWritten, labelOf, tellMafia } from '../src/mafia/teller.ts';

const TABLE = 'arn:aws:dynamodb:eu-west-1:000000000000:table/mafia-local-games';
const by = (name: string) => `arn:aws:sts::000000000000:assumed-role/any/mafia-local-${name}`;
const hop = (action: string, more: Partial<Hop> = {}): Hop => ({
  seq: 1,
  atMs: 0,
  kind: 'call',
  service: 'dynamodb',
  action,
  from: by('night-turn'),
  to: TABLE,
  outcome: 'ok',
  ...more,
});
const tell = (told: Hop) =>
  tellMafia(told, { hops: [], nameOf: (arn) => (arn === by('night-turn') ? 'nightTurn' : 'another') });
const cancelled = { outcome: 'error' as const, error: { code: 'TransactionCanceledException', message: '' } };

describe('what the hops of a game mean', () => {
  it.each([
    ['a turn that is written', hop('TransactWriteItems'), 'One transaction per turn', true],
    ['a game that is dealt', hop('TransactWriteItems', { from: by('new-game') }), 'One transaction per turn', true],
    ['a turn that came too late', hop('TransactWriteItems', cancelled), 'Optimistic lock', true],
    ['a look at a game', hop('Query', { from: by('game-state') }), 'Masked index', false],
    ['a turn that reads the game', hop('Query', { from: by('day-turn') }), 'State in the table', false],
    ['an event that was told', hop('DeleteItem'), 'Outbox', false],
    ['an event', hop('Publish', { service: 'sns' }), 'Publish / subscribe', false],
  ])('is told of %s', (_what, told, pattern, isOutcome) => {
    expect(tell(told)).toMatchObject({ pattern, isOutcome });
  });

  it.each([
    ['a call that has only begun', hop('TransactWriteItems', { outcome: 'begun' })],
    ['a call that was refused for another reason', hop('Query', { outcome: 'error' })],
    ['a list that is asked for', hop('Query', { from: by('latest-games') })],
    ['an answer that is only looked for', hop('GetItem')],
    ['an invocation', hop('Invoke', { kind: 'invocation', service: 'lambda' })],
  ])('is left to the general sentences for %s', (_what, told) => {
    expect(tell(told)).toBeUndefined();
  });

  describe('of a turn that is answered', () => {
    const answered = (status: number) =>
      hop('POST /games/{gameId}/night', {
        service: 'apigateway',
        from: 'client',
        to: by('night-turn'),
        traceId: 't',
        detail: { status },
      });
    const after = (told: Hop, ...actions: string[]) =>
      tellMafia(told, { hops: actions.map((action) => hop(action, { traceId: 't' })), nameOf: () => 'nightTurn' });

    it('is that its key came before, when a stored answer was read and nothing written', () => {
      expect(after(answered(200), 'Query', 'GetItem')?.pattern).toBe('Idempotency key');
    });

    it('is that it was not due, though an answer was looked for', () => {
      expect(after(answered(409), 'Query', 'GetItem')?.pattern).toBe('Rules');
    });

    it('is nothing more when it was played', () => {
      expect(after(answered(200), 'Query', 'TransactWriteItems')).toBeUndefined();
    });

    it('is nothing of what another request has read', () => {
      const hops = [hop('GetItem', { traceId: 'another' })];

      expect(tellMafia(answered(200), { hops, nameOf: () => 'nightTurn' })).toBeUndefined();
    });
  });

  it('names who did it', () => {
    expect(tell(hop('TransactWriteItems'))?.sentence).toContain('`nightTurn` wrote the turn, the victim');
    expect(tell(hop('DeleteItem', { from: by('relay-events') }))?.sentence).toContain('what a crash had left');
  });
});

describe('a turn', () => {
  it('is known to be written by its transaction alone', () => {
    expect(isTurnWritten(hop('TransactWriteItems'))).toBe(true);
    expect(isTurnWritten(hop('TransactWriteItems', { outcome: 'begun' }))).toBe(false);
    expect(isTurnWritten(hop('TransactWriteItems', cancelled))).toBe(false);
    expect(isTurnWritten(hop('TransactWriteItems', { to: TABLE.replace('mafia', 'lobby') }))).toBe(false);
  });

  it('is labelled by what is asked', () => {
    expect(labelOf(hop('Query'))).toBe('Query');
    expect(labelOf(hop('TransactWriteItems'))).toBe('Transact');
    expect(labelOf(hop('GetItem'))).toBe('Get');
    expect(labelOf(hop('POST /games/{gameId}/night', { service: 'apigateway' }))).toBe('night');
    expect(labelOf(hop('GET /games/{gameId}', { service: 'apigateway' }))).toBe('look');
  });
});
