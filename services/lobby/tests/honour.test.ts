import { captureSucceeded } from '@arcade/events/contracts/fakemon';
import { recordSet } from '@arcade/events/contracts/lobby';
import { gameEnded } from '@arcade/events/contracts/mafia';
import { letCalled, pointScored } from '@arcade/events/contracts/ping-pong';
import { trialCounted } from '@arcade/events/contracts/space-invaders';
import { buildEvent } from '@arcade/events/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { type Claiming, claimOf, recordSetOf } from '../domain/claims.ts';
import { honour } from '../domain/honour.ts';
import { hallInMemory, huntersInMemory, NOW_MS, roomOfOne } from './parts.ts';

type At = { id: string; time?: string };
const score = { ping: 1, pong: 0 };
const rally = (strokes: number, at: At) =>
  buildEvent(pointScored, { rally: strokes, strokes, winner: 'ping', game: 1, score }, at);
const lost = (strokes: number, at: At) => buildEvent(letCalled, { rally: 9, strokes, reason: 'ball-lost' }, at);
const ended = (days: number | undefined, at: At, outcome: 'innocents' | 'mafia' = 'innocents') =>
  buildEvent(gameEnded, { gameId: `game-${at.id}`, outcome, ...(days !== undefined && { days }) }, at);
const caught = (player: string, attemptId: string, at: At) =>
  buildEvent(
    captureSucceeded,
    { player, name: `${player}!`, attemptId, fakemonId: 'f', species: 'pebblo', unitsLeft: 0, capturedAtMs: NOW_MS },
    at,
  );
const trial = (name: string, points: number, at: At) =>
  buildEvent(
    trialCounted,
    { sessionId: 's', player: name, name, trial: 1, score: points, level: 2, isOver: true, countedAtMs: NOW_MS },
    at,
  );

const LATER = '2030-01-01T00:00:05.000Z';

/** Brings events to a hall of fame of its own. */
async function honouring(events: readonly Claiming[]) {
  const { hall, records } = hallInMemory();
  const { heard, tellAll } = roomOfOne();
  const hunters = huntersInMemory();
  const outcomes: string[] = [];
  for (const event of events) outcomes.push((await honour({ hall, hunters, tellAll }, event)).outcome);
  const fame = [...records.values()].map(({ discipline, value, holder }) => `${discipline}: ${value}, ${holder}`);
  return { outcomes, heard, fame: fame.sort(), records };
}

