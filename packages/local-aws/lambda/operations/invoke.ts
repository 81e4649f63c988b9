import { z } from 'zod';
import { parseJson } from '../../core/boundedJson.ts';
import { AwsError, asError } from '../../core/errors.ts';
import { describePrincipal } from '../../core/principal.ts';
import { type CallContext, RawAnswer } from '../../core/service.ts';
import { type LogLine, logTail } from '../log.ts';
import { parseFunctionReference } from '../names.ts';
import { countedTrace } from '../recursion.ts';
import type { InvocationResult } from '../runtime/runtime.ts';
import type { LambdaParts } from '../service.ts';
import { functionInput, lambdaOperation } from './operation.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/API_Invoke.html
const MAX_SYNC_BYTES = 6_291_456;
const MAX_ASYNC_BYTES = 1_048_576;

const INVOCATION_TYPES = ['RequestResponse', 'Event', 'DryRun'] as const;
type InvocationType = (typeof INVOCATION_TYPES)[number];

const invokeInput = functionInput.extend({
  InvocationType: z.string().default('RequestResponse'),
  LogType: z.string().exactOptional(),
  /** Base64. */
  ClientContext: z.string().exactOptional(),
  /** JSON: as it came, or as text. */
  Payload: z.union([z.instanceof(Buffer), z.string()]).default(''),
});
type InvokeInput = z.output<typeof invokeInput>;

/** What an invocation came to; without a result when nobody waits for one. */
export interface Invoked {
  type: InvocationType;
  ran?: { result: InvocationResult; log: LogLine[]; version: string };
  /** The caller wants the end of the log. */
  wantsLog: boolean;
}

/** The headers that an invocation's parameters come in. */
export const INVOKE_HEADERS = {
  InvocationType: 'x-amz-invocation-type',
  LogType: 'x-amz-log-type',
  ClientContext: 'x-amz-client-context',
};

const STATUS: Record<InvocationType, number> = { RequestResponse: 200, Event: 202, DryRun: 204 };

/** Puts what an invocation came to into HTTP. */
export function invokeAnswer({ type, ran, wantsLog }: Invoked): RawAnswer {
  if (!ran) return new RawAnswer(STATUS[type], {});
  const { functionError, payload } = ran.result;
  return new RawAnswer(
    STATUS[type],
    {
      'content-type': 'application/json',
      'x-amz-executed-version': ran.version,
      ...(functionError && { 'x-amz-function-error': functionError }),
      ...(wantsLog && { 'x-amz-log-result': logTail(ran.log) }),
    },
    payload,
  );
}

/** `POST /2015-03-31/functions/{FunctionName}/invocations` */
export function invoke(parts: LambdaParts) {
  const find = ({ FunctionName, Qualifier }: InvokeInput) => {
    const isQualified = parseFunctionReference(FunctionName).qualifier !== undefined;
    return parts.registry.find(isQualified ? FunctionName : `${FunctionName}:${Qualifier ?? '$LATEST'}`);
  };

  return lambdaOperation('Invoke', {
    input: invokeInput,
    permissions: (input) => [{ action: 'lambda:InvokeFunction', resource: find(input).arn }],
    async run(input, context): Promise<Invoked> {
      const type = invocationTypeOf(input);
      const invoked = { type, wantsLog: input.LogType === 'Tail' };
      const call = requestOf(find(input), payloadOf(input, type, context), context);
      if (type === 'DryRun') return invoked;
      if (type === 'Event') {
        parts.asyncInvocations.enqueue(call);
        return invoked;
      }
      const clientContext = clientContextOf(input);
      return { ...invoked, ran: await parts.invokeNow({ ...call, ...(clientContext && { clientContext }) }) };
    },
  });
}

function requestOf(found: ReturnType<LambdaParts['registry']['find']>, payload: string, context: CallContext) {
  const { function: owner, qualifier, arn } = found;
  const { requestId, traceHeader, correlationId, principal, copy, again } = context;
  return {
    function: owner,
    qualifier,
    invokedArn: arn,
    requestId,
    payload,
    ...(traceHeader && { traceHeader: countedTrace(traceHeader, principal) }),
    ...(correlationId && { correlationId }),
    ...(copy !== undefined && { copy }),
    from: again?.from ?? describePrincipal(principal),
    ...(again && { detail: { resent: again.seq } }),
  };
}

function invocationTypeOf({ InvocationType }: InvokeInput): InvocationType {
  const known = INVOCATION_TYPES.find((type) => type === InvocationType);
  if (known) return known;
  throw new AwsError(
    'InvalidParameterValueException',
    `Unknown invocation type '${InvocationType}': it is one of ${INVOCATION_TYPES.join(', ')}`,
  );
}

/** JSON text, which comes in base64. */
function clientContextOf({ ClientContext }: InvokeInput): string | undefined {
  if (!ClientContext) return undefined;
  const text = Buffer.from(ClientContext, 'base64').toString();
  checkJson(text, 'client context into json');
  return text;
}

function checkJson(text: string, what: string): void {
  try {
    parseJson(text);
  } catch (thrown) {
    throw new AwsError('InvalidRequestContentException', `Could not parse ${what}: ${asError(thrown).message}`, {
      fields: { Type: 'User' },
    });
  }
}

function payloadOf({ Payload }: InvokeInput, type: InvocationType, { isDelivery }: CallContext): string {
  const bytes = Buffer.byteLength(Payload);
  const limit = type === 'Event' ? MAX_ASYNC_BYTES : MAX_SYNC_BYTES;
  if (bytes > limit) {
    throw new AwsError(
      'RequestTooLargeException',
      `${bytes} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      { status: 413, fields: { Type: 'User' } },
    );
  }
  if (bytes === 0) return '{}';
  const text = Payload.toString();
  // What services here bring is JSON that they made themselves.
  if (!isDelivery) checkJson(text, 'request body into json: Could not parse payload into json');
  return text;
}
