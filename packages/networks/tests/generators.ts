import fc from 'fast-check';
import { edgeBetween, networkOf, opened, type Settings, supplied } from '../core/facts.ts';
import { type Edge, kindOf, type Network, type Node } from '../core/network.ts';
import { EDGE_RULES, edgeTypeOf, KINDS, VERBS } from '../core/rules.ts';
import type { EdgeType, Kind, Verb } from '../core/settings.ts';

/** Few names, so that networks meet; among them those that every object inherits. */
const name = fc.constantFrom('a', 'b', 'c', 'bookOrder', 'constructor', 'toString', 'valueOf');

const oneOf = (...values: unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...values);

/** Words for people: one, the other, or both in any order. */
const words = (one: string, other: string): fc.Arbitrary<unknown> => oneOf(one, other, [other, one], []);

/** Few settings with few values (a default among them), so that definitions of one name differ now and then. */
const NODE_MENU: { readonly [K in Kind]: Readonly<Record<string, fc.Arbitrary<unknown>>> } = {
  function: {
    timeoutSeconds: oneOf(10, 20),
    environment: oneOf({ A: '1' }, { B: '2', A: '1' }),
    description: words('does', 'is done'),
  },
  queue: { fifo: oneOf(true, false), maxReceiveCount: oneOf(5, 8), theme: words('front', 'back') },
  topic: { fifo: oneOf(true, false) },
  table: { partitionKey: oneOf('id', 'id:N'), sortKey: oneOf('at:N') },
  bus: {},
  stream: { shards: oneOf(1, 2) },
  http: { style: oneOf('http', 'rest') },
  websocket: {},
  schedule: { expression: oneOf('rate(1 minute)', 'rate(1 day)'), enabled: oneOf(true, false) },
  skill: { id: oneOf('x') },
  external: { url: oneOf('https://one.example', 'https://other.example') },
  users: {},
  identities: {},
  archive: {},
  pipe: {},
  log: { group: oneOf('/aws/events/one', '/aws/events/other') },
  secret: {},
  delivery: {},
  bucket: {},
  parameter: {},
  catalog: {},
};

const REQUIRED: readonly string[] = ['partitionKey', 'expression'];

const suppliedNode = (kind: Kind, of: string): fc.Arbitrary<Node> =>
  fc
    .record(NODE_MENU[kind], {
      requiredKeys: Object.keys(NODE_MENU[kind]).filter((key) => REQUIRED.includes(key)) as never[],
    })
    .map((settings) => supplied(kind, of, settings as never) as Node);

const openNode = (kind: Kind, of: string): fc.Arbitrary<Node> =>
  fc.record(NODE_MENU[kind], { requiredKeys: [] }).map((settings) => opened(kind, of, settings as never));

/** One kind for a name most of the time, or every overlay would be a conflict. */
const usualKind = (of: string): Kind => KINDS[(of.length * 7 + of.charCodeAt(0)) % KINDS.length] as Kind;

export const node: fc.Arbitrary<Node> = name.chain((of) =>
  fc
    .tuple(
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(usualKind(of)) },
        { weight: 1, arbitrary: fc.constantFrom(...KINDS) },
      ),
      fc.boolean(),
    )
    .chain(([kind, isOpen]) => (isOpen ? openNode(kind, of) : suppliedNode(kind, of))),
);

const EDGE_MENU: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  method: oneOf('GET', 'POST'),
  path: oneOf('/', '/games'),
  route: oneOf('$default', 'say'),
  trigger: oneOf('PreSignUp', 'PostConfirmation'),
  pattern: oneOf({ source: ['a'] }, { source: ['b'] }),
};

export const edgeSettings = (type: EdgeType): fc.Arbitrary<Settings> => {
  const needed = (EDGE_RULES[type].identity as readonly string[]).filter((field) => field in EDGE_MENU);
  const menu = {
    ...Object.fromEntries(needed.map((field) => [field, EDGE_MENU[field]])),
    title: words('one', 'other'),
    bound: words('ends', 'stops'),
    // Not every edge has batches, but overlay asks no more than whether two of them differ.
    batchSize: oneOf(1, 2),
  };
  return fc.record(menu as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: needed }) as fc.Arbitrary<Settings>;
};

interface Choice {
  readonly from: Node;
  readonly verb: Verb;
  readonly to: Node;
  readonly type: EdgeType;
}

const choices = (nodes: readonly Node[]): Choice[] =>
  nodes.flatMap((from) =>
    nodes.flatMap((to) =>
      VERBS.flatMap((verb) => {
        const type = edgeTypeOf(kindOf(from), verb, kindOf(to));
        return type === undefined ? [] : [{ from, verb, to, type }];
      }),
    ),
  );

const edges = (nodes: readonly Node[]): fc.Arbitrary<readonly Edge[]> => {
  const possible = choices(nodes);
  if (possible.length === 0) return fc.constant([]);
  const edge = fc
    .constantFrom(...possible)
    .chain(({ from, verb, to, type }) => edgeSettings(type).map((settings) => edgeBetween(from, verb, to, settings)));
  return fc.array(edge, { maxLength: 5 });
};

/** Networks of a few nodes that share names, so that overlays merge, close, and conflict. */
export const aNetwork: fc.Arbitrary<Network> = fc
  .uniqueArray(node, { maxLength: 5, selector: (one) => one.name })
  .chain((nodes) => edges(nodes).map((sentences) => networkOf(nodes, sentences)));
