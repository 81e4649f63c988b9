import { describe, expect, it } from '@jest/globals';
import { edgeBetween, networkOf, opened, supplied } from '../core/facts.ts';
import type { Edge, Node } from '../core/network.ts';
import { EDGE_RULES, verbOf } from '../core/rules.ts';
import type { EdgeType, Json, Kind } from '../core/settings.ts';
import { CompileError, compile, func, open, overlay, queue, topic } from '../index.ts';

const NODE_SETTINGS: { readonly [K in Kind]?: object } = {
  table: { partitionKey: 'id' },
  schedule: { expression: 'rate(1 minute)' },
};
const EDGE_SETTINGS: Readonly<Record<string, Json>> = {
  method: 'GET',
  path: '/',
  route: '$default',
  pattern: { source: ['shop'] },
  trigger: 'PostConfirmation',
};
/** Refused by themselves, with whatever reaches them. */
const ONLY_DRAWN: readonly Kind[] = [
  ...['users', 'identities', 'archive', 'pipe', 'log'],
  ...['delivery', 'bucket', 'parameter', 'catalog'],
] as Kind[];

/** What is compiled of two nodes and the edges between them; or the code of the refusal. */
const compiled = (nodes: readonly Node[], edges: readonly Edge[]): string => {
  try {
    return JSON.stringify(compile(networkOf(nodes, edges), { imports: 'params' }));
  } catch (error) {
    if (error instanceof CompileError) return error.code;
    throw error;
  }
};

const types = Object.keys(EDGE_RULES) as EdgeType[];
const ends = [
  ['both ends here', false, false],
  ['its beginning elsewhere', true, false],
  ['its end elsewhere', false, true],
] as const;

describe.each(types.map((type) => [type, ...(type.split(' ') as [Kind, string, Kind])] as const))(
  'an edge "%s"',
  (type, fromKind, _verb, toKind) => {
    const node = (kind: Kind, name: string, isOpen: boolean): Node =>
      isOpen ? opened(kind, name, {}) : (supplied(kind, name, (NODE_SETTINGS[kind] ?? {}) as never) as Node);
    const needed = (EDGE_RULES[type].identity as readonly string[]).filter((field) => field in EDGE_SETTINGS);
    const settings = Object.fromEntries(needed.map((field) => [field, EDGE_SETTINGS[field] as Json]));

    // The outside calls by itself: there is nothing to compile, and nothing is lost.
    const isOfOthers = fromKind === 'external';

    it.each(ends)('with %s is compiled or refused, never left out in silence', (_which, fromOpen, toOpen) => {
      const [from, to] = [node(fromKind, 'origin', fromOpen), node(toKind, 'target', toOpen)];
      const without = compiled([from, to], []);

      const result = compiled([from, to], [edgeBetween(from, verbOf(type), to, settings)]);

      if ([fromKind, toKind].some((kind) => ONLY_DRAWN.includes(kind))) expect(result).toBe('node-only-drawn');
      // What nothing is triggered by is refused by itself, whoever writes it.
      else if (toKind === 'timer' && !fromOpen && !toOpen) expect(result).toBe('timer-target');
      else expect(result === without).toBe(isOfOthers);
    });
  },
);

describe('a node that is only drawn', () => {
  it('is refused by name, open or not', () => {
    const text = '"players" (user pool) is drawn and checked, but not compiled';

    const [pool, elsewhere] = [supplied('users', 'players', {}), opened('users', 'players', {})];

    expect(() => compile(overlay({ node: pool }))).toThrow(text);
    expect(() => compile(overlay({ node: elsewhere }), { imports: 'params' })).toThrow(text);
  });
});

describe('an edge that another stack makes', () => {
  it('is refused by name, and says where it belongs', () => {
    expect(() => compile(overlay(topic('news').sends(open.queue('orders'))), { imports: 'params' })).toThrow(
      '"news sends orders" is made where "orders" is, and "orders" is an open end here: overlay it, or compile only the part that this stack holds.',
    );
    expect(() => compile(overlay(queue('orders').triggers(open.function('pack'))))).toThrow('"orders triggers pack"');
    expect(() => compile(overlay(open.function('pack').sends(queue('orders'))))).toThrow('"pack sends orders"');
  });

  it('is no obstacle when what it reaches is elsewhere and its function is here', () => {
    expect(() => compile(overlay(func('pack').sends(open.queue('orders'))), { imports: 'params' })).not.toThrow();
  });
});
