import type { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import { describePrincipal } from '../../core/principal.ts';
import { type CallContext, RawAnswer } from '../../core/service.ts';
import { logTail } from '../log.ts';
import { resourcePolicyOf } from '../registry.ts';
import type { LambdaParts } from '../service.ts';
import { functionInput, lambdaOperation } from './operation.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/API_Invoke.html
const MAX_SYNC_BYTES = 6_291_456;
const MAX_ASYNC_BYTES = 1_048_576;

const INVOCATION_TYPES = ['RequestResponse', 'Event', 'DryRun'] as const;
type InvocationType = (typeof INVOCATION_TYPES)[number];

/** `POST /2015-03-31/functions/{FunctionName}/invocations` */
export function invoke(parts: LambdaParts) {
  const find = ({ FunctionName, Qualifier }: z.output<typeof functionInput>) =>
    parts.registry.find(Qualifier ? `${FunctionName}:${Qualifier}` : FunctionName);

  return lambdaOperation('Invoke', {
    input: functionInput,
    permissions(input) {
      const { function: owner, arn } = find(input);
      const resourcePolicy = resourcePolicyOf(owner);
      return [{ action: 'lambda:InvokeFunction', resource: arn, ...(resourcePolicy && { resourcePolicy }) }];
    },
    async run(input, context) {
      const { function: owner, qualifier, arn } = find(input);
      const type = invocationTypeOf(context);
      const payload = payloadOf(context, type);
      const call = {
        function: owner,
        qualifier,
        invokedArn: arn,
        requestId: context.requestId,
        payload,
        ...(context.traceHeader && { traceHeader: context.traceHeader }),
        from: describePrincipal(context.principal),
      };
      if (type === 'DryRun') return new RawAnswer(204, {});
      if (type === 'Event') {
        parts.asyncInvocations.enqueue(call);
        return new RawAnswer(202, {});
      }
      const clientContext = clientContextOf(context);
      const { result, log } = await parts.invokeNow({ ...call, ...(clientContext && { clientContext }) });
      return new RawAnswer(
        200,
        {
          'content-type': 'application/json',
          'x-amz-executed-version': '$LATEST',
          ...(result.functionError && { 'x-amz-function-error': result.functionError }),
          ...(header(context, 'x-amz-log-type') === 'Tail' && { 'x-amz-log-result': logTail(log) }),
        },
        result.payload,
      );
    },
  });
}

const header = (context: CallContext, name: string): string | undefined => context.http?.headers[name];

function invocationTypeOf(context: CallContext): InvocationType {
  const asked = header(context, 'x-amz-invocation-type') ?? 'RequestResponse';
  const known = INVOCATION_TYPES.find((type) => type === asked);
  if (!known) {
    throw new AwsError(
      'InvalidParameterValueException',
      `Unknown invocation type '${asked}': it is one of ${INVOCATION_TYPES.join(', ')}`,
    );
  }
  return known;
}

/** JSON text, which comes in base64. */
function clientContextOf(context: CallContext): string | undefined {
  const sent = header(context, 'x-amz-client-context');
  if (!sent) return undefined;
  const text = Buffer.from(sent, 'base64').toString();
  checkJson(text, 'client context');
  return text;
}

function checkJson(text: string, what: string): void {
  try {
    JSON.parse(text);
  } catch (thrown) {
    throw new AwsError('InvalidRequestContentException', `Could not parse ${what} into json: ${String(thrown)}`, {
      fields: { Type: 'User' },
    });
  }
}

function payloadOf(context: CallContext, type: InvocationType): string {
  const body = context.http?.body ?? Buffer.alloc(0);
  const limit = type === 'Event' ? MAX_ASYNC_BYTES : MAX_SYNC_BYTES;
  if (body.length > limit) {
    throw new AwsError(
      'RequestTooLargeException',
      `${body.length} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      { status: 413, fields: { Type: 'User' } },
    );
  }
  if (body.length === 0) return '{}';
  const text = body.toString();
  checkJson(text, 'request body');
  return text;
}
