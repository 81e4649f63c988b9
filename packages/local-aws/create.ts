import { createApiGateway } from './apigateway/index.ts';
import { createApiGatewayV2 } from './apigatewayv2/index.ts';
import { type Assembled, assemble, type CloudOptions } from './assemble.ts';
import { createCloudFormation } from './cloudformation/api/index.ts';
import { createStacks, type StackDescription, type Stacks } from './cloudformation/stacks.ts';
import { createCloudFront } from './cloudfront/index.ts';
import { createCloudWatch } from './cloudwatch/index.ts';
import { createCognito } from './cognito/index.ts';
import type { Core } from './core/cloud.ts';
import { asError } from './core/errors.ts';
import type { Journal } from './core/journal.ts';
import type { LocalService } from './core/service.ts';
import { ACCOUNT, StateError } from './core/store/index.ts';
import { createDynamoDb, type DynamoDb } from './dynamodb/index.ts';
import { createEcr } from './ecr/index.ts';
import { createEvents } from './events/index.ts';
import { createFirehose } from './firehose/index.ts';
import { type ApiPorts, createApiPorts } from './front-door/apiPorts.ts';
import { API_PREFIX, ApiTable } from './front-door/apiTable.ts';
import type { DeployRequest } from './front-door/index.ts';
import { createGraphs } from './graph/graphs.ts';
import { Host } from './host/host.ts';
import { hostFor } from './host/hosting.ts';
import type { Iam } from './iam/index.ts';
import type { Keys } from './keys.ts';
import { createKinesis } from './kinesis/index.ts';
import { createKms } from './kms/index.ts';
import { createUploads, type Uploads } from './lambda/code/uploads.ts';
import { createLambda, type Functions, kinesisSources, type RecordForm, sqsSources } from './lambda/index.ts';
import { createLogs, type Logs } from './logs/index.ts';
import { createMessages } from './messages/index.ts';
import { createPipes } from './pipes/index.ts';
import { createS3 } from './s3/index.ts';
import { createScheduler } from './scheduler/index.ts';
import { createSchemas } from './schemas/index.ts';
import { createSecretsManager } from './secretsmanager/index.ts';
import { createSns } from './sns/index.ts';
import { createSqs } from './sqs/index.ts';
import { createSsm } from './ssm/index.ts';

export type { CloudOptions, ServiceFactory } from './assemble.ts';

/** A local AWS that is running. */
export interface Cloud {
  core: Core;
  /** `http://127.0.0.1:<port>`: what `AWS_ENDPOINT_URL` is set to. */
  endpoint: string;
  port: number;
  stacks: Stacks;
  functions: Functions;
  journal: Journal;
  logs: Logs;
  /** DynamoDB's requests and capacity units since the start, by table name: for benchmarks and cost estimates. */
  usage: DynamoDb['usage'];
  iam: Iam;
  /** What lets one change it: the secret of `/_local/`, and the owner's own access key. */
  keys: Keys;
  /** Serves stacks' APIs on ports of their own. */
  apis: Pick<ApiPorts, 'listen'>;
  /** Compiles, bundles and deploys services from their sources, as often as these change. */
  host: Host;
  /** Ends everything: open connections, functions, timers. State on disk is complete once it resolves. */
  close(): Promise<void>;
}

/** A stack as `/_local/stacks` shows it. */
export interface StackWithEnvironments extends StackDescription {
  /** The whole `process.env` of each of its functions, by physical name. */
  environments: Record<string, Record<string, string>>;
}

/**
 * Starts a local AWS with all services, and brings back the stacks that were kept in the state folder; calls that come
 * before they are back wait. Rejects with PortError when the port is taken, with StateError when another process holds the
 * folder; nothing stays open then.
 *
 * @example
 * const cloud = await createCloud({ port: 0, clock: createVirtualClock() });
 * await cloud.stacks.deploy({ stackName: 'scores', template });
 */
