import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { edgeBetween, networkOf, opened, type Settings, supplied } from '../core/facts.ts';
import type { Words } from '../core/settings.ts';
import { sumOf, withoutSums } from '../core/sums.ts';
import { described, listOfWords, undescribed } from '../core/words.ts';
import { type Network, type Node, OverlayError, overlay, type Part, part, rename } from '../index.ts';
import { aNetwork, aSentence, node } from './generators.ts';

const WORDS = ['description', 'theme', 'title', 'bound', 'contract'];

/** What comes of an overlay: the bytes of a network (the order of keys is part of it), or the error. */
const outcome = (make: () => Network): string => {
  try {
    return JSON.stringify(make());
  } catch (error) {
    if (error instanceof OverlayError) return error.message;
    throw error;
  }
};

const overlaid = (...parts: readonly Part[]): string => outcome(() => overlay(...parts));

/** Whether there is a result; of an error only that it is one. */
const orError = (text: string): string => (text.startsWith('{') ? text : 'an error');

const law = (predicate: (a: Network, b: Network, c: Network) => void): void =>
  fc.assert(fc.property(aNetwork, aNetwork, aNetwork, predicate), { numRuns: 600 });

const conflictsOf = (...parts: readonly Part[]): OverlayError['conflicts'] => {
  try {
    overlay(...parts);
    return [];
  } catch (error) {
    return (error as OverlayError).conflicts;
  }
};

describe('overlay', () => {
  it('meets networks, conflicts of nodes, edges and sums, and closed open ends in these tests', () => {
    const seen = new Set<string>();

    const meet = (a: Network, b: Network): void => {
      const conflicts = conflictsOf(a, b);
      for (const { about, field } of conflicts) seen.add(about).add(field);
      if (conflicts.length > 0) return;
      seen.add('network');
      const closed = Object.values(overlay(a, b).nodes).some(
        ({ kind, name }) =>
          kind !== 'open' && [a, b].some(({ nodes }) => Object.hasOwn(nodes, name) && nodes[name]?.kind === 'open'),
      );
      if (closed) seen.add('closed');
    };
    fc.assert(fc.property(aNetwork, aNetwork, meet), { numRuns: 1500 });

    expect([...seen]).toEqual(
      expect.arrayContaining([
        'network',
        'node',
        'edge',
        'kind',
        'fifo',
        'batchSize',
        'environment.A',
        'indexes.ByAge',
        'closed',
      ]),
    );
  });

  it('has the empty network as its identity', () => {
    law((a) => {
      expect(overlaid(a, overlay())).toBe(JSON.stringify(a));
      expect(overlaid(overlay(), a)).toBe(JSON.stringify(a));
    });
  });

  it('is commutative, conflicts included', () => {
    law((a, b) => expect(overlaid(a, b)).toBe(overlaid(b, a)));
  });

  it('is associative, and the same for many at once: there is a result in each grouping, or in none', () => {
    law((a, b, c) => {
      const all = orError(overlaid(a, b, c));
      expect(orError(outcome(() => overlay(overlay(a, b), c)))).toBe(all);
      expect(orError(outcome(() => overlay(a, overlay(b, c))))).toBe(all);
    });
  });

  it('is idempotent', () => {
    law((a) => expect(overlaid(a, a)).toBe(JSON.stringify(a)));
  });

  it('absorbs what is there already', () => {
    law((a, b) => expect(outcome(() => overlay(a, overlay(a, b)))).toBe(overlaid(a, b)));
  });

  it('names the same conflicts whatever the order of its parts', () => {
    law((a, b, c) => expect(overlaid(a, b, c)).toBe(overlaid(c, a, b)));
  });

  it('closes an open end with whatever meets its demands, and with nothing else', () => {
    fc.assert(
      fc.property(node, node, (open, by) => {
        fc.pre(open.kind === 'open' && by.kind !== 'open');
        const named = { ...by, name: open.name } as Node;
        const text = (of: Node): string => JSON.stringify(supplied(of.kind as never, of.name, of.settings as never));
        const meets =
          open.kind === 'open' &&
          open.expects === named.kind &&
          sumOf([open.settings as Settings, named.settings as Settings]).clashes.length === 0 &&
          Object.entries(withoutSums(undescribed(open).settings as Settings)).every(
            ([field, wanted]) =>
              text({ ...named, settings: { ...named.settings, [field]: wanted } } as Node) === text(named),
          );

        const conflicts = conflictsOf({ node: open }, { node: named });

        expect(conflicts.length === 0).toBe(meets);
        if (!meets) return;
        const result = undescribed(overlay({ node: open }, { node: named }).nodes[open.name] as Node);
        expect(withoutSums(result.settings as Settings)).toEqual(withoutSums(undescribed(named).settings as Settings));
      }),
      { numRuns: 1500 },
    );
  });

  it('narrows open ends that agree to one that demands what both do', () => {
    const result = overlay(
      { node: opened('queue', 'jobs', { fifo: true }) },
      { node: opened('queue', 'jobs', { maxReceiveCount: 3 }) },
    );

    expect(result).toEqual(overlay({ node: opened('queue', 'jobs', { fifo: true, maxReceiveCount: 3 }) }));
  });

  it('keeps all that is said for people, and finds no conflict in it', () => {
    const bare = (of: Network): Network =>
      networkOf(Object.values(of.nodes).map(undescribed), Object.values(of.edges).map(undescribed));
    const said = (of: Network): [string, unknown][] =>
      [...Object.values(of.nodes), ...Object.values(of.edges)].flatMap(({ settings }) =>
        WORDS.flatMap((field) =>
          listOfWords((settings as Settings)[field] as Words).map((word): [string, unknown] => [field, word]),
        ),
      );
    fc.assert(
      fc.property(aNetwork, aNetwork, (any, other) => {
        const reworded = networkOf(
          Object.values(any.nodes).map((one) => described(undescribed(one), { theme: ['else', 'where'] })),
          Object.values(any.edges).map((one) => described(undescribed(one), { title: 'otherwise', bound: 'at last' })),
        );
        const result = overlay(any, reworded);

        expect(overlaid(bare(any), any)).toBe(JSON.stringify(any));
        expect(overlaid(any, other).startsWith('{')).toBe(overlaid(bare(any), bare(other)).startsWith('{'));
        expect(said(result)).toEqual(expect.arrayContaining([...said(any), ...said(reworded)]));
      }),
      { numRuns: 600 },
    );
  });

  it('makes of a network that went through JSON the same one', () => {
    law((a) => expect(overlaid(JSON.parse(JSON.stringify(a)))).toBe(JSON.stringify(a)));
  });
});

