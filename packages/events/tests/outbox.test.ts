import { describe, expect, it } from '@jest/globals';
import type { AnyEvent } from '../contract.ts';
import { gameEnded } from '../contracts/mafia.ts';
import { PublishError } from '../errors.ts';
import { type DeadLetter, type Outbox, publishEntry, publishNow, relayOutbox } from '../outbox.ts';
import { buildEvent } from '../testing.ts';

const event = (id: string): AnyEvent => buildEvent(gameEnded, { gameId: 'g', outcome: 'mafia' }, { id });
const idsOf = (events: readonly AnyEvent[]) => events.map(({ id }) => id);

interface Faults {
  /** Events that the topic refuses for good, and those that it refuses for now. */
  refused?: string[];
  busy?: string[];
  /** With one of these a call fails whole. */
  broken?: string[];
  /** Entries with one of these cannot be read. */
  unreadable?: string[];
}

/** An outbox in memory, a topic, and a drawer for dead letters. */
function setUp(entries: Record<string, string[]>, faults: Faults = {}, triesBefore: Record<string, number> = {}) {
  const { refused = [], busy = [], broken = [], unreadable = [] } = faults;
  const kept = new Map(Object.entries(entries).map(([place, ids]) => [place, ids.map(event)]));
  const tries = new Map(Object.entries(triesBefore));
  const [published, asked, attempts]: [string[], number[], string[]] = [[], [], []];
  const letters: DeadLetter[] = [];
  const outbox: Outbox<string> = {
    async settle(place, left) {
      if (left.length === 0) kept.delete(place);
      else kept.set(place, [...left]);
    },
    async claim(place) {
      tries.set(place, (tries.get(place) ?? 0) + 1);
      return kept.has(place);
    },
    async *waiting(beforeMs) {
      asked.push(beforeMs);
      for (const [place, events] of [...kept]) {
        const isUnreadable = events.some(({ id }) => unreadable.includes(id));
        yield { place, tries: tries.get(place) ?? 0, events: isUnreadable ? undefined : events, raw: { place } };
      }
    },
  };
  const publish = async (events: readonly AnyEvent[]) => {
    attempts.push(...idsOf(events));
    if (events.some(({ id }) => broken.includes(id))) throw new Error('too large a call');
    const failed = events.filter(({ id }) => refused.includes(id) || busy.includes(id));
    published.push(...idsOf(events.filter((one) => !failed.includes(one))));
    if (failed.length === 0) return;
    const entryOf = ({ id }: AnyEvent) => ({
      eventId: id,
      code: 'Code',
      message: 'no',
      permanent: refused.includes(id),
    });
    throw new PublishError('topic', failed.map(entryOf));
  };
  const bury = async (letter: DeadLetter) => void letters.push(letter);
  const warnings: string[] = [];
  const parts = { outbox, publish, bury, now: () => 60_000, warn: (message: string) => void warnings.push(message) };
  const left = () => Object.fromEntries([...kept].map(([place, events]) => [place, idsOf(events)]));
  return { parts, published, asked, attempts, letters, tries, warnings, left };
}

describe('the relay', () => {
  it('publishes what waits and empties the outbox', async () => {
    const { parts, published, left, asked } = setUp({ one: ['a', 'b'], two: ['c'] });

    expect(await relayOutbox(parts)).toEqual({ emptied: 2, buried: [], left: [] });

    expect(published).toEqual(['a', 'b', 'c']);
    expect(left()).toEqual({});
    expect(asked).toEqual([50_000]);
  });

  it.each([
    ['an event that is refused for now', { busy: ['b'] }],
    ['a call that fails whole', { broken: ['b'] }],
  ])('is not held back by %s, keeps it, and says so', async (_what, faults) => {
    const { parts, published, left, letters } = setUp({ one: ['a'], two: ['b'], three: ['c'] }, faults);

    const relayed = await relayOutbox(parts);

    expect(relayed).toMatchObject({ emptied: 2, left: [{ message: expect.stringMatching(/^b \(/) }] });
    expect([published, left(), letters]).toEqual([['a', 'c'], { two: ['b'] }, []]);
  });

  it('gives up an event that is refused for good, with the reason, and publishes the others of its entry', async () => {
    const { parts, published, left, letters } = setUp({ one: ['a', 'b', 'c'], two: ['d'] }, { refused: ['b'] });

    const relayed = await relayOutbox(parts);

    expect([published, left()]).toEqual([['a', 'c', 'd'], {}]);
    expect(letters).toEqual([{ reason: 'b (Code: no)', tries: 1, events: [event('b')] }]);
    expect(relayed).toEqual({ emptied: 1, buried: letters, left: [] });
  });

  it('gives up an entry that cannot be read, as it is kept', async () => {
    const { parts, published, left, letters } = setUp({ one: ['a'], two: ['b'] }, { unreadable: ['a'] });

    await relayOutbox(parts);

    expect([published, left()]).toEqual([['b'], {}]);
    expect(letters).toEqual([{ reason: 'the entry cannot be read', tries: 1, events: [{ place: 'one' }] }]);
  });

  it('gives up what has failed for an hour, and not before', async () => {
    const { parts, left, letters } = setUp(
      { one: ['a'], two: ['b'] },
      { busy: ['a'], broken: ['b'] },
      { one: 58, two: 59 },
    );

    await relayOutbox(parts);
    expect([left(), letters.map(({ reason }) => reason)]).toEqual([{ one: ['a'] }, ['b (Error: too large a call)']]);

    await relayOutbox(parts);
    expect([left(), letters.map(({ tries }) => tries)]).toEqual([{}, [60, 60]]);
  });

  it('keeps what it cannot put down anywhere', async () => {
    const { parts, left } = setUp({ one: ['a'], two: ['b'] }, { refused: ['a'] });
    const bury = async () => {
      throw new Error('the queue is away');
    };

    const relayed = await relayOutbox({ ...parts, bury });

    expect(left()).toEqual({ one: ['a'] });
    expect(relayed).toEqual({ emptied: 1, buried: [], left: [new Error('the queue is away')] });
  });

  it('tries what has failed before after all that is new, and counts a try before it is made', async () => {
    const { parts, attempts, tries } = setUp({ old: ['a'], older: ['b'], new: ['c'] }, {}, { old: 1, older: 7 });
    const publish = async (events: readonly AnyEvent[]) => {
      expect(tries.get(events[0]?.id === 'c' ? 'new' : 'old')).toBeGreaterThan(0);
      return parts.publish(events);
    };

    await relayOutbox({ ...parts, publish });

    expect(attempts).toEqual(['c', 'a', 'b']);
  });

  it('leaves out an entry that is settled meanwhile', async () => {
    const { parts, published } = setUp({ one: ['a'], two: ['b'] });
    const claim = async (place: string) => place !== 'one';

    await relayOutbox({ ...parts, outbox: { ...parts.outbox, claim } });

    expect(published).toEqual(['b']);
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
