import { edgeKey } from '../core/facts.ts';
import { type Edge, kindOf } from '../core/network.ts';
import { verbOf } from '../core/rules.ts';
import { listOfWords } from '../core/words.ts';
import type { Finding, Looked } from './finding.ts';

/** What messages go through: what goes in is what comes out. */
const CARRIERS: ReadonlySet<string> = new Set(['queue', 'topic', 'bus', 'stream', 'timer']);

const contractsOf = ({ settings }: Edge): readonly string[] => listOfWords(settings.contract);

/** Whoever filters takes what its filter lets through. */
const takesAll = ({ settings }: Edge): boolean => !('filter' in settings || 'pattern' in settings);

/**
 * What is sent has to be what is taken, where both ends say which contracts: of those who take all, each one; of those who filter,
 * one at least. Whoever takes more than is sent in this network is fine: others may send it in another.
 */
export const contractFindings = ({ nodes, into, outOf }: Looked): Finding[] =>
  nodes
    .filter((node) => CARRIERS.has(kindOf(node)))
    .flatMap(({ name }) => {
      const takers = (outOf.get(name) ?? []).filter((edge) => contractsOf(edge).length > 0);
      const silent = takers.length < (outOf.get(name) ?? []).length;
      return (into.get(name) ?? [])
        .filter((edge) => verbOf(edge.type) !== 'calls')
        .flatMap((sent) =>
          contractsOf(sent).flatMap((contract): Finding[] => {
            const missing = takers.filter((taker) => takesAll(taker) && !contractsOf(taker).includes(contract));
            const isTaken = silent || takers.some((taker) => contractsOf(taker).includes(contract));
            const unmet = missing.length > 0 || isTaken ? missing : takers;
            return unmet.map((taker) => ({
              rule: 'contract-unmet',
              node: name,
              edge: edgeKey(sent),
              sentence: `"${edgeKey(sent)}" says ${contract}, and "${edgeKey(taker)}" takes ${contractsOf(taker).join(', ')}: let both ends of "${name}" speak of one contract.`,
            }));
          }),
        );
    });