describe('a sentence of the builders', () => {
  it('is the overlay of its ends and its edge, also where both ends have one name: nothing is lost in silence', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(aSentence, ({ from, verb, to, settings, say }) => {
        const made = outcome(say);
        seen.add(orError(made) === made ? 'said' : 'an error').add(from.name === to.name ? 'one name' : 'two names');

        expect(made).toBe(
          outcome(() => overlay({ node: from }, { node: to }, networkOf([], [edgeBetween(from, verb, to, settings)]))),
        );
      }),
      { numRuns: 1000 },
    );

    expect([...seen].sort()).toEqual(['an error', 'one name', 'said', 'two names']);
  });
});

describe('part and rename', () => {
  it('share a network out among stacks so that the parts overlay to the whole again', () => {
    fc.assert(
      fc.property(aNetwork, fc.infiniteStream(fc.nat(2)), (whole, stackOf) => {
        const stacks: string[][] = [[], [], []];
        for (const name of Object.keys(whole.nodes)) stacks[stackOf.next().value as number]?.push(name);

        expect(overlaid(...stacks.map((names) => part(whole, names)))).toBe(JSON.stringify(whole));
      }),
    );
  });

  it('give the same network back when the names go back', () => {
    fc.assert(
      fc.property(aNetwork, (any) => {
        const there = Object.fromEntries(Object.keys(any.nodes).map((name) => [name, `${name}2`]));
        const back = Object.fromEntries(Object.entries(there).map(([from, to]) => [to, from]));

        expect(JSON.stringify(rename(rename(any, there), back))).toBe(JSON.stringify(any));
      }),
    );
  });
});
