import { NetworkError } from '../core/errors.ts';
import { edgeBetween, networkOf, opened, type Settings, supplied } from '../core/facts.ts';
import { type Edge, type Network, type Node, nodeOf } from '../core/network.ts';
import { EDGE_RULES, KINDS, verbOf } from '../core/rules.ts';
import type { EdgeType, Kind } from '../core/settings.ts';

const invalid = (what: string): NetworkError => new NetworkError('network-invalid', `This is no network: ${what}.`);

const record = (value: unknown, what: string): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(`${what} is not an object`);
};

const kind = (value: unknown, name: string): Kind => {
  if (KINDS.includes(value as Kind)) return value as Kind;
  throw invalid(`"${name}" is of kind ${JSON.stringify(value)}, which is none of ${KINDS.join(', ')}, open`);
};

const parseNode = ([name, value]: [string, unknown]): Node => {
  const given = record(value, `the node "${name}"`);
  const settings = record(given.settings ?? {}, `what "${name}" has as settings`) as Settings;
  return given.kind === 'open'
    ? opened(kind(given.expects, name), name, settings)
    : (supplied(kind(given.kind, name), name, settings as never) as Node);
};

const parseEdge = (nodes: Network, [key, value]: [string, unknown]): Edge => {
  const given = record(value, `the edge "${key}"`);
  const type = given.type;
  if (typeof type !== 'string' || !Object.hasOwn(EDGE_RULES, type)) throw invalid(`"${key}" has no known type`);
  const [from, to] = ['from', 'to'].map((end) => {
    const node = nodeOf(nodes, String(given[end]));
    if (node === undefined) throw invalid(`"${key}" has an end "${String(given[end])}" that is not among the nodes`);
    return node;
  }) as [Node, Node];
  const settings = record(given.settings ?? {}, `what "${key}" has as settings`) as Settings;
  const edge = edgeBetween(from, verbOf(type as EdgeType), to, settings);
  if (edge.type !== type) throw invalid(`"${key}" is said to be "${type}", and its ends make it "${edge.type}"`);
  return edge;
};

/** Reads a network back from its JSON (parsed). Throws a `NetworkError` that says what is wrong. */
export const parse = (value: unknown): Network => {
  const given = record(value, 'it');
  const nodes = Object.entries(record(given.nodes, 'nodes')).map(parseNode);
  const withoutEdges = networkOf(nodes, []);
  return networkOf(
    nodes,
    Object.entries(record(given.edges, 'edges')).map((entry) => parseEdge(withoutEdges, entry)),
  );
};
