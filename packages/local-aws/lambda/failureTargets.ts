import type { Core, Delivery } from '../core/cloud.ts';
import { bring } from '../core/delivery.ts';
import { traceRoot } from '../core/trace.ts';
import type { AsyncEvent } from './asyncInvocations.ts';
import { type AttemptParts, errorIn } from './attempt.ts';
import { sessionNameOf } from './functionIam.ts';
import type { LocalFunction } from './registry.ts';
import type { InvocationResult } from './runtime/runtime.ts';

/** Why an asynchronous invocation is over. */
export type Condition =
  | 'Success'
  | 'RetriesExhausted'
  | 'EventAgeExceeded'
  | 'ZeroReservedConcurrency'
  | 'RecursiveInvocationException';

/** The outcome of an asynchronous invocation. */
export interface Ending {
  condition: Condition;
  /** How often the function was run. */
  invokeCount: number;
  /** The last run's result, if there was one. */
  result?: InvocationResult;
}

/** The most of an error's message that goes to a dead-letter queue (developer guide, "Dead-letter queues"). */
const ERROR_MESSAGE_BYTES = 1024;

/**
 * Sends what is left of an asynchronous invocation to where the function's configuration says: on-success or on-failure
 * destination (with the invocation record), and dead-letter queue (the event itself). Both use the function's own role.
 */
export async function sendOnwards(
  parts: AttemptParts,
  owner: LocalFunction,
  event: AsyncEvent,
  ending: Ending,
): Promise<void> {
  const { core } = parts;
  const config = owner.invokeConfigs.get(event.qualifier);
  if (ending.condition === 'Success') {
    if (config?.onSuccessArn)
      await send(parts, owner, event, ending, 'on-success', recordFor(core, event, ending, config.onSuccessArn));
    return;
  }
  if (config?.onFailureArn) {
    await send(parts, owner, event, ending, 'on-failure', recordFor(core, event, ending, config.onFailureArn));
  }
  if (owner.deadLetterArn)
    await send(parts, owner, event, ending, 'dead-letter', deadLetter(event, ending, owner.deadLetterArn));
  if (!config?.onFailureArn && !owner.deadLetterArn) {
    const message = `${owner.name} has neither an on-failure destination nor a dead-letter queue: the event is lost`;
    const error = { code: ending.condition, message };
    core.journal.record({ ...hopOf(owner, event, ending, 'dropped'), outcome: 'error', error });
  }
}

type Message = Pick<Delivery, 'targetArn' | 'payload' | 'attributes'>;

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function recordFor(core: Core, event: AsyncEvent, ending: Ending, targetArn: string): Message {
  const { result } = ending;
  const known = {
    version: '1.0',
    timestamp: new Date(core.clock.now()).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${event.functionArn}:${event.qualifier}`,
      condition: ending.condition,
      approximateInvokeCount: ending.invokeCount,
    },
  };
  const responseContext = {
    statusCode: 200,
    executedVersion: '$LATEST',
    ...(result?.functionError && { functionError: result.functionError }),
  };
  // Payloads are JSON already, and may nest deeper than can be read and written again.
  const members = [
    JSON.stringify(known).slice(1, -1),
    `"requestPayload":${event.payload}`,
    ...(result ? [`"responseContext":${JSON.stringify(responseContext)}`, `"responsePayload":${result.payload}`] : []),
  ];
  return { targetArn, payload: `{${members.join(',')}}` };
}

function deadLetter(event: AsyncEvent, ending: Ending, targetArn: string): Message {
  const { result, condition } = ending;
  const message = result ? errorIn(result.payload).message : condition;
  return {
    targetArn,
    payload: event.payload,
    attributes: {
      RequestID: event.requestId,
      ErrorCode: { DataType: 'Number', StringValue: result ? '200' : '429' },
      ErrorMessage: Buffer.from(message).subarray(0, ERROR_MESSAGE_BYTES).toString(),
    },
  };
}

type Step = 'on-success' | 'on-failure' | 'dead-letter';

const send = (
  { core, iam }: AttemptParts,
  owner: LocalFunction,
  event: AsyncEvent,
  ending: Ending,
  step: Step,
  message: Message,
) =>
  bring(core, { ...hopOf(owner, event, ending, step), to: message.targetArn }, () => ({
    ...message,
    principal: iam.sessionOf(owner.roleArn, sessionNameOf(owner.name)),
    traceHeader: event.traceHeader,
    ...(event.correlationId && { correlationId: event.correlationId }),
  }));

function hopOf(owner: LocalFunction, event: AsyncEvent, { condition }: Ending, step: Step | 'dropped') {
  const traceId = traceRoot(event.traceHeader);
  return {
    kind: step === 'on-success' ? ('delivery' as const) : ('dead-letter' as const),
    service: 'lambda',
    action: step,
    from: owner.arn,
    ...(event.correlationId && { correlationId: event.correlationId }),
    ...(traceId && { traceId }),
    requestId: event.requestId,
    ...(condition !== 'Success' && { detail: { reason: condition } }),
  };
}
