/**
 * Overlay: gluing networks together at nodes of the same name.
 *
 * Underneath, a network is a set of facts: for each name what is supplied under it and what open ends
 * expect of it, for each edge its settings. Overlay is the union of those sets, in which a fact that
 * another one implies is left out (a supplied queue implies the open end that it closes). From that
 * follow its laws, which the property tests take one by one. With `+` for `tryOverlay`, and `a`, `b`, `c`
 * any networks or conflicts:
 *
 *   identity        a + empty = a
 *   commutative     a + b = b + a
 *   associative     (a + b) + c = a + (b + c)
 *   idempotent      a + a = a
 *   absorption      a + (a + b) = a + b
 *   closing         open(k, demands) + supplied = supplied, when the kind is k and the settings meet the demands
 *   narrowing       open(k, d1) + open(k, d2) = open(k, d1 and d2), when d1 and d2 agree
 *   describing      x(words) + x(others) = x(words and others), x being a node or an edge; words are titles, bounds,
 *                   descriptions and themes
 *
 * They hold for errors too: where one name has two meanings the result is a value of its own, `Conflicts`,
 * that remembers all meanings, so that the same conflicts are found in whatever order and grouping.
 */

import type { Part } from '../core/build.ts';
import { NetworkError } from '../core/errors.ts';
import { networkOfEntries, opened, type Settings } from '../core/facts.ts';
import { byText, sortedEntries, textOf } from '../core/json.ts';
import { type Edge, kindOf, type Network, type Node, type Open } from '../core/network.ts';
import { described, undescribed, wordsOf } from '../core/words.ts';
import { type Conflict, closes, edgeConflicts, nodeConflicts } from './conflicts.ts';

/** What comes of an overlay in which a name has two meanings. It can be overlaid further. */
export interface Conflicts {
  /** At least one, in the order of names and fields. */
  readonly conflicts: readonly Conflict[];
  /** Every definition, by name. */
  readonly definitions: Readonly<Record<string, readonly Node[]>>;
  /** Every definition, by edge key. */
  readonly edges: Readonly<Record<string, readonly Edge[]>>;
}

/** Thrown by `overlay`. Its message has a line for each conflict. */
export class OverlayError extends NetworkError {
  override readonly name = 'OverlayError';
  readonly conflicts: readonly Conflict[];
  constructor(conflicts: readonly Conflict[]) {
    super('overlay-conflict', conflicts.map(({ message }) => message).join('\n'));
    this.conflicts = conflicts;
  }
}

export const isConflicts = (value: Network | Conflicts): value is Conflicts => 'conflicts' in value;

type Facts<T> = Map<string, T[]>;

const add = <T extends object>(facts: Facts<T>, name: string, fact: T): void => {
  const known = facts.get(name);
  if (known === undefined) facts.set(name, [fact]);
  else if (!known.some((one) => one === fact || textOf(one) === textOf(fact))) known.push(fact);
};

/** A part's definitions by name, and its edges by key. */
const definitionsOf = (part: Part | Conflicts): [[string, readonly Node[]][], [string, readonly Edge[]][]] => {
  if ('node' in part) return [[[part.node.name, [part.node]]], []];
  if ('conflicts' in part) return [Object.entries(part.definitions), Object.entries(part.edges)];
  return [
    Object.entries(part.nodes).map(([name, node]) => [name, [node]]),
    Object.entries(part.edges).map(([key, edge]) => [key, [edge]]),
  ];
};

const collect = (parts: readonly (Part | Conflicts)[]): { nodes: Facts<Node>; edges: Facts<Edge> } => {
  const nodes: Facts<Node> = new Map();
  const edges: Facts<Edge> = new Map();
  for (const part of parts) {
    const [definitions, sentences] = definitionsOf(part);
    for (const [name, all] of definitions) for (const one of all) add(nodes, name, one);
    for (const [key, all] of sentences) for (const one of all) add(edges, key, one);
  }
  return { nodes, edges };
};

/** One demand at a time: the parts of which open ends are unions. */
const demandsOf = (open: Open): Node[] => [
  opened(open.expects, open.name, {}),
  ...Object.entries(open.settings as Settings).map(([field, value]) =>
    opened(open.expects, open.name, { [field]: value }),
  ),
];

const isBare = (node: Node): boolean => Object.keys(node.settings).length === 0;

/** The facts about one name, without those that another implies, in a fixed order. */
const reduced = (all: readonly Node[]): Node[] => {
  const suppliedNodes = all.filter((node) => node.kind !== 'open');
  const demands = new Map<string, Node>();
  for (const node of all) {
    if (node.kind !== 'open') continue;
    for (const demand of demandsOf(node)) demands.set(textOf(demand), demand);
  }
  const pending = [...demands.values()].filter((demand) => !suppliedNodes.some((node) => closes(demand, node)));
  const strongest = pending.filter(
    (demand) => !isBare(demand) || !pending.some((other) => !isBare(other) && kindOf(other) === kindOf(demand)),
  );
  return [...suppliedNodes, ...strongest].sort((one, other) => byText(textOf(one), textOf(other)));
};

