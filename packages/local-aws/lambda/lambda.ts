import { isDeepStrictEqual } from 'node:util';
import { arnOf } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { type Principal, ROOT } from '../core/principal.ts';
import type { LocalService, PolicyDocument } from '../core/service.ts';
import { createAsyncInvocations } from './asyncInvocations.ts';
import { type AttemptParts, tryOnce } from './attempt.ts';
import { createCrashes } from './crashes.ts';
import { environmentIn } from './environment.ts';
import type { FunctionIam } from './functionIam.ts';
import type { LogSink } from './log.ts';
import type { Invoked } from './operations/invoke.ts';
import { isRecursiveLoop, RECURSION_MESSAGE } from './recursion.ts';
import { FunctionRegistry, resourcePolicyOf } from './registry.ts';
import { eventInvokeConfigType } from './resources/eventInvokeConfig.ts';
import { eventSourceMappingType } from './resources/eventSourceMapping.ts';
import { functionType } from './resources/function.ts';
import { permissionType } from './resources/permission.ts';
import { aliasType, ownerOf, versionType } from './resources/versions.ts';
import type { ServeCall } from './runtime/executionEnvironment.ts';
import type { GovernorLimits } from './runtime/governorLimits.ts';
import { createProcessRuntime } from './runtime/processRuntime.ts';
import type { FunctionCode, FunctionRuntime, InvocationResult } from './runtime/runtime.ts';
import { type LambdaParts, lambdaOperations, lambdaProtocol, refusal, type SyncRequest } from './service.ts';
import { createMappings } from './sources/mappings.ts';
import type { SourceType } from './sources/source.ts';
import { takersOf } from './sources/takers.ts';
import { newTrace, parseTrace } from './trace.ts';

/** What Lambda needs of the other parts. */
export interface LambdaOptions {
  iam: FunctionIam;
  /** Takes what functions write; nothing is kept without it. */
  logs?: LogSink;
  /** How functions are run, for tests. */
  runtime?: FunctionRuntime;
  /** Where functions call, and what serves those calls that come over a channel of their own. Default: over HTTP, where all clients do. */
  door?: { endpoint(): string; serve: ServeCall };
  /** How many execution environments there may be. */
  environments?: Partial<GovernorLimits>;
  /** What event source mappings can read, by the service in the source's ARN. */
  sources?: Readonly<Record<string, SourceType>>;
}

/** The functions of all stacks, for the rest of local-aws. */
export interface Functions {
  /**
   * Says where a function's code is; undefined: nowhere, and its events wait. Environments of the code before end; events
   * that waited for code are run. The same code again changes nothing. Throws AwsError ResourceNotFoundException.
   */
  setCode(nameOrArn: string, code: FunctionCode | undefined): Promise<void>;
  /** The whole `process.env` of a function. Throws AwsError ResourceNotFoundException. */
  environmentOf(nameOrArn: string): Record<string, string>;
  /** Tells of functions that have other code or settings now, by name. */
  onChange(listener: (functionName: string) => void): void;
  /** All functions. */
  list(): {
    name: string;
    arn: string;
    roleArn: string;
    handler: string;
    timeoutSeconds: number;
    code?: FunctionCode;
  }[];
  /**
   * Runs a function and waits for its answer, as `principal` (by default the laptop's owner).
   * Throws AwsError: AccessDenied, ResourceNotFoundException, TooManyRequestsException, RecursiveInvocationException,
   * ServiceException. A function that fails is a result with `functionError`.
   */
  invoke(
    nameOrArn: string,
    payload: unknown,
    options?: { principal?: Principal; traceHeader?: string; correlationId?: string },
  ): Promise<InvocationResult>;
}

/**
 * AWS Lambda: functions, their asynchronous invocations with retries, destinations and dead letters, and what runs them.
 */
