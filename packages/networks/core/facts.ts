import { NetworkError } from './errors.ts';
import { byText, canonical, same } from './json.ts';
import { assertName } from './names.ts';
import { type Edge, kindOf, type Network, type Node, type Open, type Supplied } from './network.ts';
import { EDGE_RULES, edgeTypeOf, NODE_DEFAULTS, REQUIRED_OF_NODE, targetsOf, verbOf } from './rules.ts';
import type { EdgeSettings, EdgeType, Json, Kind, NodeSettings, Verb } from './settings.ts';
import { withNormalSums } from './sums.ts';
import { withNormalWords } from './words.ts';

/** Settings as data, for the places that treat all kinds alike. */
export type Settings = Readonly<Record<string, Json>>;

/** What a node's settings are when it says nothing. */
export const defaultsOf = (kind: Kind): Settings => NODE_DEFAULTS[kind] as Settings;

const normal = (settings: Settings): Settings => withNormalSums(withNormalWords(settings));

const without = (settings: Settings, defaults: Settings): Settings =>
  canonical(
    normal(
      Object.fromEntries(
        Object.entries(settings).filter(([key, value]) => !same(value, canonical(defaults[key] ?? null))),
      ),
    ),
  ) as Settings;

/** A supplied node in normal form. Throws for a name or a setting that cannot be. */
export const supplied = <K extends Kind>(kind: K, name: string, settings: NodeSettings[K]): Supplied<K> => {
  for (const required of REQUIRED_OF_NODE[kind] ?? []) {
    if ((settings as Settings)[required] === undefined) {
      throw new NetworkError('setting-missing', `The ${kind} "${name}" needs the setting ${required}.`);
    }
  }
  const normal = without(canonical(settings) as Settings, defaultsOf(kind));
  return Object.freeze({ kind, name: assertName(name), settings: normal }) as Supplied<K>;
};

/**
 * An open end. Its settings are demands, but for its words and for what adds up, which it brings: one that equals a
 * default is still a demand, and stays.
 */
export const opened = <K extends Kind>(expects: K, name: string, settings: Partial<NodeSettings[K]>): Open<K> =>
  Object.freeze({
    kind: 'open',
    name: assertName(name),
    expects,
    settings: canonical(normal(settings as Settings)),
  }) as Open<K>;

/** Reads and writes name their call: the role will allow that one and no other. */
const defaultAction = (type: EdgeType, settings: Settings): Settings => {
  if (settings.action !== undefined) return settings;
  if (type.endsWith(' reads table')) {
    return { ...settings, action: settings.index === undefined ? 'GetItem' : 'Query' };
  }
  if (type.endsWith(' writes table')) return { ...settings, action: 'PutItem' };
  if (type === 'function writes stream' || type === 'http writes stream') return { ...settings, action: 'PutRecord' };
  return settings;
};

const needed = (type: EdgeType): readonly string[] =>
  (EDGE_RULES[type].identity as readonly string[]).filter((field) => field !== 'action' && field !== 'index');

/** An edge in normal form. Throws where there is no such edge, or a setting that it needs is not given. */
export const edgeBetween = (from: Node, verb: Verb, to: Node, given: Settings): Edge => {
  const type = edgeTypeOf(kindOf(from), verb, kindOf(to));
  if (type === undefined) {
    const allowed = targetsOf(kindOf(from), verb).join(' or a ') || 'nothing at all';
    throw new NetworkError(
      'edge-unknown',
      `"${from.name} ${verb} ${to.name}": a ${kindOf(from)} ${verb} a ${allowed}, and "${to.name}" is a ${kindOf(to)}.`,
    );
  }
  const missing = needed(type).find((field) => given[field] === undefined);
  if (missing !== undefined) {
    throw new NetworkError('setting-missing', `"${from.name} ${verb} ${to.name}" needs the setting ${missing}.`);
  }
  const settings = without(
    canonical(defaultAction(type, given)) as Settings,
    EDGE_RULES[type].defaults as EdgeSettings[typeof type] & Settings,
  );
  return Object.freeze({ type, from: from.name, to: to.name, settings }) as Edge;
};

/** `api triggers newGame POST /games`: what makes an edge this edge, as a sentence. */
export const edgeKey = (edge: Edge): string => {
  const settings = edge.settings as Settings;
  const identity = (EDGE_RULES[edge.type].identity as readonly string[])
    .map((field) => settings[field])
    .filter((value) => value !== undefined)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return [edge.from, verbOf(edge.type), edge.to, ...identity].join(' ');
};

const sortedRecord = <T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> =>
  Object.freeze(Object.fromEntries([...entries].sort(([one], [other]) => byText(one, other))));

/** The network of these nodes by name and edges by key; the caller has seen to it that the keys are theirs. */
export const networkOfEntries = (
  nodes: Iterable<readonly [string, Node]>,
  edges: Iterable<readonly [string, Edge]>,
): Network => Object.freeze({ nodes: sortedRecord(nodes), edges: sortedRecord(edges) });

/** The network of these nodes and edges; the caller has seen to it that no name has two meanings. */
export const networkOf = (nodes: Iterable<Node>, edges: Iterable<Edge>): Network =>
  networkOfEntries(
    [...nodes].map((node) => [node.name, node] as const),
    [...edges].map((edge) => [edgeKey(edge), edge] as const),
  );
