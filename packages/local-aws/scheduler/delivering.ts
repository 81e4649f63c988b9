import { z } from 'zod';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../core/arn.ts';
import type { Core, Delivery } from '../core/cloud.ts';
import { bring, createDeliveries, deliveriesOf, type Refusal, type UnderWay } from '../core/delivery.ts';
import { ACCOUNT, type Owner } from '../core/store/index.ts';
import { traceRoot } from '../core/trace.ts';
import { verdictOf } from '../events/retryPolicy.ts';
import type { Iam } from '../iam/index.ts';
import type { Definition } from './definition.ts';
import { groupArn, keyOf, SCHEDULER, type Schedule, type Schedules, scheduleArn } from './schedules.ts';

/** One run of a schedule; `dueMs` is the time that it is for, in milliseconds since the epoch. */
interface Run {
  executionId: string;
  dueMs: number;
  traceHeader: string;
}

/** A run on its way, which stays what it was when the schedule fired. */
interface Fired extends Run {
  owner: Owner;
  definition: Pick<Definition, 'GroupName' | 'Name' | 'Target'>;
}

const DELIVERIES = deliveriesOf<Fired>(
  'scheduler',
  z.looseObject({ definition: z.looseObject({ Target: z.looseObject({}) }), executionId: z.string() }),
);

interface DeliveringParts {
  schedules: Schedules;
  iam: Pick<Iam, 'sessionOf' | 'assertTrust'>;
  /** A run is over: it has arrived, or was given up. */
  complete(schedule: Schedule): void;
}

/** Makes the part of the Scheduler that calls targets, tries again and gives up, with the role of the schedule. */
export function createDelivering(core: Core, { schedules, iam, complete }: DeliveringParts) {
  const over = ({ definition }: Fired) => {
    const schedule = schedules.get(keyOf(definition));
    if (schedule && !schedule.isOver) complete(schedule);
  };
  const sessionOf = ({ definition: { GroupName, Target } }: Fired) => {
    iam.assertTrust(Target.RoleArn, SCHEDULER, groupArn(GroupName));
    return iam.sessionOf(Target.RoleArn, 'scheduler');
  };
  const hopOf = (item: Fired) => {
    const traceId = traceRoot(item.traceHeader);
    return {
      service: 'scheduler',
      from: scheduleArn(item.definition),
      ...(traceId !== undefined && { traceId }),
      detail: { executionId: item.executionId },
    };
  };

  const deliveries = createDeliveries<Fired, Refusal>(core, {
    service: 'scheduler',
    kept: DELIVERIES,
    ownerOf: ({ owner }) => owner,
    targetOf: ({ definition }) => definition.Target.Arn,
    chainOf: hopOf,
    // A schedule that is over may have a run under way. One of a stack that is gone has not: its state is gone too.
    isWanted: ({ owner, definition }) => owner === ACCOUNT || schedules.get(keyOf(definition)) !== undefined,
    async attempt(sent) {
      const { detail, ...known } = hopOf(sent.item);
      const to = sent.item.definition.Target.Arn;
      const hop = { ...known, kind: 'delivery' as const, to, detail: { ...detail, ...sent.marks } };
      const refusal = await bring(core, { ...hop, action: sent.tries === 0 ? 'deliver' : 'retry' }, () => ({
        ...deliveryOf(sent),
        principal: sessionOf(sent.item),
      }));
      if (!refusal) over(sent.item);
      return refusal;
    },
    next: (sent, refusal) => verdictOf(sent, refusal, sent.item.definition.Target.RetryPolicy, core.clock.now()),
    async giveUp(sent, refusal, exhausted) {
      const { item } = sent;
      const { detail, ...known } = hopOf(item);
      const hop = { ...known, kind: 'dead-letter' as const, detail: { ...detail, reason: exhausted || refusal.code } };
      const targetArn = item.definition.Target.DeadLetterConfig?.Arn;
      if (targetArn) {
        await bring(core, { ...hop, action: 'dead-letter', to: targetArn }, () => ({
          targetArn,
          principal: sessionOf(item),
          payload: payloadOf(sent),
          attributes: attributesOf(sent, refusal, exhausted),
          traceHeader: item.traceHeader,
        }));
      } else {
        const message = `${item.definition.Name} has no DeadLetterConfig: ${refusal.message}`;
        core.journal.record({ ...hop, action: 'dropped', outcome: 'error', error: { code: 'EventLost', message } });
      }
      over(item);
    },
  });

  return {
    resume: deliveries.resume,
    send({ owner, definition }: Schedule, run: Run) {
      const { GroupName, Name, Target } = definition;
      deliveries.take({ ...run, owner, definition: { GroupName, Name, Target } });
    },
  };
}

function deliveryOf(sent: UnderWay<Fired>): Omit<Delivery, 'principal'> {
  const { definition, dueMs, traceHeader } = sent.item;
  const { Arn, EventBridgeParameters, SqsParameters } = definition.Target;
  const { copy } = sent.marks ?? {};
  return {
    targetArn: Arn,
    payload: payloadOf(sent),
    traceHeader,
    ...(SqsParameters?.MessageGroupId !== undefined && { groupId: SqsParameters.MessageGroupId }),
    ...(EventBridgeParameters && {
      event: {
        source: EventBridgeParameters.Source,
        detailType: EventBridgeParameters.DetailType,
        resources: [scheduleArn(definition)],
        timeMs: dueMs,
      },
    }),
    ...(copy !== undefined && { copy }),
  };
}

/** Of a delivery's attributes a queue takes ten at the most: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
function attributesOf({ item, tries }: UnderWay<Fired>, refusal: Refusal, exhausted: string): Record<string, string> {
  return {
    ERROR_CODE: refusal.code,
    ERROR_MESSAGE: refusal.message,
    EXECUTION_ID: item.executionId,
    ...(exhausted && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    IS_PAYLOAD_TRUNCATED: 'false',
    RETRY_ATTEMPTS: String(tries - 1),
    SCHEDULED_TIME: isoSeconds(item.dueMs),
    SCHEDULE_ARN: scheduleArn(item.definition),
    TARGET_ARN: item.definition.Target.Arn,
  };
}

/** What the target gets: the schedule's input with what it asks of the run, or an event that says which schedule it was. */
function payloadOf({ item, tries }: UnderWay<Fired>): string {
  const { definition, executionId, dueMs } = item;
  const { Input, EventBridgeParameters } = definition.Target;
  if (Input === undefined) return EventBridgeParameters ? '{}' : defaultEvent(item);
  // https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
  const known: Record<string, string> = {
    'schedule-arn': scheduleArn(definition),
    'scheduled-time': isoSeconds(dueMs),
    'execution-id': executionId,
    'attempt-number': String(tries + 1),
  };
  return Input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (text, name: string) => known[name] ?? text);
}

function defaultEvent({ definition, executionId, dueMs }: Fired): string {
  return JSON.stringify({
    version: '0',
    id: executionId,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: LOCAL_ACCOUNT,
    time: isoSeconds(dueMs),
    region: LOCAL_REGION,
    resources: [scheduleArn(definition)],
    // A text, as AWS sends it.
    detail: '{}',
  });
}

const isoSeconds = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
