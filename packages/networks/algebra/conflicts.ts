import { defaultsOf, type Settings } from '../core/facts.ts';
import { same, shown } from '../core/json.ts';
import { type Edge, kindOf, type Node } from '../core/network.ts';
import { EDGE_RULES } from '../core/rules.ts';
import type { Json } from '../core/settings.ts';
import type { Clash } from '../core/sums.ts';

/** One field in which two definitions of one name differ. */
export interface Conflict {
  readonly about: 'node' | 'edge';
  /** The node's name, or the edge's key. */
  readonly name: string;
  /** The setting that differs, or `kind`. */
  readonly field: string;
  readonly one: Node | Edge;
  readonly other: Node | Edge;
  readonly message: string;
}

const describe = (node: Node): string => {
  const settings = Object.keys(node.settings).length === 0 ? '' : ` ${JSON.stringify(node.settings)}`;
  return node.kind === 'open' ? `open ${node.expects}${settings}` : `${node.kind}${settings}`;
};

const fieldsOf = (one: Settings, other: Settings): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();

const differing = (one: Settings, other: Settings): string[] =>
  fieldsOf(one, other).filter((field) => !same(one[field], other[field]));

/** What a supplied node has, its defaults included. */
const effective = (node: Node): Settings => ({ ...defaultsOf(kindOf(node)), ...(node.settings as Settings) });

/** The demands of an open end that a node (or another open end) does not meet, by field. */
const unmet = (demands: Settings, offered: Settings, isOpen: boolean): string[] =>
  Object.keys(demands).filter(
    (field) => !(isOpen && offered[field] === undefined) && !same(demands[field], offered[field]),
  );

const ofOpens = (one: Node, other: Node): Conflict[] => {
  const base = { about: 'node', name: one.name, one, other } as const;
  const head = `Two open ends are named "${one.name}", and no node can close both:`;
  if (kindOf(one) !== kindOf(other)) {
    const message = `${head} one expects a ${kindOf(one)}, the other a ${kindOf(other)}.`;
    return [{ ...base, field: 'kind', message }];
  }
  return unmet(one.settings as Settings, other.settings as Settings, true).map((field) => {
    const [ours, theirs] = [one.settings as Settings, other.settings as Settings].map((each) => shown(each[field]));
    return { ...base, field, message: `${head} one expects ${field} to be ${ours}, the other ${theirs}.` };
  });
};

const ofOpenAndSupplied = (open: Node, by: Node): Conflict[] => {
  const base = { about: 'node', name: open.name, one: open, other: by } as const;
  if (kindOf(open) !== kindOf(by)) {
    const message = `The open end "${open.name}" expects a ${kindOf(open)}, but the node supplied under that name is a ${describe(by)}.`;
    return [{ ...base, field: 'kind', message }];
  }
  return unmet(open.settings as Settings, effective(by), false).map((field) => {
    const wanted = shown((open.settings as Settings)[field]);
    const message = `The open end "${open.name}" expects ${field} to be ${wanted}, but the ${describe(by)} supplied under that name has ${shown(effective(by)[field])}.`;
    return { ...base, field, message };
  });
};

const ofSupplied = (one: Node, other: Node): Conflict[] => {
  const base = { about: 'node', name: one.name, one, other } as const;
  const head = `"${one.name}" has two definitions, ${describe(one)} and ${describe(other)}, that differ in`;
  if (one.kind !== other.kind) {
    return [{ ...base, field: 'kind', message: `${head} kind: ${one.kind} and ${other.kind}.` }];
  }
  const [ours, theirs] = [effective(one), effective(other)];
  return differing(ours, theirs).map((field) => ({
    ...base,
    field,
    message: `${head} ${field}: ${shown(ours[field])} and ${shown(theirs[field])}.`,
  }));
};

/** In which fields two definitions of one node differ. */
export const nodeConflicts = (one: Node, other: Node): Conflict[] => {
  if (one.kind === 'open') return other.kind === 'open' ? ofOpens(one, other) : ofOpenAndSupplied(one, other);
  return other.kind === 'open' ? ofOpenAndSupplied(other, one) : ofSupplied(one, other);
};

/** Of a setting that adds up: one key with two values. */
export const clashConflict = (name: string, facts: readonly Node[], { setting, key, one, other }: Clash): Conflict => {
  const field = `${setting}.${key}`;
  const saying = (value: Json): Node =>
    facts.find(({ settings }) => same(((settings as Settings)[setting] as Settings | undefined)?.[key], value)) as Node;
  return {
    about: 'node',
    name,
    field,
    one: saying(one),
    other: saying(other),
    message: `"${name}" is given two values of ${field}: ${shown(one)} and ${shown(other)}.`,
  };
};

/**
 * In which fields two definitions of one edge differ. Ends of other kinds make it an edge of another type:
 * that is a conflict of the nodes, and reported there.
 */
export const edgeConflicts = (key: string, one: Edge, other: Edge): Conflict[] => {
  if (one.type !== other.type) return [];
  const defaults = EDGE_RULES[one.type].defaults as Settings;
  const [ours, theirs] = [one, other].map((edge) => ({ ...defaults, ...(edge.settings as Settings) })) as [
    Settings,
    Settings,
  ];
  return differing(ours, theirs).map((field) => ({
    about: 'edge',
    name: key,
    field,
    one,
    other,
    message: `"${key}" is said twice, and the two differ in ${field}: ${shown(ours[field])} and ${shown(theirs[field])}.`,
  }));
};
