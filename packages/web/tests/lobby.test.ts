import { describe, expect, it } from '@jest/globals';
import {
  type Fame,
  type Happening,
  MOST_KEPT,
  messageIn,
  nothingHappened,
  withHappenings,
  withRecords,
} from '../src/home/lobby.ts';
import { litIn } from '../src/home/screens/bulbs.ts';
import { phaseOf, townIn } from '../src/home/screens/phase.ts';
import { ago } from '../src/home/words.ts';

const happening = (id: string, atMs: number, more: Partial<Happening> = {}): Happening => ({
  ...{ id, cabinet: 'mafia', about: 'mafia.game_started', sentence: `It is ${id}.`, atMs, chain: 'c', facts: {} },
  ...more,
});
const idsIn = (happenings: readonly Happening[]) => happenings.map(({ id }) => id);
const fame = (discipline: Fame['discipline'], value: number): Fame => ({ discipline, value, holder: 'Ann', atMs: 1 });

describe('what is known of the lobby', () => {
  it('has each happening once and the newest first, in whatever order and however often it is told', () => {
    const [first, second, third] = [happening('a', 1), happening('b', 2), happening('c', 3)];

    const once = withHappenings(withHappenings(nothingHappened, [third, first]), [second, third]);

    expect(idsIn(once.happenings)).toEqual(['c', 'b', 'a']);
    expect(withHappenings(once, [first])).toBe(once);
  });

  it('forgets the oldest when there are too many', () => {
    const many = Array.from({ length: MOST_KEPT + 5 }, (_, at) => happening(String(at), at));

    const { happenings } = withHappenings(nothingHappened, many);

    expect([happenings.length, happenings.at(-1)?.id]).toEqual([MOST_KEPT, '5']);
  });

  it.each([
    ['longest-rally', 9, 7, 9],
    ['longest-rally', 7, 9, 9],
    ['shrewdest-town', 2, 3, 2],
    ['shrewdest-town', 3, 2, 2],
  ] as const)('keeps the better of two records: %s of %s and %s', (discipline, before, told, kept) => {
    const lobby = withRecords(withRecords(nothingHappened, [fame(discipline, before)]), [fame(discipline, told)]);

    expect(lobby.records[discipline]?.value).toBe(kept);
  });

  it.each([
    ['what is no text', 7],
    ['what is no JSON', '{'],
    ['another type', JSON.stringify({ type: 'lobby.closed', detail: {} })],
    [
      'a cabinet that is not here',
      JSON.stringify({ type: 'lobby.happened', detail: { happeningId: 'x', cabinet: 'bar', sentence: 's', atMs: 1 } }),
    ],
    [
      'a record in nothing',
      JSON.stringify({ type: 'lobby.record_set', detail: { discipline: 'sleep', value: 1, holder: 'Ann', atMs: 1 } }),
    ],
  ])('is not changed by %s', (_what, data) => expect(messageIn(data)).toBeUndefined());

  it('learns a happening and a record from messages', () => {
    const detail = {
      happeningId: 'x',
      cabinet: 'fakemon',
      about: 'a',
      sentence: 'It rains.',
      atMs: 1,
      chain: 'c',
      facts: {},
    };

    expect(messageIn(JSON.stringify({ type: 'lobby.happened', detail }))).toMatchObject({ happening: { id: 'x' } });
    const record = { discipline: 'best-score', value: 3, holder: 'Ann', atMs: 1 };
    expect(messageIn(JSON.stringify({ type: 'lobby.record_set', detail: record }))).toEqual({
      type: 'record',
      fame: record,
    });
  });
});

describe('small screens', () => {
  it('turn from night to day when somebody is found, and back when somebody is sentenced', () => {
    const of = (about: string, atMs: number, gameId = 'g') =>
      happening(`${gameId}${atMs}`, atMs, { about, facts: { gameId, town: 'Windy Orchard' } });
    const told = [of('mafia.game_ended', 9, 'other'), of('mafia.player_killed', 1)];
    const phases = [[], told, [of('mafia.player_sentenced', 2), ...told], [of('mafia.game_ended', 3), ...told]].map(
      (happenings) => phaseOf('g', happenings),
    );

    expect(phases).toEqual(['night', 'day', 'night', 'over']);
    expect([townIn('g', told), townIn('g', [])]).toEqual(['Windy Orchard', undefined]);
  });

  it('light each bulb as the newest happening of it says', () => {
    const of = (id: string, facts: Happening['facts']) =>
      happening(id, 1, { cabinet: 'smart-home', facts: { home: 'h', endpointId: 'kitchen', ...facts } });

    expect(litIn([of('b', { power: 'OFF' }), of('a', { power: 'ON' })])).toEqual([{ id: 'h kitchen', share: 0 }]);
    expect(litIn([of('a', { power: 'ON', brightness: 100 })])).toEqual([{ id: 'h kitchen', share: 1 }]);
    expect(litIn([of('a', { outcome: 'error' })])).toEqual([]);
  });

  it.each([
    [0, 'now'],
    [-3_000, 'now'],
    [42_000, '42 s'],
    [60_000, '1 min'],
    [7_200_000, '2 h'],
    [200_000_000, '2 d'],
  ])('tell what is %s ms old in few letters: %s', (ms, text) =>
    expect(ago(1_000_000_000, 1_000_000_000 + ms)).toBe(text),
  );
});
