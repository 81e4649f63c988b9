import type { AnyResourceType, Provisioned } from '../../core/resource.ts';
import type { LocalService } from '../../core/service.ts';
import { createTestCore, type TestCore, type TestCoreOptions } from '../../core/tests/testCore.ts';
import { createIam, type Iam } from '../../iam/index.ts';
import { createKinesis, type Streams } from '../../kinesis/index.ts';
import { createSqs, type Sqs } from '../../sqs/index.ts';
import { createLambda, type Functions } from '../lambda.ts';
import type { LogSink } from '../log.ts';
import type { InvocationRequest, InvocationResult, RunningInvocation } from '../runtime/runtime.ts';
import { kinesisSources } from '../sources/kinesis.ts';
import { sqsSources } from '../sources/sqs.ts';

/** What a fake function does: gives its answer back, or throws. */
export type FakeFunction = (request: InvocationRequest) => unknown;

/** Lambda on a test core, with functions that are code of the test. */
export interface TestLambda extends LocalService {
  core: TestCore;
  functions: Functions;
  iam: Iam;
  /** All streams; fails without `withKinesis`. */
  streams(): Streams;
  /** Provisions a resource as a stack would. */
  create(type: string, properties: object, logicalId?: string): Promise<Provisioned>;
  update(type: string, current: Provisioned, properties: object, previous: object): Promise<Provisioned>;
  remove(type: string, current: Provisioned): Promise<void>;
  /** Provisions a function (with a role that Lambda may use) that does what the code says. */
  addFunction(name: string, code: FakeFunction | undefined, properties?: object): Promise<string>;
  /** Sends an event as a topic would, or another service. */
  send(name: string, payload: unknown, traceHeader?: string, service?: string): Promise<void>;
  requests: InvocationRequest[];
  /** SQS; fails without `withSqs`. */
  sqs(): Sqs;
  logged: string[];
}

/** `withSqs`: with SQS, whose queues can be event sources; `withKinesis`: with Kinesis and its streams. */
export async function createTestLambda(
  options: TestCoreOptions & { withSqs?: boolean; withKinesis?: boolean } = {},
): Promise<TestLambda> {
  const core = createTestCore(options);
  const iam = createIam(core);
  const codes = new Map<string, FakeFunction>();
  const requests: InvocationRequest[] = [];
  const logged: string[] = [];
  const logs: LogSink = { write: (_group, _stream, lines) => logged.push(...lines.map(({ message }) => message)) };
  const runtime = {
    invoke(spec: { functionName: string }, request: InvocationRequest): RunningInvocation {
      requests.push(request);
      return { result: runFake(codes.get(spec.functionName), request), kill: async () => {} };
    },
    retire: async () => {},
    close: async () => {},
  };
  const sqs = options.withSqs ? core.add(createSqs(core)) : undefined;
  const kinesis = options.withKinesis ? core.add(createKinesis(core)) : undefined;
  const lambda = core.add(
    createLambda(core, {
      iam,
      logs,
      runtime,
      sources: {
        ...(sqs && { sqs: sqsSources(core, sqs.queues) }),
        ...(kinesis && { kinesis: kinesisSources(core, kinesis.streams) }),
      },
    }),
  );
  const types: AnyResourceType[] = [lambda, iam, sqs, kinesis].flatMap((service) => [...(service?.resources ?? [])]);

  const typeNamed = (type: string): AnyResourceType => {
    const found = types.find((candidate) => candidate.type === type);
    if (!found) throw new Error(`there is no ${type}`);
    return found;
  };
  const contextOf = (logicalId: string) => ({
    stackName: 'tests',
    logicalId,
    generateName: () => `tests-${logicalId}`,
  });
  const create: TestLambda['create'] = async (type, properties, logicalId = 'Resource') => {
    const found = typeNamed(type);
    return found.create(found.properties.parse(properties), contextOf(logicalId));
  };
  const role = await create('AWS::IAM::Role', ROLE, 'Role');
  // A test that goes on after an earlier run says itself when all is there again.
  if (!options.after) lambda.resume?.();

  return {
    ...lambda,
    core,
    iam,
    streams() {
      if (!kinesis) throw new Error('the test has no Kinesis');
      return kinesis.streams;
    },
    sqs() {
      if (!sqs) throw new Error('the test has no SQS');
      return sqs;
    },
    create,
    requests,
    logged,
    async update(type, current, properties, previous) {
      const found = typeNamed(type);
      return found.update(
        current,
        found.properties.parse(properties),
        found.properties.parse(previous),
        contextOf('Resource'),
      );
    },
    remove: async (type, current) => typeNamed(type).remove(current, {}, contextOf('Resource')),
    async addFunction(name, code, properties = {}) {
      const basics = { FunctionName: name, Handler: 'index.handler', Runtime: 'nodejs24.x', Role: role.attributes.Arn };
      const { attributes } = await create('AWS::Lambda::Function', { ...basics, ...properties });
      if (code) {
        codes.set(name, code);
        await lambda.functions.setCode(name, { kind: 'bundle', file: '/none.cjs', handler: 'handler' });
      }
      return attributes.Arn ?? '';
    },
    async send(name, payload, traceHeader, service = 'sns.amazonaws.com') {
      await core.deliver({
        targetArn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
        principal: { kind: 'service', service, sourceArn: 'arn:aws:sns:eu-west-1:000000000000:t' },
        payload: JSON.stringify(payload),
        ...(traceHeader && { traceHeader }),
      });
    },
  };
}

const ROLE = {
  RoleName: 'functions',
  AssumeRolePolicyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  },
};

async function runFake(code: FakeFunction | undefined, request: InvocationRequest): Promise<InvocationResult> {
  const common = { log: [], logStreamName: 'stream', durationMs: 1 };
  try {
    return { ...common, payload: JSON.stringify(await code?.(request)) ?? 'null' };
  } catch (thrown) {
    const { name, message } = thrown as Error;
    return {
      ...common,
      payload: JSON.stringify({ errorType: name, errorMessage: message, trace: [] }),
      functionError: 'Unhandled',
    };
  }
}
