import { z } from 'zod';
import type { Operation } from '../../core/service.ts';
import { type Buses, busNameOf } from '../buses.ts';
import type { RuleStates } from '../ruleStates.ts';
import { type Rule, type RuleStore, ruleArn } from '../rules.ts';
import type { Scheduler } from '../scheduler.ts';
import { busName, eventsOperation } from './operation.ts';

/** A rule of a bus that is there. */
const ruleInput = z.strictObject({ Name: z.string().min(1), EventBusName: busName });

const onRule = (action: string, bus: string | undefined, name: string) => [
  { action: `events:${action}`, resource: ruleArn(busNameOf(bus), name) },
];

/** What can be asked of rules, and done to them, over the wire. */
export function ruleOperations(
  buses: Buses,
  rules: RuleStore,
  { states, scheduler }: { states: RuleStates; scheduler: Scheduler },
): Record<string, Operation> {
  const find = (bus: string | undefined, name: string) => rules.find(buses.find(busNameOf(bus)).name, name);
  const setState = (rule: Rule, state: Rule['state']) => {
    if (rule.state !== state) {
      states.set(rule, state);
      scheduler.begin(rule);
    }
    return {};
  };

  return {
    ListRules: eventsOperation('ListRules', {
      input: z.strictObject({ NamePrefix: z.string().optional(), EventBusName: busName }),
      permissions: ({ EventBusName }) => onRule('ListRules', EventBusName, '*'),
      run: ({ NamePrefix = '', EventBusName }) => ({
        Rules: rules
          .list(buses.find(busNameOf(EventBusName)).name)
          .filter(({ name }) => name.startsWith(NamePrefix))
          .map(describe),
      }),
    }),
    DescribeRule: eventsOperation('DescribeRule', {
      input: ruleInput,
      permissions: ({ Name, EventBusName }) => onRule('DescribeRule', EventBusName, Name),
      run: ({ Name, EventBusName }) => describe(find(EventBusName, Name)),
    }),
    EnableRule: eventsOperation('EnableRule', {
      input: ruleInput,
      permissions: ({ Name, EventBusName }) => onRule('EnableRule', EventBusName, Name),
      run: ({ Name, EventBusName }) => setState(find(EventBusName, Name), 'ENABLED'),
    }),
    DisableRule: eventsOperation('DisableRule', {
      input: ruleInput,
      permissions: ({ Name, EventBusName }) => onRule('DisableRule', EventBusName, Name),
      run: ({ Name, EventBusName }) => setState(find(EventBusName, Name), 'DISABLED'),
    }),
    ListTargetsByRule: eventsOperation('ListTargetsByRule', {
      input: z.strictObject({ Rule: z.string().min(1), EventBusName: busName }),
      permissions: ({ Rule, EventBusName }) => onRule('ListTargetsByRule', EventBusName, Rule),
      run: ({ Rule, EventBusName }) => ({ Targets: find(EventBusName, Rule).targets }),
    }),
  };
}

function describe(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    Description: rule.description,
    EventPattern: rule.eventPattern,
    State: rule.state,
    ScheduleExpression: rule.scheduleExpression,
    EventBusName: rule.busName,
  };
}