export async function createCloud(options: CloudOptions = {}): Promise<Cloud> {
  let made: Made | undefined;
  const log =
    options.log ?? ((message: string, error: Error) => console.error(`local-aws: ${message}: ${error.message}`));
  // Made last: they are served as the front door serves.
  const ports = Promise.withResolvers<ApiPorts>();
  /** The port is known before the stacks are back, which name it; calls wait until these exist. */
  const ready = Promise.withResolvers<void>();
  const assembled = await assemble(options, (core, iam, door) => {
    const dynamodb = createDynamoDb(core);
    const logs = createLogs(core);
    const sqs = createSqs(core);
    const secretsManager = createSecretsManager(core);
    const sqsEvents = sqsSources(core, sqs.queues);
    const kinesis = createKinesis(core);
    const streamEvents = (form: RecordForm) => kinesisSources(core, kinesis.streams, form);
    const lambda = createLambda(core, {
      iam,
      logs,
      door,
      sources: { sqs: sqsEvents, kinesis: streamEvents('lambda') },
      ...(options.environments && { environments: options.environments }),
    });
    const { functions } = lambda;
    const cognito = createCognito(core, { functions, iam, logs });
    const apiGateway = createApiGateway(core, { lambda, iam, tokens: cognito.tokens });
    const apiGatewayV2 = createApiGatewayV2(core, { lambda, iam });
    const table = new ApiTable([apiGateway.apis, apiGatewayV2.apis]);
    const events = createEvents(core, { iam, secrets: secretsManager.secrets });
    const s3 = createS3(core);
    const cloudFront = createCloudFront(core, { table, logs });
    const uploads = createUploads(core, s3.isForCode);
    const services: LocalService[] = [
      dynamodb,
      s3,
      cloudFront,
      createCloudFormation(core, { stacks: () => theStacks(made), isTrusted: s3.isForCode }),
      createEcr(),
      createSns(core),
      sqs,
      kinesis,
      createFirehose({ core, iam, streams: kinesis.streams }),
      events,
      createCloudWatch(core, { bus: events.bus, metrics: [kinesis.metrics] }),
      createSchemas(core),
      createKms(core),
      createSsm(core, { bus: events.bus }),
      createScheduler(core, { iam }),
      createPipes({ core, iam, functions, sources: { sqs: sqsEvents, kinesis: streamEvents('pipe') } }),
      secretsManager,
      logs,
      lambda,
      apiGateway,
      apiGatewayV2,
      apiGatewayV2.management,
      ...cognito.services,
    ];
    return {
      services,
      routes: { [API_PREFIX]: table, ...cognito.routes, websites: s3.websites, sites: cloudFront.sites },
      ready: ready.promise,
      stacksOf(types) {
        const stacks = createStacks(core, types, {
          setCode: (arn, code) => functions.setCode(arn, code),
          uploads,
          resolveDynamic: secretsManager.resolveDynamic,
        });
        const { journal } = core;
        const host = new Host({
          stacks,
          journal,
          apis: { listen: async (wanted) => (await ports.promise).listen(wanted) },
        });
        made = { stacks, uploads, functions, logs, usage: dynamodb.usage, host, table };
        return {
          graphs: graphsOf(made),
          messages: createMessages(core, { queues: sqs.queues }),
          usage: dynamodb.usage,
          stacks: stacksOverHttp(stacks, functions),
          services: {
            list: () => host.list(),
            host: (name, request, say) => hostFor({ host, journal, logs }, name, request, say),
          },
        };
      },
    };
  });
  if (!made) throw new TypeError('the services were assembled without stacks');
  const { core, door, services } = assembled;
  const apis = createApiPorts({ core, table: made.table, ports: door.ports, serve: door.serve, log });
  const cloud = cloudOf(assembled, made, apis);
  try {
    await restore(core, made, log);
    for (const service of services) service.resume?.();
  } catch (error) {
    await closeAfter(cloud, log);
    throw error;
  } finally {
    ready.resolve();
  }
  ports.resolve(apis);
  return cloud;
}

/** The networks of the services that run. */
const graphsOf = ({ stacks, host, functions }: Made) =>
  createGraphs({
    stacks,
    stageOf: (service) => host.find(service)?.stage,
    roleOf: (functionName) => functions.list().find(({ name }) => name === functionName)?.roleArn,
  });

/** After a start that failed: an open port would keep the process from ending. */
async function closeAfter(cloud: Cloud, log: NonNullable<CloudOptions['log']>): Promise<void> {
  await cloud.close().catch((closing: unknown) => log('local-aws did not close cleanly', asError(closing)));
}

/** What is made for the cloud beside its core. */
type Made = Pick<Cloud, 'stacks' | 'functions' | 'logs' | 'usage' | 'host'> & { table: ApiTable; uploads: Uploads };

/** They are made after the services, and asked for with the first call. */
function theStacks(made: Made | undefined): Stacks {
  if (!made) throw new Error('the stacks of local-aws are not there yet');
  return made.stacks;
}

function cloudOf(assembled: Assembled, { stacks, uploads, functions, logs, usage, host }: Made, apis: ApiPorts): Cloud {
  const { core, iam, door, keys } = assembled;
  return {
    core,
    endpoint: door.endpoint(),
    port: door.port(),
    stacks,
    functions,
    journal: core.journal,
    logs,
    usage,
    iam,
    keys,
    apis,
    host,
    async close() {
      await host.close();
      await apis.close();
      await stacks.close();
      await assembled.close();
      uploads.close();
    },
  };
}

/** A stack that no longer fits (a template of an older version, say) must not keep the others from coming back. */
async function restore(core: Core, { stacks, uploads }: Made, log: NonNullable<CloudOptions['log']>): Promise<void> {
  for (const sentence of core.store.dropped()) log('state is damaged', new StateError(sentence));
  const account = core.store.damaged().find(({ owner }) => owner === ACCOUNT);
  if (account) log('what belongs to no stack is not there', account.error);
  const failures = await stacks.restore();
  for (const { stackName, error } of failures) {
    log(`the stack '${stackName}' of an earlier run could not be brought back`, error);
  }
  // What those are made of that are not back is not known.
  if (failures.length === 0) uploads.sweep(stacks.archives());
}

/** The stacks as `/_local/stacks` serves them. */
function stacksOverHttp(stacks: Stacks, functions: Functions) {
  const withEnvironments = (stack: StackDescription): StackWithEnvironments => ({
    ...stack,
    environments: Object.fromEntries(
      stack.resources
        .filter(({ type }) => type === 'AWS::Lambda::Function')
        .map(({ physicalId }) => [physicalId, functions.environmentOf(physicalId)]),
    ),
  });
  return {
    list: () => stacks.list().map(withEnvironments),
    deploy: async (stackName: string, request: DeployRequest) =>
      withEnvironments(await stacks.deploy({ stackName, ...request })),
    remove: (stackName: string) => stacks.remove(stackName),
  };
}
