import { z } from 'zod';
import { parseArn } from '../../core/arn.ts';
import { arnOfService } from '../../core/arnSchema.ts';
import { parseJson } from '../../core/boundedJson.ts';
import type { Core } from '../../core/cloud.ts';
import { roleEdges, serviceEdges } from '../../core/edges.ts';
import type { Edge } from '../../core/resource.ts';
import { isApiDestination } from '../destinations/apiDestinations.ts';
import { isEventPath, unknownPlaceholder } from '../input.ts';
import type { Target } from '../rules.ts';

/** Services whose resources EventBridge is always taken by. */
const ALWAYS = new Set(['lambda', 'sqs', 'sns']);
const WHAT_IS_TAKEN =
  'local-aws delivers to the ARNs of functions, queues, topics, event buses and what else takes deliveries';

const wholeNumber = (least: number, most: number) => z.coerce.number().pipe(z.int().min(least).max(most));
const eventPath = z.string().max(256).refine(isEventPath, 'must be a path such as $.detail.name');
const json = z.string().max(8192).refine(isJson, 'must be JSON text');

/** Where a rule sends its events, as a template says it; `services` are those that may take them. */
export function targetSchema(services: Pick<Core, 'services'>['services']) {
  const takes = (arn: string) => {
    if (!/^arn:aws:[^:]+:[^:]*:[^:]*:./.test(arn)) return false;
    const { service } = parseArn(arn);
    return ALWAYS.has(service) || services.byId(service)?.takes !== undefined;
  };
  return z
    .strictObject({
      Id: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
      Arn: z.string().refine(takes, WHAT_IS_TAKEN),
      RoleArn: z.string().startsWith('arn:aws:iam::').optional(),
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
      SqsParameters: z.strictObject({ MessageGroupId: z.string().regex(/^[!-~]{1,128}$/) }).optional(),
      RetryPolicy: z
        .strictObject({
          MaximumRetryAttempts: wholeNumber(0, 185).optional(),
          MaximumEventAgeInSeconds: wholeNumber(60, 86_400).optional(),
        })
        .optional(),
      DeadLetterConfig: z.strictObject({ Arn: arnOfService(['sqs'], 'must be the ARN of a queue') }).optional(),
    })
    .superRefine((target, context) => {
      for (const message of problemsOf(target)) context.addIssue({ code: 'custom', message });
    });
}

/** In the words of PutTargets. docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html */
function* problemsOf({ Id, Arn, RoleArn, Input, InputPath, InputTransformer, SqsParameters }: Target) {
  const inputs = [Input, InputPath, InputTransformer].filter((one) => one !== undefined);
  if (inputs.length > 1) yield `Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`;
  const unknown = InputTransformer && unknownPlaceholder(InputTransformer);
  if (unknown) yield `InputTemplate for target ${Id} contains invalid placeholder ${unknown}.`;
  if (Arn.endsWith('.fifo') && !SqsParameters) yield `Parameter(s) SqsParameters must be specified for target: ${Id}.`;
  if (SqsParameters && !Arn.startsWith('arn:aws:sqs:')) yield `SqsParameters of target ${Id} are for queues only`;
  if (Arn.startsWith('arn:aws:logs:') && InputTransformer && !isLogTemplate(InputTransformer.InputTemplate))
    yield `InputTemplate for target ${Id} must be {"timestamp": <timestamp>, "message": <message>}: it is a log group.`;
  if (isApiDestination(Arn) && RoleArn === undefined) yield `RoleArn is required for target ${Id}.`;
  if (!isBus(Arn)) return;
  if (RoleArn === undefined) yield `RoleArn is required for target ${Id}.`;
  if (inputs.length > 0) yield `Event bus targets get the event as it is: target ${Id} cannot have an input`;
}

const isBus = (arn: string) => arn.startsWith('arn:aws:events:') && arn.includes(':event-bus/');

/** The ways on which a rule brings events to its targets, and to their dead-letter queues. */
export function edgesOf(ruleArn: string, targets: readonly Target[]): Edge[] {
  const service = (arn: string | undefined) => serviceEdges('events.amazonaws.com', ruleArn, arn ? [arn] : []);
  return targets.flatMap(({ Arn, RoleArn, DeadLetterConfig }) => [
    ...(RoleArn === undefined ? service(Arn) : roleEdges(RoleArn, [Arn])),
    ...service(DeadLetterConfig?.Arn),
  ]);
}

/** Whether what it makes are a time and a message, as log groups take it. */
function isLogTemplate(template: string): boolean {
  const filled = template.replaceAll(/<[\w.-]+>/g, '0');
  return (
    isJson(filled) &&
    Object.keys(parseJson(filled) ?? {})
      .sort()
      .join() === 'message,timestamp'
  );
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}
