import { byText } from '../core/json.ts';
import type { Network } from '../core/network.ts';
import { callerFindings } from './callers.ts';
import { collisionFindings } from './collisions.ts';
import { cycleFindings } from './cycles.ts';
import { endFindings } from './ends.ts';
import { type Finding, lookedAt } from './finding.ts';
import { refusalFindings } from './refusals.ts';

export type { Finding, Rule } from './finding.ts';

/** Looks for what cannot be meant. An empty list is a network that can be compiled and run. */
export const check = (network: Network): Finding[] => {
  const looked = lookedAt(network);
  return [endFindings, cycleFindings, refusalFindings, callerFindings, collisionFindings]
    .flatMap((look) => look(looked))
    .sort((one, other) => byText(`${one.node} ${one.rule}`, `${other.node} ${other.rule}`));
};
