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
const bus = z.string().min(1).optional();
const ruleInput = z.strictObject({ Name: z.string().min(1), EventBusName: bus });

/** Carries `run` out when the bus is there. */
const onBus =
  <Input extends { EventBusName?: string | undefined }>(run: (input: Input) => object) =>
  (input: Input) => {
    const { EventBusName: name = 'default' } = input;
    if (name === 'default' || name === arnOf('events', 'event-bus/default')) return run(input);
    throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
  };

const onRule = (action: string, name: string) => [
  { action: `events:${action}`, resource: arnOf('events', `rule/${name}`) },
];

/** What can be asked of rules, and done to them, over the wire. */
export function ruleOperations(rules: RuleStore, scheduler: Scheduler): Record<string, Operation> {
  const setState = (name: string, state: Rule['state']) => {
    const rule = rules.find(name);
    if (rule.state !== state) {
      rule.state = state;
      scheduler.begin(rule);
    }
    return {};
  };

  return {
    ListRules: operation('ListRules', {
      input: z.strictObject({ NamePrefix: z.string().optional(), EventBusName: bus }),
      permissions: () => onRule('ListRules', '*'),
      run: onBus(({ NamePrefix = '' }) => ({
        Rules: rules
          .list()
          .filter(({ name }) => name.startsWith(NamePrefix))
          .map(describe),
      })),
    }),
    DescribeRule: operation('DescribeRule', {
      input: ruleInput,
      permissions: ({ Name }) => onRule('DescribeRule', Name),
      run: onBus(({ Name }) => describe(rules.find(Name))),
    }),
    EnableRule: operation('EnableRule', {
      input: ruleInput,
      permissions: ({ Name }) => onRule('EnableRule', Name),
      run: onBus(({ Name }) => setState(Name, 'ENABLED')),
    }),
    DisableRule: operation('DisableRule', {
      input: ruleInput,
      permissions: ({ Name }) => onRule('DisableRule', Name),
      run: onBus(({ Name }) => setState(Name, 'DISABLED')),
    }),
    ListTargetsByRule: operation('ListTargetsByRule', {
      input: z.strictObject({ Rule: z.string().min(1), EventBusName: bus }),
      permissions: ({ Rule }) => onRule('ListTargetsByRule', Rule),
      run: onBus(({ Rule }) => ({ Targets: rules.find(Rule).targets })),
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