describe('a record', () => {
  it('falls to what is better, and to nothing else', async () => {
    const { outcomes, fame } = await honouring([
      rally(10, { id: 'a' }),
      rally(9, { id: 'b' }),
      lost(11, { id: 'c' }),
      ended(4, { id: 'd' }),
      ended(5, { id: 'e' }),
      ended(3, { id: 'f' }),
      trial('Ann', 900, { id: 'g' }),
      trial('Ben', 12_300, { id: 'h' }),
      caught('ann', '1', { id: 'i' }),
      caught('ben', '1', { id: 'j', time: LATER }),
      caught('ben', '2', { id: 'k' }),
    ]);

    expect(outcomes.join(' ')).toBe('set missed set set missed set set set set missed set');
    expect(fame).toEqual([
      'best-hunter: 2, ben!',
      'best-score: 12300, Ben',
      'longest-rally: 11, Ping and Pong, rally 9',
      expect.stringMatching(/^shrewdest-town: 3, [A-Z]/),
    ]);
  });

  it('stays with whoever was first, where two are level', async () => {
    const [first, second] = [rally(10, { id: 'z' }), rally(10, { id: 'a', time: LATER })];

    expect((await honouring([first, second])).outcomes).toEqual(['set', 'missed']);
    expect((await honouring([second, first])).outcomes).toEqual(['set', 'set']);
  });

  it('stays with the hunter who was first, although an old capture of another comes again', async () => {
    const at = (second: number) => ({ id: `at-${second}`, time: new Date(NOW_MS + second * 1000).toISOString() });
    const first = caught('ann', '1', at(1));
    const captures = [first, caught('ben', '1', at(1.5)), caught('ben', '2', at(3)), caught('ann', '2', at(10))];
    const { outcomes, records, heard } = await honouring([...captures, first]);

    expect(outcomes).toEqual(['set', 'missed', 'set', 'missed', 'missed']);
    expect(records.get('best-hunter')).toMatchObject({ value: 2, holder: 'ben!', atMs: NOW_MS + 3000 });
    expect(heard).toHaveLength(2);
  });

  it('is of the hunter’s latest capture, although an earlier one is counted after it', async () => {
    const late = { ...caught('ann', '2', { id: 'b', time: LATER }), correlationId: 'late' };
    const { records } = await honouring([late, caught('ann', '1', { id: 'a' })]);

    expect(records.get('best-hunter')).toMatchObject({ value: 2, atMs: Date.parse(LATER), chain: 'late' });
  });

  it.each([
    ['a game that the mafia have won', ended(1, { id: 'a' }, 'mafia')],
    ['a game of which nobody has counted the days', ended(undefined, { id: 'a' })],
  ])('is not %s', async (_what, event) => {
    const { outcomes, heard } = await honouring([event]);

    expect(outcomes).toEqual(['no-claim']);
    expect(heard).toEqual([]);
  });

  it('is told in the chain of what has set it, again when that comes again, and not of what misses it', async () => {
    const set = { ...rally(10, { id: 'sub.a' }), correlationId: 'chain' };
    const { outcomes, heard } = await honouring([set, set, rally(3, { id: 'b' })]);

    expect(outcomes).toEqual(['set', 'standing', 'missed']);
    expect(heard).toHaveLength(2);
    expect(heard[1]).toEqual(heard[0]);
    expect(heard[0]).toEqual(z.parse(recordSet.schema, heard[0]));
    expect(heard[0]).toMatchObject({
      correlationId: 'chain',
      detail: {
        discipline: 'longest-rally',
        value: 10,
        holder: 'Ping and Pong, rally 10',
        atMs: NOW_MS,
        chain: 'chain',
      },
    });
    expect(JSON.stringify(heard)).not.toContain('sub.a');
  });

  it('has an id of its own, although another in the same chain was set in the same moment', () => {
    const [one, other] = [claimOf(rally(10, { id: 'a' })), claimOf(rally(10, { id: 'b' }))];

    expect(one && other && recordSetOf(one).id === recordSetOf(other).id).toBe(false);
  });
});

/** Some events with few different values, so that many are level. */
const claims = fc.array(
  fc.tuple(fc.constantFrom('rally', 'lost', 'ended', 'trial', 'caught'), fc.integer({ min: 1, max: 4 }), fc.nat(3)),
  { minLength: 1, maxLength: 12 },
);
const eventOf = ([kind, value, second]: [string, number, number], at: number): Claiming => {
  const when = { id: `event-${at}`, time: new Date(NOW_MS + second * 1000).toISOString() };
  switch (kind) {
    case 'rally':
      return rally(value, when);
    case 'lost':
      return lost(value, when);
    case 'ended':
      return ended(value, when);
    case 'trial':
      return trial(`player-${value}`, value, when);
    default:
      return caught(`hunter-${value}`, `attempt-${at}`, when);
  }
};

describe('the hall of fame', () => {
  it('is the same, whatever comes twice and in whatever order', async () => {
    const disorder = claims.chain((kinds) => {
      const events = kinds.map(eventOf);
      const deliveries = [...events, ...events];
      return fc.tuple(fc.constant(events), fc.shuffledSubarray(deliveries, { minLength: deliveries.length }));
    });
    await fc.assert(
      fc.asyncProperty(disorder, async ([events, deliveries]) => {
        const [inOrder, asTheyCame] = [await honouring(events), await honouring(deliveries)];
        expect(asTheyCame.records).toEqual(inOrder.records);
      }),
    );
  });
});
