import { edgeKey } from '../core/facts.ts';
import { byText } from '../core/json.ts';
import { type Edge, kindOf, type Network, type Node, nodeOf } from '../core/network.ts';
import { verbOf } from '../core/rules.ts';
import { cycleIn, cyclicGroups, incoming, type Neighbours, outgoing, reachable } from './graph.ts';

export type Rule =
  | 'open-end'
  | 'function-untriggered'
  | 'queue-unread'
  | 'stream-unread'
  | 'index-unknown'
  | 'cycle-unbounded'
  | 'cycle-stopped-by-lambda'
  | 'node-unreached'
  | 'source-unused';

/** Something that is wrong with a network, or soon will be. */
export interface Finding {
  readonly rule: Rule;
  readonly node: string;
  /** The edge's key, where the finding is about an edge. */
  readonly edge?: string;
  /** What is wrong and what to do about it. */
  readonly sentence: string;
}

/** Where things begin: the world, a clock, a person. An open end counts too: whatever closes it may be one. */
const isSource = (node: Node): boolean =>
  node.kind === 'open' ||
  // Whoever asks a catalog is no part of a network.
  ['http', 'websocket', 'schedule', 'skill', 'external', 'users', 'identities', 'catalog'].includes(node.kind);

const openEnds = (nodes: readonly Node[]): Finding[] =>
  nodes
    .filter((node) => node.kind === 'open')
    .map(({ name, ...node }) => ({
      rule: 'open-end',
      node: name,
      sentence: `The open end "${name}" is not closed: overlay a ${kindOf({ name, ...node } as Node)} of that name, or import it when you compile.`,
    }));

const untriggered = (nodes: readonly Node[], into: Neighbours): Finding[] =>
  nodes
    .filter(({ kind, name }) => kind === 'function' && !into.has(name))
    .map(({ name }) => ({
      rule: 'function-untriggered',
      node: name,
      sentence: `Nothing triggers or calls the function "${name}": give it a trigger, or leave it out.`,
    }));

const unread = (nodes: readonly Node[], outOf: Neighbours): Finding[] =>
  nodes
    .filter(({ kind, name }) => kind === 'queue' && !outOf.has(name))
    .map(({ name }) => ({
      rule: 'queue-unread',
      node: name,
      sentence: `Nobody reads the queue "${name}": its messages expire unread. Let it trigger a function.`,
    }));

const unreadStreams = (nodes: readonly Node[], outOf: Neighbours): Finding[] =>
  nodes
    .filter(({ kind, name }) => kind === 'stream' && !outOf.has(name))
    .map(({ name }) => ({
      rule: 'stream-unread',
      node: name,
      sentence: `Nothing takes from the stream "${name}": its records expire unread. Let it trigger a function or a delivery stream.`,
    }));

const unusedSources = (nodes: readonly Node[], outOf: Neighbours, into: Neighbours): Finding[] =>
  nodes
    .filter(
      ({ kind, name }) =>
        ['http', 'websocket', 'schedule', 'skill'].includes(kind) && !outOf.has(name) && !into.has(name),
    )
    .map(({ kind, name }) => ({
      rule: 'source-unused',
      node: name,
      sentence: `The ${kind} "${name}" triggers nothing: connect it, or leave it out.`,
    }));

const unreachedSentence = (kind: string, name: string): string =>
  kind === 'external'
    ? `Nothing calls the external service "${name}", and it calls nothing: leave it out.`
    : `Nothing reaches the ${kind} "${name}": nothing writes, sends or publishes to it. Connect it, or leave it out.`;

