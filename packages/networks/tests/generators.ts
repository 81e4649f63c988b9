import fc from 'fast-check';
import * as build from '../core/build.ts';
import { edgeBetween, networkOf, opened, type Settings, supplied } from '../core/facts.ts';
import { type Edge, kindOf, type Network, type Node } from '../core/network.ts';
import { EDGE_RULES, edgeTypeOf, KINDS, verbOf } from '../core/rules.ts';
import type { EdgeType, Kind, Verb } from '../core/settings.ts';

/** Few names, so that networks meet; among them those that every object inherits. */
const name = fc.constantFrom('a', 'b', 'c', 'bookOrder', 'constructor', 'toString', 'valueOf');

const oneOf = (...values: unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...values);

/** Words for people: one, the other, or both in any order. */
const words = (one: string, other: string): fc.Arbitrary<unknown> => oneOf(one, other, [other, one], []);

const ALLOWS_READ = { Action: 's3:GetObject', Resource: ['arn:aws:s3:::one/*', 'arn:aws:s3:::other/*'] };
const ALLOWS_WRITE = { Action: ['s3:PutObject'], Resource: 'arn:aws:s3:::one/*' };
const ALLOWS_BOTH = {
  Action: ['s3:PutObject', 's3:GetObject'],
  Resource: 'arn:aws:s3:::one/*',
  Condition: { Bool: { 'aws:SecureTransport': 'true' } },
};

/** Few settings with few values (a default among them), so that definitions of one name differ now and then. */
const NODE_MENU: { readonly [K in Kind]: Readonly<Record<string, fc.Arbitrary<unknown>>> } = {
  function: {
    timeoutSeconds: oneOf(10, 20),
    environment: oneOf({ A: '1' }, { B: '2', A: '1' }, { A: '3' }, {}),
    statements: oneOf([ALLOWS_READ], [ALLOWS_WRITE, ALLOWS_READ], [ALLOWS_BOTH]),
    description: words('does', 'is done'),
  },
  queue: {
    fifo: oneOf(true, false),
    maxReceiveCount: oneOf(5, 8),
    visibilitySeconds: oneOf(30, 60),
    keeps: oneOf(true, false),
    theme: words('front', 'back'),
  },
  topic: { fifo: oneOf(true, false) },
  table: {
    partitionKey: oneOf('id', 'id:N'),
    sortKey: oneOf('at:N'),
    precious: oneOf(true, false),
    indexes: oneOf(
      { ByAge: { partitionKey: 'age:N' } },
      { ByName: { partitionKey: 'name' } },
      { ByAge: { partitionKey: 'age' } },
    ),
  },
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
  secret: { parameter: oneOf('/one', '/other') },
  key: {},
  timer: {},
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

/** One kind for a name most of the time, or every overlay would be a conflict; such kinds as have edges between them. */
const USUAL_KIND = new Map<string, Kind>([
  ['a', 'function'],
  ['b', 'queue'],
  ['c', 'table'],
  ['bookOrder', 'topic'],
  ['constructor', 'function'],
  ['toString', 'http'],
  ['valueOf', 'external'],
]);

export const node: fc.Arbitrary<Node> = name.chain((of) =>
  fc
    .tuple(
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(USUAL_KIND.get(of) as Kind) },
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
    contract: words('shop.order_placed.v1', 'shop.order_packed.v1'),
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

/** What one node may do to another. */
const VERBS = new Set((Object.keys(EDGE_RULES) as EdgeType[]).map(verbOf));

const choices = (nodes: readonly Node[]): Choice[] =>
  nodes.flatMap((from) =>
    nodes.flatMap((to) =>
      [...VERBS].flatMap((verb) => {
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

/** Of those kinds that patterns are made of; the others are read from templates. */
const BUILDERS: { readonly [K in Kind]?: unknown } = { ...build, function: build.func };
const OPENS: { readonly [K in Kind]?: unknown } = build.open;

const isSaid = (type: EdgeType): boolean => {
  const [from, , to] = type.split(' ') as [Kind, Verb, Kind];
  return Object.hasOwn(OPENS, from) && Object.hasOwn(OPENS, to);
};

/** A node at hand, made as a pattern makes it. */
const handleOf = (of: Node): build.Handle => {
  const make = of.kind === 'open' ? OPENS[of.expects] : BUILDERS[of.kind];
  return (make as (name: string, settings: unknown) => build.Handle)(of.name, of.settings);
};

/** A sentence between two nodes that know nothing of each other: now and then of one name, with two definitions. */
export interface Sentence {
  readonly from: Node;
  readonly verb: Verb;
  readonly to: Node;
  readonly settings: Settings;
  say(): Network;
}

/** What a pattern may say of any two nodes. */
export const aSentence: fc.Arbitrary<Sentence> = fc
  .constantFrom(...(Object.keys(EDGE_RULES) as EdgeType[]).filter(isSaid))
  .chain((type) => {
    const [fromKind, verb, toKind] = type.split(' ') as [Kind, Verb, Kind];
    const end = (kind: Kind): fc.Arbitrary<Node> =>
      fc.tuple(name, fc.boolean()).chain(([of, isOpen]) => (isOpen ? openNode(kind, of) : suppliedNode(kind, of)));
    return fc.tuple(end(fromKind), end(toKind), edgeSettings(type)).map(([from, to, settings]) => ({
      ...{ from, verb, to, settings },
      say: () =>
        (handleOf(from) as unknown as Record<Verb, (...said: unknown[]) => Network>)[verb](handleOf(to), settings),
    }));
  });
