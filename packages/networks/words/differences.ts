import { actionsOf } from '../compile/actions.ts';
import { defaultsOf, type Settings } from '../core/facts.ts';
import { same, shown } from '../core/json.ts';
import { type Edge, kindOf, type Network, type Node } from '../core/network.ts';
import { EDGE_RULES } from '../core/rules.ts';

const described = (node: Node): string =>
  node.kind === 'open' ? `the open end "${node.name}" (a ${node.expects})` : `the ${node.kind} "${node.name}"`;

const changedSettings = (what: string, before: Settings, after: Settings): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .filter((field) => !same(before[field], after[field]))
    .map((field) => `changes ${field} of ${what} from ${shown(before[field])} to ${shown(after[field])}`);

const changedNode = (before: Node, after: Node): string[] => {
  if (before.kind !== after.kind || kindOf(before) !== kindOf(after))
    return [`turns ${described(before)} into ${described(after)}`];
  const defaults = before.kind === 'open' ? {} : defaultsOf(before.kind);
  return changedSettings(
    described(before),
    { ...defaults, ...(before.settings as Settings) },
    { ...defaults, ...(after.settings as Settings) },
  );
};

const changedEdge = (key: string, before: Edge, after: Edge): string[] => {
  if (before.type !== after.type) return [];
  const defaults = EDGE_RULES[before.type].defaults as Settings;
  return changedSettings(
    `"${key}"`,
    { ...defaults, ...(before.settings as Settings) },
    { ...defaults, ...(after.settings as Settings) },
  );
};

interface Compared<T> {
  readonly removed: readonly [string, T][];
  readonly kept: readonly [string, T, T][];
  readonly added: readonly [string, T][];
}

const compared = <T>(before: Readonly<Record<string, T>>, after: Readonly<Record<string, T>>): Compared<T> => ({
  removed: Object.entries(before).filter(([key]) => !Object.hasOwn(after, key)),
  kept: Object.entries(before).flatMap(([key, value]) =>
    Object.hasOwn(after, key) ? [[key, value, after[key] as T]] : [],
  ),
  added: Object.entries(after).filter(([key]) => !Object.hasOwn(before, key)),
});

/** What Lambda does with a queue in the name of the function that it triggers. */
const TAKING = 'sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes';

/** What an edge lets its function do, as `checkout may sqs:SendMessage on orders`. */
const permissionsBy = (edge: Edge): string[] => {
  if (edge.type === 'queue triggers function') return [`${edge.to} may ${TAKING} on ${edge.from}`];
  const index = 'index' in edge.settings && edge.settings.index !== undefined ? `, index ${edge.settings.index}` : '';
  return actionsOf(edge).map((action) => `${edge.from} may ${action} on ${edge.to}${index}`);
};

const permissionsOf = (network: Network): Set<string> => new Set(Object.values(network.edges).flatMap(permissionsBy));

const changedPermissions = (before: Network, after: Network): string[] => {
  const [old, now] = [permissionsOf(before), permissionsOf(after)];
  return [
    ...[...old].filter((one) => !now.has(one)).map((one) => `no longer: ${one}`),
    ...[...now].filter((one) => !old.has(one)).map((one) => `from now on: ${one}`),
  ];
};

/**
 * What changed from one network to another, a sentence each: nodes, then edges, then what functions may do.
 * Equal networks have none.
 */
export const differences = (before: Network, after: Network): string[] => {
  const nodes = compared(before.nodes, after.nodes);
  const edges = compared(before.edges, after.edges);
  return [
    ...nodes.removed.map(([, node]) => `removes ${described(node)}`),
    ...nodes.added.map(([, node]) => `adds ${described(node)}`),
    ...nodes.kept.flatMap(([, one, other]) => changedNode(one, other)),
    ...edges.removed.map(([key]) => `removes "${key}"`),
    ...edges.added.map(([key]) => `adds "${key}"`),
    ...edges.kept.flatMap(([key, one, other]) => changedEdge(key, one, other)),
    ...changedPermissions(before, after),
  ];
};
