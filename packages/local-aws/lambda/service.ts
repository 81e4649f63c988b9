import { AwsError } from '../core/errors.ts';
import { jsonAnswer, type Operation, type Protocol, type RestRoute } from '../core/service.ts';
import type { AsyncInvocations, AsyncRequest } from './asyncInvocations.ts';
import type { AttemptOutcome } from './attempt.ts';
import { getFunction, getFunctionConfiguration, listFunctions } from './operations/describe.ts';
import {
  getEventSourceMapping,
  listEventSourceMappings,
  updateEventSourceMapping,
} from './operations/eventSourceMappings.ts';
import { INVOKE_HEADERS, type Invoked, invoke, invokeAnswer } from './operations/invoke.ts';
import type { FunctionRegistry } from './registry.ts';
import type { Mappings } from './sources/mappings.ts';

/** A synchronous invocation. */
export interface SyncRequest extends AsyncRequest {
  clientContext?: string;
}

/** What the operations work with. */
export interface LambdaParts {
  registry: FunctionRegistry;
  asyncInvocations: AsyncInvocations;
  mappings: Mappings;
  /**
   * Runs a function and waits. Throws AwsError TooManyRequestsException, RecursiveInvocationException, or ServiceException when
   * there is nothing to run it with; a function that fails is a result.
   */
  invokeNow(request: SyncRequest): Promise<Extract<AttemptOutcome, { kind: 'ran' }>>;
}

const FUNCTION_PATH = /^\/2015-03-31\/functions\/([^/]+)(\/invocations|\/configuration)?$/;

const MAPPING_PATH = /^\/2015-03-31\/event-source-mappings\/?([^/]*)$/;

function mappingRoute(method: string, uuid: string): RestRoute | undefined {
  if (uuid === '') return method === 'GET' ? { operation: 'ListEventSourceMappings', parameters: {} } : undefined;
  const operation = { GET: 'GetEventSourceMapping', PUT: 'UpdateEventSourceMapping' }[method];
  return operation === undefined ? undefined : { operation, parameters: { UUID: uuid } };
}

/** Lambda's wire protocol: REST and JSON. */
export const lambdaProtocol: Protocol = {
  kind: 'rest',
  route(method, path): RestRoute | undefined {
    if (method === 'GET' && /^\/2015-03-31\/functions\/?$/.test(path)) {
      return { operation: 'ListFunctions', parameters: {} };
    }
    const [, mapping] = MAPPING_PATH.exec(path) ?? [];
    if (mapping !== undefined) return mappingRoute(method, mapping);
    const [, encodedName, tail] = FUNCTION_PATH.exec(path) ?? [];
    if (encodedName === undefined) return undefined;
    const parameters = { FunctionName: decodeURIComponent(encodedName) };
    if (method === 'POST' && tail === '/invocations') {
      return { operation: 'Invoke', parameters, headers: INVOKE_HEADERS, payload: 'Payload' };
    }
    if (method !== 'GET') return undefined;
    if (tail === '/configuration') return { operation: 'GetFunctionConfiguration', parameters };
    return tail === undefined ? { operation: 'GetFunction', parameters } : undefined;
  },
  answer: (operation, result) =>
    operation === 'Invoke'
      ? invokeAnswer(result as Invoked)
      : jsonAnswer('application/json', result, operation === 'UpdateEventSourceMapping' ? 202 : 200),
};

/** Lambda's operations. */
export function lambdaOperations(parts: LambdaParts): Record<string, Operation> {
  return {
    Invoke: invoke(parts),
    GetFunction: getFunction(parts),
    GetFunctionConfiguration: getFunctionConfiguration(parts),
    ListFunctions: listFunctions(parts),
    GetEventSourceMapping: getEventSourceMapping(parts),
    ListEventSourceMappings: listEventSourceMappings(parts),
    UpdateEventSourceMapping: updateEventSourceMapping(parts),
  };
}

/** A refused synchronous invocation, as the caller sees it. */
export function refusal(outcome: Exclude<AttemptOutcome, { kind: 'ran' }>): AwsError {
  if (outcome.kind === 'throttled') {
    return new AwsError('TooManyRequestsException', outcome.message, {
      status: 429,
      fields: { Reason: outcome.reason, Type: 'User' },
    });
  }
  return new AwsError('ServiceException', outcome.message, { status: 500, fields: { Type: 'Service' } });
}
