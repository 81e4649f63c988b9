import type { z } from 'zod';
import { createVirtualClock, type VirtualClock } from '../../core/clock.ts';
import type { Core, Delivery, DeliveryTarget } from '../../core/cloud.ts';
import { Faults, type faultPlanSchema } from '../../core/faults.ts';
import { Journal, type JournalEntry } from '../../core/journal.ts';
import { seededRandom } from '../../core/random.ts';
import type { AnyResourceType, LocalService, Provisioned } from '../../core/resource.ts';
import { openStore } from '../../core/store/index.ts';
import { createIam } from '../../iam/index.ts';
import { createLambda, type Functions } from '../lambda.ts';
import type { LogSink } from '../log.ts';
import type { InvocationRequest, InvocationResult, RunningInvocation } from '../runtime/runtime.ts';

type FaultPlanInput = z.input<typeof faultPlanSchema>;

/** A core with a virtual clock; what goes to queues and topics is kept. */
export interface TestCore extends Core {
  clock: VirtualClock;
  delivered: Delivery[];
  targets: Map<string, DeliveryTarget>;
  /** Hops of a kind, oldest first. */
  hops(kind: JournalEntry['kind']): JournalEntry[];
}

/** What a test says of its core. `after`: the core of an earlier run, whose store and time it goes on with. */
interface TestCoreOptions {
  faults?: FaultPlanInput;
  after?: TestCore;
}

export function createTestCore({ after, ...options }: TestCoreOptions = {}): TestCore {
  const clock = createVirtualClock(after && { startMs: after.clock.now() });
  const journal = new Journal(clock);
  const targets = new Map<string, DeliveryTarget>();
  const delivered: Delivery[] = [];
  let ids = 0;
  const core: TestCore = {
    clock,
    journal,
    targets,
    delivered,
    faults: new Faults(options.faults, journal),
    authorize: () => {},
    newId() {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    random: seededRandom(1),
    async deliver(delivery) {
      const service = delivery.targetArn.split(':')[2] ?? '';
      const target = targets.get(service);
      if (target) await target(delivery);
      else delivered.push(delivery);
    },
    registerTarget: (service, target) => void targets.set(service, target),
    interceptors: [],
    endpoint: () => 'http://127.0.0.1:4566',
    store: after?.store ?? openStore(undefined),
    stateFolder: undefined,
    hops: (kind) => journal.entries().filter((entry) => entry.kind === kind),
  };
  return core;
}

/** What a fake function does: gives its answer back, or throws. */
export type FakeFunction = (request: InvocationRequest) => unknown;

/** Lambda on a test core, with functions that are code of the test. */
export interface TestLambda extends LocalService {
  core: TestCore;
  functions: Functions;
  /** Provisions a resource as a stack would. */
  create(type: string, properties: object, logicalId?: string): Promise<Provisioned>;
  update(type: string, current: Provisioned, properties: object, previous: object): Promise<Provisioned>;
  remove(type: string, current: Provisioned): Promise<void>;
  /** Provisions a function (with a role that Lambda may use) that does what the code says. */
  addFunction(name: string, code: FakeFunction | undefined, properties?: object): Promise<string>;
  /** Sends an event as a topic would. */
  send(name: string, payload: unknown, traceHeader?: string): Promise<void>;
  requests: InvocationRequest[];
  logged: string[];
}

export async function createTestLambda(options: TestCoreOptions = {}): Promise<TestLambda> {
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
  const lambda = createLambda(core, { iam, logs, runtimes: { bundle: runtime } });
  const types: AnyResourceType[] = [...lambda.resources, ...iam.resources];

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

  return {
    ...lambda,
    core,
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
    async send(name, payload, traceHeader) {
      await core.targets.get('lambda')?.({
        targetArn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
        principal: { kind: 'service', service: 'sns.amazonaws.com', sourceArn: 'arn:aws:sns:eu-west-1:000000000000:t' },
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
