import { edgeKey } from '../core/facts.ts';
import type { Edge } from '../core/network.ts';
import { verbOf } from '../core/rules.ts';
import type { Finding, Looked } from './finding.ts';
import { cycleIn, cyclicGroups, type Neighbours } from './graph.ts';

/**
 * Edges along which one event makes the next: a table does not, unless its stream triggers; a user pool that is asked something, or
 * told of a group, does not call its triggers.
 */
const delivers = (edge: Edge): boolean => verbOf(edge.type) !== 'reads' && !edge.type.endsWith(' calls users');

const isBounded = (edge: Edge): boolean => edge.settings.bound !== undefined;

const withEdges = (all: Neighbours, keep: (edge: Edge) => boolean): Neighbours =>
  new Map([...all].map(([name, edges]) => [name, edges.filter(keep)]));

const unbounded = ({ names, outOf }: Looked): Finding[] => {
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

const stopped = ({ network, names, outOf }: Looked): Finding[] => {
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

/** Cycles that nothing ends, and those that Lambda ends. */
export const cycleFindings = (looked: Looked): Finding[] => [...unbounded(looked), ...stopped(looked)];
