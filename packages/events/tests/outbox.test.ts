import { describe, expect, it } from '@jest/globals';
import type { AnyEvent } from '../contract.ts';
import { gameEnded } from '../contracts/mafia.ts';
import { PublishError, RelayError } from '../errors.ts';
import { type OutboxEntry, publishEntry, publishNow, relayOutbox } from '../outbox.ts';
import { buildEvent } from '../testing.ts';

const event = (id: string): AnyEvent => buildEvent(gameEnded, { gameId: 'g', outcome: 'mafia' }, { id });
const idsOf = (events: readonly AnyEvent[]) => events.map(({ id }) => id);

/**
 * An outbox in memory, whose entries with one of `unreadable` cannot be read, and a topic that refuses the events named in
 * `refused`, or whole calls with one of `broken`.
 */
function setUp(
  entries: Record<string, string[]>,
  { refused = [] as string[], broken = [] as string[], unreadable = [] as string[] } = {},
) {
  const kept = new Map(Object.entries(entries).map(([place, ids]) => [place, ids.map(event)]));
  const published: string[] = [];
  const asked: number[] = [];
  const outbox = {
    async settle(place: string, left: readonly AnyEvent[]) {
      if (left.length === 0) kept.delete(place);
      else kept.set(place, [...left]);
    },
    async *waiting(beforeMs: number): AsyncGenerator<() => Promise<OutboxEntry<string> | undefined>> {
      asked.push(beforeMs);
      for (const [place, events] of [...kept]) {
        yield async () => {
          if (events.some(({ id }) => unreadable.includes(id))) throw new Error('not an entry');
          return { place, events };
        };
      }
    },
  };
  const publish = async (events: readonly AnyEvent[]) => {
    if (events.some(({ id }) => broken.includes(id))) throw new Error('too large a call');
    const failed = events.filter(({ id }) => refused.includes(id));
    published.push(...idsOf(events.filter((one) => !failed.includes(one))));
    if (failed.length > 0) {
      throw new PublishError(
        'topic',
        failed.map(({ id }) => ({ eventId: id, code: 'InvalidParameter', message: 'no' })),
      );
    }
  };
  const warnings: string[] = [];
  const parts = { outbox, publish, now: () => 60_000, warn: (message: string) => void warnings.push(message) };
  const left = () => Object.fromEntries([...kept].map(([place, events]) => [place, idsOf(events)]));
  return { parts, published, asked, warnings, left };
}

describe('the relay', () => {
  it('publishes what waits and empties the outbox', async () => {
    const { parts, published, left, asked } = setUp({ one: ['a', 'b'], two: ['c'] });

    expect(await relayOutbox(parts)).toBe(2);

    expect(published).toEqual(['a', 'b', 'c']);
    expect(left()).toEqual({});
    expect(asked).toEqual([50_000]);
  });

  it.each([
    ['an event that is refused', { refused: ['b'] }, { two: ['b'] }],
    ['a call that fails whole', { broken: ['b'] }, { two: ['b'] }],
    ['an entry that cannot be read', { unreadable: ['b'] }, { two: ['b'] }],
  ])('is not held back by %s, keeps it, and says so at the end', async (_what, faults, kept) => {
    const { parts, published, left } = setUp({ one: ['a'], two: ['b'], three: ['c'] }, faults);

    const relaying = relayOutbox(parts);

    await expect(relaying).rejects.toThrow(RelayError);
    await expect(relaying).rejects.toThrow(/^1 entries of the outbox are left, 2 were published; the first: /);
    expect(published).toEqual(['a', 'c']);
    expect(left()).toEqual(kept);
  });

  it('keeps of an entry only the events that were refused', async () => {
    const { parts, left } = setUp({ one: ['a', 'b', 'c'] }, { refused: ['b'] });

    await expect(relayOutbox(parts)).rejects.toThrow('mafia.game_ended b');

    expect(left()).toEqual({ one: ['b'] });
  });
});

describe('publishing at once', () => {
  it('settles the entry', async () => {
    const { parts, left, warnings } = setUp({ one: ['a'] });

    await publishNow(parts, { place: 'one', events: [event('a')] });

    expect([left(), warnings]).toEqual([{}, []]);
  });

  it.each([[{ refused: ['a'] }], [{ broken: ['a'] }]])(
    'leaves to the relay what fails, and warns: %j',
    async (faults) => {
      const { parts, left, warnings } = setUp({ one: ['a'] }, faults);

      await publishNow(parts, { place: 'one', events: [event('a')] });

      expect([left(), warnings]).toEqual([{ one: ['a'] }, ['events wait in the outbox']]);
    },
  );

  it('neither publishes nor settles nothing', async () => {
    const { parts, left, published } = setUp({ one: ['a'] });

    expect(await publishEntry(parts, { place: 'one', events: [] })).toEqual([]);

    expect([left(), published]).toEqual([{ one: ['a'] }, []]);
  });
});
