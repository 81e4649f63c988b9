import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { networkOf, opened, type Settings, supplied } from '../core/facts.ts';
import type { Words } from '../core/settings.ts';
import { described, listOfWords, undescribed } from '../core/words.ts';
import {
  type Conflicts,
  empty,
  isConflicts,
  type Network,
  type Node,
  parse,
  part,
  rename,
  tryOverlay,
} from '../index.ts';
import { aNetwork, node } from './generators.ts';

/** Any value of the algebra: a network, or what comes of one that contradicts another. */
const value: fc.Arbitrary<Network | Conflicts> = fc
  .array(aNetwork, { minLength: 1, maxLength: 3 })
  .map((networks) => tryOverlay(...networks));

const WORDS = ['description', 'theme', 'title', 'bound'];

/** Equality is of bytes: the order of keys is part of it. */
const bytes = (of: Network | Conflicts): string => JSON.stringify(of);

const law = (predicate: (a: Network | Conflicts, b: Network | Conflicts, c: Network | Conflicts) => void): void =>
  fc.assert(fc.property(value, value, value, predicate), { numRuns: 600 });

describe('overlay, on networks and on conflicts', () => {
  it('meets networks, conflicts of nodes, conflicts of edges and closed open ends in these tests', () => {
    const seen = new Set<string>();

    law((a, b) => {
      const result = tryOverlay(a, b);
      if (!isConflicts(result)) seen.add('network');
      else for (const { about, field } of result.conflicts) seen.add(about).add(field);
      const opens = [a, b].some(
        (one) => !isConflicts(one) && Object.values(one.nodes).some(({ kind }) => kind === 'open'),
      );
      if (opens && !isConflicts(result) && Object.values(result.nodes).every(({ kind }) => kind !== 'open'))
        seen.add('closed');
    });

    expect([...seen]).toEqual(
      expect.arrayContaining(['network', 'node', 'edge', 'kind', 'fifo', 'batchSize', 'closed']),
    );
  });

  it('has the empty network as its identity', () => {
    law((a) => {
      expect(bytes(tryOverlay(a, empty))).toBe(bytes(a));
      expect(bytes(tryOverlay(empty, a))).toBe(bytes(a));
    });
  });

  it('is commutative', () => {
    law((a, b) => expect(bytes(tryOverlay(a, b))).toBe(bytes(tryOverlay(b, a))));
  });

  it('is associative, and the same for many at once', () => {
    law((a, b, c) => {
      const left = bytes(tryOverlay(tryOverlay(a, b), c));
      expect(left).toBe(bytes(tryOverlay(a, tryOverlay(b, c))));
      expect(left).toBe(bytes(tryOverlay(a, b, c)));
    });
  });

  it('is idempotent', () => {
    law((a) => expect(bytes(tryOverlay(a, a))).toBe(bytes(a)));
  });

  it('absorbs what is there already', () => {
    law((a, b) => expect(bytes(tryOverlay(a, tryOverlay(a, b)))).toBe(bytes(tryOverlay(a, b))));
  });

  it('never takes a conflict back, and reports the same ones whatever the order', () => {
    law((a, b, c) => {
      const [one, other] = [tryOverlay(a, b, c), tryOverlay(c, tryOverlay(b, a))];

      if (isConflicts(a)) expect(isConflicts(one)).toBe(true);
      expect(isConflicts(one) ? one.conflicts : []).toEqual(isConflicts(other) ? other.conflicts : []);
    });
  });

  it('closes an open end with whatever meets its demands, and with nothing else', () => {
    fc.assert(
      fc.property(node, node, (open, by) => {
        fc.pre(open.kind === 'open' && by.kind !== 'open');
        const named = { ...by, name: open.name } as Node;
        const meets =
          open.kind === 'open' &&
          open.expects === named.kind &&
          Object.entries(undescribed(open).settings).every(([field, wanted]) => {
            const without = supplied(named.kind as never, named.name, { ...named.settings, [field]: wanted } as never);
            return (
              JSON.stringify(without) ===
              JSON.stringify(supplied(named.kind as never, named.name, named.settings as never))
            );
          });

        const result = tryOverlay({ node: open }, { node: named });

        expect(isConflicts(result)).toBe(!meets);
        if (!isConflicts(result)) expect(undescribed(result.nodes[open.name] as Node)).toEqual(undescribed(named));
      }),
      { numRuns: 3000 },
    );
  });

  it('narrows open ends that agree to one that demands what both do', () => {
    const result = tryOverlay(
      { node: opened('queue', 'jobs', { fifo: true }) },
      { node: opened('queue', 'jobs', { maxReceiveCount: 3 }) },
    );

    expect(result).toEqual(tryOverlay({ node: opened('queue', 'jobs', { fifo: true, maxReceiveCount: 3 }) }));
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
        const result = tryOverlay(any, reworded);

        expect(bytes(tryOverlay(bare(any), any))).toBe(bytes(any));
        expect(isConflicts(tryOverlay(any, other))).toBe(isConflicts(tryOverlay(bare(any), bare(other))));
        expect(isConflicts(result)).toBe(false);
        if (!isConflicts(result))
          expect(said(result)).toEqual(expect.arrayContaining([...said(any), ...said(reworded)]));
      }),
      { numRuns: 600 },
    );
  });

  it('survives a trip through JSON', () => {
    law((a) => {
      if (!isConflicts(a)) expect(bytes(parse(JSON.parse(bytes(a))))).toBe(bytes(a));
    });
  });
});

describe('part and rename', () => {
  it('share a network out among stacks so that the parts overlay to the whole again', () => {
    fc.assert(
      fc.property(aNetwork, fc.infiniteStream(fc.nat(2)), (whole, stackOf) => {
        const stacks: string[][] = [[], [], []];
        for (const name of Object.keys(whole.nodes)) stacks[stackOf.next().value as number]?.push(name);

        expect(bytes(tryOverlay(...stacks.map((names) => part(whole, names))))).toBe(bytes(whole));
      }),
    );
  });

  it('give the same network back when the names go back', () => {
    fc.assert(
      fc.property(aNetwork, (any) => {
        const there = Object.fromEntries(Object.keys(any.nodes).map((name) => [name, `${name}2`]));
        const back = Object.fromEntries(Object.entries(there).map(([from, to]) => [to, from]));

        expect(bytes(rename(rename(any, there), back))).toBe(bytes(any));
      }),
    );
  });
});
