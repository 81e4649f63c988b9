import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import { checkedOperations } from '../core/checkedOperation.ts';
import { AwsError } from '../core/errors.ts';
import type { Operation } from '../core/service.ts';
import type { Rule, RuleStore } from './rules.ts';
import type { Scheduler } from './scheduler.ts';

const operation = checkedOperations(
  'events',
  (path, reason) => new AwsError('ValidationException', `'${path}' failed to satisfy constraint: ${reason}`),
);

/** The default bus is the only one. */
const bus = z.literal('default').optional();
const ruleInput = z.strictObject({ Name: z.string().min(1), EventBusName: bus });

const onRule = (action: string, name: string) => [
  { action: `events:${action}`, resource: arnOf('events', `rule/${name}`) },
];

/** What can be asked of rules, and done to them, over the wire. */
export function ruleOperations(rules: RuleStore, scheduler: Scheduler): Record<string, Operation> {
  const setState = (name: string, state: Rule['state']) => {
    const rule = rules.find(name);
    if (rule.state === state) return;
    rule.state = state;
    scheduler.begin(rule);
  };

  return {
    ListRules: operation('ListRules', {
      input: z.strictObject({
        NamePrefix: z.string().optional(),
        EventBusName: bus,
        Limit: z.int().min(1).max(100).optional(),
      }),
      permissions: () => onRule('ListRules', '*'),
      async run({ NamePrefix = '', Limit = 100 }) {
        const found = rules.list().filter(({ name }) => name.startsWith(NamePrefix));
        return { Rules: found.slice(0, Limit).map(describe) };
      },
    }),
    DescribeRule: operation('DescribeRule', {
      input: ruleInput,
      permissions: ({ Name }) => onRule('DescribeRule', Name),
      run: async ({ Name }) => describe(rules.find(Name)),
    }),
    EnableRule: operation('EnableRule', {
      input: ruleInput,
      permissions: ({ Name }) => onRule('EnableRule', Name),
      async run({ Name }) {
        setState(Name, 'ENABLED');
        return {};
      },
    }),
    DisableRule: operation('DisableRule', {
      input: ruleInput,
      permissions: ({ Name }) => onRule('DisableRule', Name),
      async run({ Name }) {
        setState(Name, 'DISABLED');
        return {};
      },
    }),
    ListTargetsByRule: operation('ListTargetsByRule', {
      input: z.strictObject({ Rule: z.string().min(1), EventBusName: bus, Limit: z.int().min(1).max(100).optional() }),
      permissions: ({ Rule }) => onRule('ListTargetsByRule', Rule),
      run: async ({ Rule }) => ({ Targets: rules.find(Rule).targets }),
    }),
  };
}

function describe(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    Description: rule.description,
    State: rule.state,
    ScheduleExpression: rule.scheduleExpression,
    EventBusName: 'default',
  };
}