export function createLambda(core: Core, options: LambdaOptions): LocalService & { functions: Functions } {
  const registry = new FunctionRegistry(() => core.clock.now());
  const runtime =
    options.runtime ?? createProcessRuntime({ ...options.environments, ...(options.door && { calls: options.door }) });
  const { iam } = options;
  const attemptParts: AttemptParts = {
    core,
    runtime,
    crashes: createCrashes(core),
    logs: options.logs ?? { write() {} },
    iam,
    endpoint: options.door?.endpoint ?? core.endpoint,
  };
  const asyncInvocations = createAsyncInvocations(attemptParts, registry);
  const mappings = createMappings(attemptParts, registry, options.sources ?? {});
  const parts: LambdaParts = {
    registry,
    asyncInvocations,
    mappings,
    invokeNow: (request) => core.clock.track(invokeNow(attemptParts, request)),
  };

  const listeners: ((functionName: string) => void)[] = [];
  const changed = async (functionName: string) => {
    await runtime.retire(functionName);
    asyncInvocations.wake(functionName);
    mappings.wake(functionName);
    for (const listener of listeners) listener(functionName);
  };
  const functions: Functions = {
    async setCode(nameOrArn, code) {
      const { function: owner } = registry.find(nameOrArn);
      if (isDeepStrictEqual(owner.code, code)) return;
      if (code) owner.code = code;
      else delete owner.code;
      registry.touch(owner);
      // What an earlier run has taken is as old as it was: osls compares that with what was uploaded since.
      if (code?.archive) owner.lastModifiedMs = code.archive.takenMs;
      await changed(owner.name);
    },
    environmentOf(nameOrArn) {
      const { function: owner } = registry.find(nameOrArn);
      return environmentIn(attemptParts, owner);
    },
    onChange: (listener) => void listeners.push(listener),
    list: () => registry.list(),
    async invoke(nameOrArn, payload, { principal = ROOT, ...chain } = {}) {
      const input = { FunctionName: nameOrArn, Payload: JSON.stringify(payload) ?? '' };
      const request = { service: 'lambda', operation: 'Invoke', input, principal, ...chain };
      // The invocation itself is the hop.
      const { ran } = (await core.call({ ...request, hop: false })) as Invoked;
      if (!ran) throw new TypeError(`nothing was run by an invocation of ${nameOrArn}`);
      return ran.result;
    },
  };

  return {
    id: 'lambda',
    protocol: lambdaProtocol,
    operations: lambdaOperations(parts),
    errors: {
      throttled: { code: 'TooManyRequestsException', status: 429, message: 'Rate Exceeded.' },
      denied: { code: 'AccessDeniedException', status: 403 },
    },
    policyOf: (arn) => policyIn(registry, arn),
    takes: {
      action: 'lambda:InvokeFunction',
      allowedBy: 'AWS::Lambda::Permission',
      call: ({ targetArn, payload }) => ({
        operation: 'Invoke',
        input: { FunctionName: targetArn, InvocationType: 'Event', Payload: payload },
      }),
    },
    takersOf(arn, message) {
      const ofSource = mappings.list().filter(({ request }) => request.EventSourceArn === arn);
      if (ofSource.length === 0) return [];
      const readers = ofSource.map(({ uuid, request, settings }) => ({
        arn: arnOf('lambda', `event-source-mapping:${uuid}`),
        target: registry.find(request.FunctionName).function.arn,
        settings,
        patterns: (request.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern),
      }));
      return takersOf(readers, mappings.typeOf(arn).kind, message);
    },
    resources: [
      functionType({ registry, iam, changed, removed: (functionName) => runtime.retire(functionName) }),
      versionType(registry),
      aliasType(registry),
      permissionType(registry),
      eventInvokeConfigType(registry),
      eventSourceMappingType(mappings),
    ],
    functions,
    resume() {
      asyncInvocations.resume();
      mappings.resume();
    },
    async close() {
      mappings.close();
      await runtime.close();
    },
  };
}

/** The resource policy of the function that an ARN names, with or without a qualifier. */
function policyIn(registry: FunctionRegistry, arn: string): PolicyDocument | undefined {
  const owner = ownerOf(registry, arn);
  return owner && resourcePolicyOf(owner);
}

async function invokeNow(parts: AttemptParts, { traceHeader, ...request }: SyncRequest) {
  const { core } = parts;
  const trace = parseTrace(traceHeader) ?? newTrace(core.newId(), core.clock.now());
  if (isRecursiveLoop(request.function, trace)) {
    throw new AwsError('RecursiveInvocationException', RECURSION_MESSAGE, { fields: { Type: 'User' } });
  }
  const outcome = await tryOnce(parts, { ...request, trace, number: 1, type: 'RequestResponse' });
  if (outcome.kind !== 'ran') throw refusal(outcome);
  return outcome;
}
