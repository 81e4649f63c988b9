import { z } from 'zod';
import { arnOfService } from '../core/arnSchema.ts';
import { parseJson } from '../core/boundedJson.ts';
import { serviceEdges } from '../core/edges.ts';
import { inert, type Provisioned, type ResourceContext, type ResourceType } from '../core/resource.ts';
import type { Owner } from '../core/store/index.ts';
import { isEventPath, unknownPlaceholder } from './input.ts';
import type { Rule, RuleStore } from './rules.ts';
import { parseSchedule } from './schedule.ts';
import type { Scheduler } from './scheduler.ts';

const wholeNumber = (least: number, most: number) => z.coerce.number().pipe(z.int().min(least).max(most));
const eventPath = z.string().max(256).refine(isEventPath, 'must be a path such as $.detail.name');
const json = z.string().max(8192).refine(isJson, 'must be JSON text');

const target = z
  .strictObject({
    Id: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
    Arn: arnOfService(['lambda', 'sqs', 'sns'], 'local-aws delivers to the ARNs of functions, queues and topics'),
    Input: json.optional(),
    InputPath: eventPath.optional(),
    InputTransformer: z
      .strictObject({
        InputPathsMap: z
          .record(z.string().regex(/^[A-Za-z0-9_-]{1,256}$/), eventPath)
          .refine((paths) => Object.keys(paths).length <= 100, 'has more than 100 paths')
          .optional(),
        InputTemplate: z.string().min(1).max(8192),
      })
      .optional(),
    RetryPolicy: z
      .strictObject({
        MaximumRetryAttempts: wholeNumber(0, 185).optional(),
        MaximumEventAgeInSeconds: wholeNumber(60, 86_400).optional(),
      })
      .optional(),
    DeadLetterConfig: z.strictObject({ Arn: arnOfService(['sqs'], 'must be the ARN of a queue') }).optional(),
  })
  .superRefine(({ Id, Input, InputPath, InputTransformer }, context) => {
    if ([Input, InputPath, InputTransformer].filter((one) => one !== undefined).length > 1) {
      const message = `Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`;
      context.addIssue({ code: 'custom', message });
    }
    const unknown = InputTransformer && unknownPlaceholder(InputTransformer);
    if (unknown) {
      const message = `InputTemplate for target ${Id} contains invalid placeholder ${unknown}.`;
      context.addIssue({ code: 'custom', message });
    }
  });

const properties = z.strictObject({
  Name: z
    .string()
    .regex(/^[.\-_A-Za-z0-9]{1,64}$/)
    .optional(),
  Description: z.string().max(512).optional(),
  ScheduleExpression: z
    .string()
    .max(256)
    .superRefine((expression, context) => {
      try {
        parseSchedule(expression);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      }
    }),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(target).max(5, 'a rule has five targets at the most').default([]),
  Tags: inert('tags have no behaviour'),
});

type Properties = z.output<typeof properties>;

/** `AWS::Events::Rule` on the default bus, with a schedule. */
export function ruleType(rules: RuleStore, scheduler: Scheduler): ResourceType<Properties> {
  const put = (name: string, owner: Owner, wanted: Properties): Rule =>
    rules.put({
      owner,
      name,
      ...(wanted.Description && { description: wanted.Description }),
      state: wanted.State,
      scheduleExpression: wanted.ScheduleExpression,
      targets: wanted.Targets,
    });
  const provisioned = (rule: Rule): Provisioned => ({ physicalId: rule.name, attributes: { Arn: rule.arn } });

  return {
    type: 'AWS::Events::Rule',
    properties,
    replaceOn: ['Name'],
    async create(wanted: Properties, context: ResourceContext) {
      const rule = put(wanted.Name ?? context.generateName({ maxLength: 64 }), context.stackName, wanted);
      scheduler.arm(rule);
      return provisioned(rule);
    },
    async update(current, wanted, _previous, context) {
      const before = rules.find(current.physicalId);
      const rule = put(current.physicalId, context.stackName, wanted);
      const isSameSchedule = rule.scheduleExpression === before.scheduleExpression && rule.state === before.state;
      if (!isSameSchedule) scheduler.begin(rule);
      return provisioned(rule);
    },
    async remove(current) {
      const rule = rules.get(current.physicalId);
      if (rule) scheduler.forget(rule);
      rules.remove(current.physicalId);
    },
    edges({ properties: { Targets }, provisioned }) {
      const arns = Targets.flatMap(({ Arn, DeadLetterConfig }) => [Arn, DeadLetterConfig?.Arn ?? '']);
      return serviceEdges('events.amazonaws.com', provisioned.attributes.Arn ?? '', arns);
    },
  };
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}
