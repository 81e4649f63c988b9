import { z } from 'zod';
import type { Core } from '../core/cloud.ts';
import { kind } from '../core/store/index.ts';
import type { Rule, RuleStore } from './rules.ts';

const STATES = kind<Pick<Rule, 'state'>>(
  'events/ruleStates',
  z.looseObject({ state: z.enum(['ENABLED', 'DISABLED']) }),
);

/** Whether rules fire, where somebody has said otherwise than their templates: kept until the template says it anew. */
export interface RuleStates {
  /** The state of a rule as it is to be made: what was said last, else what its template says. */
  of(rule: Pick<Rule, 'owner' | 'arn' | 'state'>): Rule['state'];
  set(rule: Rule, state: Rule['state']): void;
  forget(rule: Rule): void;
}

/** Makes them. */
export function createRuleStates({ store }: Pick<Core, 'store'>, rules: RuleStore): RuleStates {
  return {
    of: ({ owner, arn, state }) => store.collection(owner, STATES).get(arn)?.state ?? state,
    set(rule, state) {
      store.collection(rule.owner, STATES).put(rule.arn, { state });
      rules.setState(rule, state);
    },
    forget: ({ owner, arn }) => store.collection(owner, STATES).delete(arn),
  };
}
