import { NetworkError } from '../core/errors.ts';
import { networkOf, opened, type Settings, supplied } from '../core/facts.ts';
import { type Edge, kindOf, type Network, type Node, nodeOf } from '../core/network.ts';
import { NODE_DEFAULTS, verbOf } from '../core/rules.ts';
import type { EdgeType, Kind } from '../core/settings.ts';

/**
 * Whose edge it is: what is delivered belongs to the receiver (the trigger is configured there), what a
 * function does belongs to the function (its role allows it there).
 */
export const ownerOf = (edge: Edge): string => {
  const delivers = verbOf(edge.type) === 'triggers' || !edge.type.startsWith('function ');
  return delivers ? edge.to : edge.from;
};

/** The gateways, clocks and skills that trigger a function are made by the function's stack: they go with it. */
const MADE_WITH_THE_FUNCTION = new Set<Kind>(['http', 'websocket', 'schedule', 'skill', 'pipe']);

/** What no stack makes goes with whoever has to do with it. */
const MADE_BY_NOBODY = new Set<Kind>(['external', 'secret']);

/**
 * Deliveries that the sender's stack has to know of as well, though the receiver makes them: a queue hides what was taken for as
 * long as its reader may take, a table has a stream, a timer's role may call its target.
 */
const SHOWN_TO_THE_SENDER = new Set<EdgeType>([
  'queue triggers function',
  'table triggers function',
  'timer triggers function',
]);

/** The open end that stands for a node of another stack: of a function with its timeout, which its queue must know. */
const standIn = (node: Node): Node => {
  if (node.kind !== 'function') return opened(kindOf(node), node.name, {});
  const { timeoutSeconds } = { ...NODE_DEFAULTS.function, ...node.settings };
  return opened('function', node.name, { timeoutSeconds });
};

/**
 * The part of a network that one stack holds: the nodes of these names with the edges that they own or must know of; what
 * those edges reach elsewhere becomes an open end. Parts that share out all nodes overlay to the whole again.
 * Throws a `NetworkError` for a name that the network does not have.
 */
export const part = <Said extends string>(network: Network<Said>, names: readonly string[]): Network<Said> => {
  const own = new Set(names);
  for (const name of own) {
    if (nodeOf(network, name) === undefined) {
      throw new NetworkError('node-unknown', `There is no node "${name}" in this network.`);
    }
  }
  const isOwned = (edge: Edge): boolean => own.has(ownerOf(edge));
  const all = Object.values(network.edges);
  const edges = all.filter((edge) => isOwned(edge) || (SHOWN_TO_THE_SENDER.has(edge.type) && own.has(edge.from)));
  const triggering = new Set(
    all.filter((edge) => isOwned(edge) && verbOf(edge.type) !== 'calls').map(({ from }) => from),
  );
  const isHere = (node: Node): boolean =>
    own.has(node.name) ||
    node.kind === 'open' ||
    MADE_BY_NOBODY.has(node.kind) ||
    (MADE_WITH_THE_FUNCTION.has(node.kind) && triggering.has(node.name));
  const nodes = [...new Set([...own, ...edges.flatMap(({ from, to }) => [from, to])])].map((name): Node => {
    const node = nodeOf(network, name) as Node;
    return isHere(node) ? node : standIn(node);
  });
  return networkOf(nodes, edges) as Network<Said>;
};

type Renamed<Name extends string, Names> = Name extends keyof Names ? Extract<Names[Name], string> : Name;

/** What functions do, under other names. */
type SaidRenamed<Said extends string, Names> = Said extends `${infer From} ${infer Verb} ${infer Kind} ${infer To}`
  ? `${Renamed<From, Names>} ${Verb} ${Kind} ${Renamed<To, Names>}`
  : never;

/**
 * The same network under other names, given as `{ old: 'new' }`: how one pattern is used twice.
 * Throws a `NetworkError` for a name that the network does not have, and for a new name that another of its nodes has or
 * gets: two nodes become one by being overlaid, and not by mistake.
 */
export const rename = <Said extends string, const Names extends Readonly<Record<string, string>>>(
  network: Network<Said>,
  names: Names,
): Network<SaidRenamed<Said, Names>> => {
  const given = new Map(Object.entries(names));
  const renamed = (name: string): string => given.get(name) ?? name;
  const before = new Map<string, string>();
  for (const name of [...given.keys(), ...Object.keys(network.nodes)]) {
    const known = before.get(renamed(name));
    if (nodeOf(network, name) === undefined) {
      throw new NetworkError(
        'node-unknown',
        `There is no node "${name}" in this network that could be renamed to "${renamed(name)}".`,
      );
    }
    if (known !== undefined && known !== name) {
      throw new NetworkError(
        'name-taken',
        `"${known}" and "${name}" would both be called "${renamed(name)}": give each node a name of its own.`,
      );
    }
    before.set(renamed(name), name);
  }
  const nodes = Object.values(network.nodes).map((node): Node => {
    const name = renamed(node.name);
    const settings = node.settings as Settings;
    return node.kind === 'open'
      ? opened(node.expects, name, settings)
      : (supplied(node.kind, name, settings as never) as Node);
  });
  const edges = Object.values(network.edges).map((edge) =>
    Object.freeze({ ...edge, from: renamed(edge.from), to: renamed(edge.to) }),
  );
  return networkOf(nodes, edges) as Network<SaidRenamed<Said, Names>>;
};
