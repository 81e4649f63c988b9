import { z } from 'zod';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import { inert, type Provisioned, type ResourceType } from '../../core/resource.ts';
import type { Owner } from '../../core/store/index.ts';
import { type Buses, busNameOf, DEFAULT_BUS } from '../buses.ts';
import type { EventsIam } from '../delivering.ts';
import type { RuleStates } from '../ruleStates.ts';
import { type Rule, type RuleStore, ruleArn } from '../rules.ts';
import { parseSchedule } from '../schedule.ts';
import type { Scheduler } from '../scheduler.ts';
import { eventPattern, readable } from './eventPattern.ts';
import { edgesOf, targetSchema } from './target.ts';

const propertiesFor = (services: Core['services']) =>
  z
    .strictObject({
      Name: z
        .string()
        .regex(/^[.\-_A-Za-z0-9]{1,64}$/)
        .optional(),
      Description: z.string().max(512).optional(),
      EventBusName: z.string().min(1).default(DEFAULT_BUS).transform(busNameOf),
      EventPattern: eventPattern.optional(),
      ScheduleExpression: z.string().max(256).superRefine(readable(parseSchedule)).optional(),
      State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
      Targets: z.array(targetSchema(services)).max(5, 'a rule has five targets at the most').default([]),
      Tags: inert('tags have no behaviour'),
    })
    .superRefine(({ EventBusName, EventPattern, ScheduleExpression }, context) => {
      const refuse = (message: string) => context.addIssue({ code: 'custom', message });
      if (EventPattern === undefined && ScheduleExpression === undefined)
        refuse('Parameter(s) EventPattern or ScheduleExpression must be specified.');
      if (ScheduleExpression !== undefined && EventBusName !== DEFAULT_BUS)
        refuse('ScheduleExpression is supported only on the default event bus.');
    });

type Properties = z.output<ReturnType<typeof propertiesFor>>;

/** What rules of templates are made with. */
export interface RuleParts {
  core: Pick<Core, 'services'>;
  buses: Buses;
  rules: RuleStore;
  states: RuleStates;
  scheduler: Scheduler;
  iam: EventsIam;
}

/** `AWS::Events::Rule`, with a pattern, a schedule or both. */
export function ruleType({ core, buses, rules, states, scheduler, iam }: RuleParts): ResourceType<Properties> {
  const put = (name: string, owner: Owner, state: Rule['state'], wanted: Properties): Rule => {
    for (const { RoleArn } of wanted.Targets) if (RoleArn) iam.assertTrust(RoleArn, 'events.amazonaws.com');
    return rules.put({
      owner,
      busName: buses.find(wanted.EventBusName).name,
      name,
      ...(wanted.Description && { description: wanted.Description }),
      state,
      ...(wanted.ScheduleExpression !== undefined && { scheduleExpression: wanted.ScheduleExpression }),
      ...(wanted.EventPattern !== undefined && { eventPattern: wanted.EventPattern }),
      targets: wanted.Targets,
    });
  };
  const arnIn = (current: Provisioned) => current.attributes.Arn ?? '';

  return {
    type: 'AWS::Events::Rule',
    properties: propertiesFor(core.services),
    replaceOn: ['Name', 'EventBusName'],
    async create(wanted, context) {
      const name = wanted.Name ?? context.generateName({ maxLength: 64 });
      const arn = ruleArn(wanted.EventBusName, name);
      if (rules.get(arn)) throw new AwsError('AlreadyExists', `there is a rule ${arn} already`);
      const state = states.of({ owner: context.stackName, arn, state: wanted.State });
      const rule = put(name, context.stackName, state, wanted);
      scheduler.arm(rule);
      return provisioned(rule);
    },
    async update(current, wanted, _previous, context) {
      const before = rules.get(arnIn(current));
      if (!before) throw new AwsError('ResourceNotFoundException', `Rule ${current.physicalId} does not exist.`);
      states.forget(before);
      const rule = put(before.name, context.stackName, wanted.State, wanted);
      const isSameSchedule = rule.scheduleExpression === before.scheduleExpression && rule.state === before.state;
      if (!isSameSchedule) scheduler.begin(rule);
      return provisioned(rule);
    },
    async remove(current) {
      const rule = rules.get(arnIn(current));
      if (!rule) return;
      scheduler.forget(rule);
      states.forget(rule);
      rules.remove(rule.arn);
    },
    edges: ({ properties: { Targets }, provisioned }) => edgesOf(arnIn(provisioned), Targets),
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html, "Return values" */
function provisioned({ busName, name, arn }: Rule): Provisioned {
  return { physicalId: busName === DEFAULT_BUS ? name : `${busName}|${name}`, attributes: { Arn: arn } };
}
