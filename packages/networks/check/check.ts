import { byText } from '../core/json.ts';
import type { Network } from '../core/network.ts';
import { callerFindings } from './callers.ts';
import { collisionFindings } from './collisions.ts';
import { contractFindings } from './contracts.ts';
import { cycleFindings } from './cycles.ts';
import { endFindings } from './ends.ts';
import { type Finding, type Looked, lookedAt } from './finding.ts';
import { refusalFindings } from './refusals.ts';
import { timingFindings } from './timing.ts';

export type { Finding, Rule } from './finding.ts';

const LOOKS: readonly ((looked: Looked) => Finding[])[] = [
  endFindings,
  cycleFindings,
  refusalFindings,
  callerFindings,
  collisionFindings,
  timingFindings,
  contractFindings,
];

/** Looks for what cannot be meant. An empty list is a network that can be compiled and run. */
export const check = (network: Network): Finding[] => {
  const looked = lookedAt(network);
  return LOOKS.flatMap((look) => look(looked)).sort((one, other) =>
    byText(`${one.node} ${one.rule}`, `${other.node} ${other.rule}`),
  );
};