const unreached = (nodes: readonly Node[], into: Neighbours, outOf: Neighbours): Finding[] => {
  const idle = ({ kind, name }: Node): boolean => kind === 'external' && !into.has(name) && !outOf.has(name);
  const lonely = nodes.filter(
    (node) => idle(node) || (!isSource(node) && node.kind !== 'function' && !into.has(node.name)),
  );
  // What follows from a node that is reported already is not reported again.
  const starts = nodes.filter((node) => isSource(node) || !into.has(node.name)).map(({ name }) => name);
  const seen = reachable(starts, outOf);
  const cutOff = nodes.filter(({ name }) => !seen.has(name));
  return [
    ...lonely.map(({ kind, name }) => ({ kind, name, sentence: unreachedSentence(kind, name) })),
    ...cutOff.map(({ kind, name }) => ({
      kind,
      name,
      sentence: `The ${kind} "${name}" is reached only from a cycle that nothing from outside ever starts: give the cycle a trigger.`,
    })),
  ].map(({ name, sentence }) => ({ rule: 'node-unreached', node: name, sentence }));
};

/**
 * Edges along which one event makes the next: a table does not, unless its stream triggers; a user pool that is asked something, or
 * told of a group, does not call its triggers.
 */
const delivers = (edge: Edge): boolean => verbOf(edge.type) !== 'reads' && !edge.type.endsWith(' calls users');

const isBounded = (edge: Edge): boolean => edge.settings.bound !== undefined;

const withEdges = (all: Neighbours, keep: (edge: Edge) => boolean): Neighbours =>
  new Map([...all].map(([name, edges]) => [name, edges.filter(keep)]));

const unboundedCycles = (names: readonly string[], outOf: Neighbours): Finding[] => {
  const open = withEdges(outOf, (edge) => delivers(edge) && !isBounded(edge));
  return cyclicGroups(names, open).map((group) => {
    const cycle = cycleIn(group, open);
    const [first] = cycle as [Edge];
    return {
      rule: 'cycle-unbounded',
      node: first.from,
      edge: edgeKey(first),
      sentence: `Nothing bounds the cycle "${cycle.map(edgeKey).join('", "')}": say on one of its edges what ends it (bound: "..."), or break it.`,
    };
  });
};

/** Lambda watches SQS, SNS and direct calls for loops; tables, buses and streams it does not see. */
const WATCHED = new Set<Edge['type']>([
  'function sends queue',
  'function publishes topic',
  'topic sends queue',
  'queue triggers function',
  'topic triggers function',
  'function calls function',
]);

const stoppedCycles = (network: Network, names: readonly string[], outOf: Neighbours): Finding[] => {
  const watched = withEdges(outOf, ({ type }) => WATCHED.has(type));
  return cyclicGroups(names, watched).flatMap((group) =>
    [...group].sort().flatMap((name) => {
      const node = network.nodes[name];
      if (node?.kind !== 'function' || node.settings.recursiveLoop === 'Allow') return [];
      const sentence = `Lambda stops a loop through "${name}" after some 16 rounds: set recursiveLoop to "Allow" if it is meant to go on.`;
      return [{ rule: 'cycle-stopped-by-lambda' as const, node: name, sentence }];
    }),
  );
};

const unknownIndexes = (network: Network): Finding[] =>
  Object.entries(network.edges).flatMap(([key, edge]) => {
    const index = 'index' in edge.settings ? edge.settings.index : undefined;
    const table = nodeOf(network, edge.to);
    if (index === undefined || table?.kind !== 'table' || Object.hasOwn(table.settings.indexes ?? {}, index)) return [];
    const sentence = `"${key}" reads an index that the table "${table.name}" does not have: add ${index} to its indexes.`;
    return [{ rule: 'index-unknown' as const, node: table.name, edge: key, sentence }];
  });

/** Looks for what cannot be meant. An empty list is a network that can be compiled and run. */
export const check = (network: Network): Finding[] => {
  const nodes = Object.values(network.nodes);
  const names = Object.keys(network.nodes);
  const [into, outOf] = [incoming(network), outgoing(network)];
  return [
    ...openEnds(nodes),
    ...untriggered(nodes, into),
    ...unread(nodes, outOf),
    ...unreadStreams(nodes, outOf),
    ...unknownIndexes(network),
    ...unboundedCycles(names, outOf),
    ...stoppedCycles(network, names, outOf),
    ...unreached(nodes, into, outOf),
    ...unusedSources(nodes, outOf, into),
  ].sort((one, other) => byText(`${one.node} ${one.rule}`, `${other.node} ${other.rule}`));
};
