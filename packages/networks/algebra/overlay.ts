/**
 * Overlay: gluing networks together at nodes of the same name.
 *
 * Underneath, a network is a set of facts: for each name what is supplied under it and what open ends
 * expect of it, for each edge its settings. Overlay is the union of those sets, in which a fact that
 * another one implies is left out (a supplied queue implies the open end that it closes). From that
 * follow its laws, which the property tests take one by one. With `+` for `overlay`, and `a`, `b`, `c`
 * any networks:
 *
 *   identity        a + overlay() = a
 *   commutative     a + b = b + a
 *   associative     (a + b) + c = a + (b + c)
 *   idempotent      a + a = a
 *   absorption      a + (a + b) = a + b
 *   closing         open(k, demands) + supplied = supplied, when the kind is k and the settings meet the demands
 *   narrowing       open(k, d1) + open(k, d2) = open(k, d1 and d2), when d1 and d2 agree
 *   describing      x(words) + x(others) = x(words and others), x being a node or an edge; words are titles, bounds,
 *                   descriptions, themes and contracts
 *   adding up       x(sums) + x(others) = x(sums and others), x being a node; sums are variables, indexes and statements,
 *                   and disagree only where one key has two values
 *
 * Where one name has two meanings there is no result, in whatever order and grouping: it is an error that names both.
 */

import { NetworkError } from '../core/errors.ts';
import { networkOfEntries, opened, type Settings } from '../core/facts.ts';
import { byText, canonical, textOf } from '../core/json.ts';
import type { Edge, Network, Node, Open, Part, SaidBy } from '../core/network.ts';
import { sumOf, withoutSums } from '../core/sums.ts';
import { described, undescribed, wordsOf } from '../core/words.ts';
import { type Conflict, clashConflict, edgeConflicts, nodeConflicts } from './conflicts.ts';

/** Thrown by `overlay`. Its message has a line for each conflict. */
export class OverlayError extends NetworkError {
  override readonly name = 'OverlayError';
  readonly conflicts: readonly Conflict[];
  constructor(conflicts: readonly Conflict[]) {
    super('overlay-conflict', conflicts.map(({ message }) => message).join('\n'));
    this.conflicts = conflicts;
  }
}

type Facts<T> = Map<string, T[]>;

const add = <T extends object>(facts: Facts<T>, name: string, fact: T): void => {
  const known = facts.get(name);
  if (known === undefined) facts.set(name, [fact]);
  else if (!known.some((one) => one === fact || textOf(one) === textOf(fact))) known.push(fact);
};

const collect = (parts: readonly Part[]): { nodes: Facts<Node>; edges: Facts<Edge> } => {
  const nodes: Facts<Node> = new Map();
  const edges: Facts<Edge> = new Map();
  for (const part of parts) {
    if ('node' in part) add(nodes, part.node.name, part.node);
    else {
      for (const [name, node] of Object.entries(part.nodes)) add(nodes, name, node);
      for (const [key, edge] of Object.entries(part.edges)) add(edges, key, edge);
    }
  }
  return { nodes, edges };
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
  readonly fact: T;
  readonly conflicts: readonly Conflict[];
}

/** What must be the same for all: without words, and without what adds up. */
const core = (node: Node): Node =>
  Object.freeze({ ...node, settings: canonical(withoutSums(undescribed(node).settings as Settings)) }) as Node;

const resolveNode = (all: readonly [Node, ...Node[]]): Resolved<Node> => {
  if (all.length === 1) return { fact: all[0], conflicts: NONE };
  const facts = distinct(all);
  const cores = distinct(facts.map(core));
  const { settings, clashes } = sumOf(facts.map((fact) => fact.settings as Settings));
  const conflicts = [
    ...[...pairs(cores)].flatMap(([one, other]) => nodeConflicts(one, other)),
    ...clashes.map((clash) => clashConflict(all[0].name, facts, clash)),
  ];
  const one = cores.find(({ kind }) => kind !== 'open') ?? merged(cores as Open[]);
  // Words never disagree: they all are said, so that whatever is added later finds them.
  return { fact: described(one, { ...settings, ...wordsOf(facts) }), conflicts };
};

const resolveEdge = (key: string, all: readonly [Edge, ...Edge[]]): Resolved<Edge> => {
  if (all.length === 1) return { fact: all[0], conflicts: NONE };
  // Definitions of two types are no conflict here, because their ends are one.
  const definitions = distinct(all.map(undescribed));
  const conflicts = [...pairs(definitions)].flatMap(([one, other]) => edgeConflicts(key, one, other));
  return { fact: described(definitions[0] as Edge, wordsOf(all)), conflicts };
};

const resolved = <T>(
  facts: Facts<T>,
  resolve: (key: string, all: [T, ...T[]]) => Resolved<T>,
): readonly (readonly [string, Resolved<T>])[] =>
  [...facts].map(([key, all]) => [key, resolve(key, all as [T, ...T[]])] as const);

/**
 * Overlays networks (and single nodes): the union of their nodes and edges. Nodes of equal name become one, open ends close,
 * and what adds up (variables, indexes, statements) adds up.
 * Throws an `OverlayError` that names both definitions and the field where two of one name differ.
 */
export const overlay = <P extends readonly Part[]>(...parts: P): Network<SaidBy<P[number]>> => {
  const facts = collect(parts);
  const nodes = resolved(facts.nodes, (_name, all) => resolveNode(all));
  const edges = resolved(facts.edges, resolveEdge);
  const conflicts = [...nodes, ...edges].flatMap(([, { conflicts: all }]) => all);
  const bySentence = (one: Conflict, other: Conflict) => byText(one.name + one.message, other.name + other.message);
  if (conflicts.length > 0) throw new OverlayError(conflicts.sort(bySentence));
  return networkOfEntries(
    nodes.map(([name, { fact }]) => [name, fact]),
    edges.map(([key, { fact }]) => [key, fact]),
  ) as Network<SaidBy<P[number]>>;
};

/** The parts overlaid, where each node that they supply belongs to this theme: drawings group by it. */
export const themed = <P extends readonly Part[]>(theme: string, ...parts: P): Network<SaidBy<P[number]>> => {
  const whole = overlay(...parts);
  const own = Object.values(whole.nodes).filter(({ kind }) => kind !== 'open');
  return overlay<Part[]>(whole, ...own.map((node) => ({ node: described(node, { theme }) }))) as typeof whole;
};