const pairs = function* <T>(all: readonly T[]): Generator<[T, T]> {
  for (const [at, one] of all.entries()) for (const other of all.slice(at + 1)) yield [one, other];
};

const merged = (opens: readonly Open[]): Node => {
  const [first] = opens as [Open];
  return opened(first.expects, first.name, Object.assign({}, ...opens.map(({ settings }) => settings)));
};

/** Each of these once, in a fixed order. */
const distinct = <T extends object>(all: readonly T[]): T[] =>
  [...new Map(all.map((one) => [textOf(one), one])).values()].sort((one, other) => byText(textOf(one), textOf(other)));

const NONE: readonly Conflict[] = [];

/** Without conflicts, one fact. */
interface Resolved<T> {
  readonly facts: readonly T[];
  readonly conflicts: readonly Conflict[];
}

/** Words never disagree: every fact says all that was said, so that whatever is added later finds it. */
const saying = <T extends Node | Edge>(facts: readonly T[], all: readonly T[]): T[] => {
  const words = wordsOf(all);
  return facts.map((fact) => described(fact, words));
};

const resolveNode = (all: readonly Node[]): Resolved<Node> => {
  if (all.length === 1) return { facts: all, conflicts: NONE };
  const facts = reduced(distinct(all.map(undescribed)));
  const conflicts = [...pairs(facts)].flatMap(([one, other]) => nodeConflicts(one, other));
  const merges = conflicts.length === 0 && facts.every((node) => node.kind === 'open');
  return { facts: saying(merges ? [merged(facts as readonly Open[])] : facts, all), conflicts };
};

const resolveEdge = (key: string, all: readonly Edge[]): Resolved<Edge> => {
  if (all.length === 1) return { facts: all, conflicts: NONE };
  // Definitions of two types are no conflict here, because their ends are one: they are kept apart all the same.
  const definitions = distinct(all.map(undescribed));
  const conflicts = [...pairs(definitions)].flatMap(([one, other]) => edgeConflicts(key, one, other));
  return { facts: saying(definitions, all), conflicts };
};

/**
 * Overlays networks (and single nodes): the union of their nodes and edges, nodes of one name being one node.
 * Total: where a name has two meanings the result is `Conflicts`, and can be overlaid further.
 */
export const tryOverlay = (...parts: readonly (Part | Conflicts)[]): Network | Conflicts => {
  const facts = collect(parts);
  const nodes = [...facts.nodes].map(([name, all]) => [name, resolveNode(all)] as const);
  const edges = [...facts.edges].map(([key, all]) => [key, resolveEdge(key, all)] as const);
  const conflicts = [...nodes, ...edges].flatMap(([, resolved]) => resolved.conflicts);
  if (conflicts.length === 0) {
    return networkOfEntries(
      nodes.map(([name, resolved]) => [name, resolved.facts[0] as Node]),
      edges.map(([key, resolved]) => [key, resolved.facts[0] as Edge]),
    );
  }
  // Every definition is kept apart again: what is added later may disagree with any of them.
  const bySentence = (one: Conflict, other: Conflict) => byText(one.name + one.message, other.name + other.message);
  return Object.freeze({
    conflicts: conflicts.sort(bySentence),
    definitions: Object.fromEntries(
      sortedEntries(Object.fromEntries(nodes.map(([name, { facts: all }]) => [name, all]))),
    ),
    edges: Object.fromEntries(sortedEntries(Object.fromEntries(edges.map(([key, { facts: all }]) => [key, all])))),
  });
};

/**
 * Overlays networks: nodes of equal name become one, open ends close.
 * Throws an `OverlayError` that names both definitions and the field where two of one name differ.
 */
export const overlay = (...parts: readonly Part[]): Network => {
  const result = tryOverlay(...parts);
  if (isConflicts(result)) throw new OverlayError(result.conflicts);
  return result;
};

/** The parts overlaid, where each node that they supply belongs to this theme: drawings group by it. */
export const themed = (theme: string, ...parts: readonly Part[]): Network => {
  const whole = overlay(...parts);
  const own = Object.values(whole.nodes).filter(({ kind }) => kind !== 'open');
  return overlay(whole, ...own.map((node) => ({ node: described(node, { theme }) })));
};

/** A pattern from its nodes and sentences. The same as `overlay`; it reads better where a pattern is written. */
export const network = overlay;
