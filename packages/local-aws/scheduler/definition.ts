import { z } from 'zod';
import { arnOfService } from '../core/arnSchema.ts';
import { parseJson } from '../core/boundedJson.ts';
import { isTimezone, parseWhen, type When } from './expression.ts';

const QUEUE_ARN = /^arn:aws:sqs:[^:]*:[^:]*:.+$/;
const TARGET_ARN = /^arn:aws:(lambda|sqs|sns|events):[^:]*:[^:]*:.+$/;

/** In seconds since the epoch over the wire, as text in a template. Becomes milliseconds since the epoch. */
const date = z.union([z.number(), z.iso.datetime({ offset: true })]).transform((value, context) => {
  const timeMs = typeof value === 'number' ? value * 1000 : Date.parse(value);
  if (!Number.isNaN(timeMs)) return timeMs;
  context.addIssue({ code: 'custom', message: 'is no date' });
  return z.NEVER;
});

const target = z
  .strictObject({
    Arn: z
      .string()
      .regex(TARGET_ARN, 'local-aws delivers schedules to the ARNs of functions, queues, topics and event buses'),
    RoleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/[\w+=,.@\-/]+$/, 'must be the ARN of a role'),
    Input: z.string().min(1).optional(),
    RetryPolicy: z
      .strictObject({
        MaximumRetryAttempts: z.int().min(0).max(185).optional(),
        MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
      })
      .optional(),
    DeadLetterConfig: z.strictObject({ Arn: arnOfService(['sqs'], 'must be the ARN of a queue') }).optional(),
    EventBridgeParameters: z
      .strictObject({
        DetailType: z.string().min(1).max(128),
        Source: z
          .string()
          .min(1)
          .max(256)
          // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_EventBridgeParameters.html
          .regex(/^(?!aws\.)[/.\-_A-Za-z0-9]+$/, 'must not begin with aws.'),
      })
      .optional(),
    SqsParameters: z.strictObject({ MessageGroupId: z.string().min(1).max(128).optional() }).optional(),
  })
  .superRefine(({ Arn, Input, EventBridgeParameters, SqsParameters }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const isBus = Arn.startsWith('arn:aws:events:');
    const isFifo = Arn.endsWith('.fifo');
    if (isBus !== (EventBridgeParameters !== undefined))
      refuse('EventBridgeParameters', isBus ? 'is required for an event bus' : 'is for event buses only');
    if (SqsParameters && !QUEUE_ARN.test(Arn)) refuse('SqsParameters', 'is for queues only');
    if (isFifo !== (SqsParameters?.MessageGroupId !== undefined))
      refuse(
        'SqsParameters',
        isFifo ? 'a FIFO queue needs a MessageGroupId' : 'MessageGroupId is for FIFO queues only',
      );
    // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html: of the others no JSON is asked.
    if (Input !== undefined && (isBus || Arn.startsWith('arn:aws:lambda:')) && !isJson(Input))
      refuse('Input', 'must be well-formed JSON for this target');
  });

const name = z.string().regex(/^[0-9a-zA-Z\-_.]{1,64}$/, 'has 1 to 64 letters, digits, -, _ and .');

const shape = {
  Name: name,
  GroupName: name.default('default'),
  Description: z.string().max(512).optional(),
  ScheduleExpression: z.string().min(1).max(256),
  ScheduleExpressionTimezone: z.string().min(1).max(50).default('UTC'),
  StartDate: date.optional(),
  EndDate: date.optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  FlexibleTimeWindow: z
    .strictObject({
      Mode: z.enum(['OFF', 'FLEXIBLE']),
      MaximumWindowInMinutes: z.int().min(1).max(1440).optional(),
    })
    .refine(
      ({ Mode, MaximumWindowInMinutes }) => (Mode === 'FLEXIBLE') === (MaximumWindowInMinutes !== undefined),
      'needs MaximumWindowInMinutes if it is FLEXIBLE, and only then',
    ),
  Target: target,
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
};

interface Shared {
  ScheduleExpression: string;
  ScheduleExpressionTimezone: string;
  StartDate?: number | undefined;
  EndDate?: number | undefined;
}

function checkTimes(wanted: Shared, context: z.core.$RefinementCtx): void {
  const { ScheduleExpression: expression, ScheduleExpressionTimezone: timezone, StartDate, EndDate } = wanted;
  const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  const hasZone = isTimezone(timezone);
  if (!hasZone) refuse('ScheduleExpressionTimezone', `there is no time zone ${timezone}`);
  try {
    parseWhen({ ...whenOf(wanted), ...(!hasZone && { timezone: 'UTC' }) });
  } catch {
    refuse('ScheduleExpression', `Invalid Schedule Expression ${expression}.`);
  }
  if (StartDate !== undefined && EndDate !== undefined && EndDate <= StartDate)
    refuse('EndDate', 'must be later than StartDate');
}

/** When a schedule of this definition runs. */
export const whenOf = (wanted: Shared): When => ({
  expression: wanted.ScheduleExpression,
  timezone: wanted.ScheduleExpressionTimezone,
  startMs: wanted.StartDate,
  endMs: wanted.EndDate,
});

/** A schedule as it is asked for over the wire: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
export const scheduleRequest = z
  .strictObject({ ...shape, ClientToken: z.string().min(1).max(64).optional() })
  .superRefine(checkTimes);

/** `AWS::Scheduler::Schedule`: its name may be left out. */
export const scheduleProperties = z.strictObject({ ...shape, Name: name.optional() }).superRefine(checkTimes);

/** What a schedule is; dates in milliseconds since the epoch. */
export type Definition = Omit<z.output<typeof scheduleRequest>, 'ClientToken'>;

export const nameSchema = name;

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}
