import { join } from 'node:path';
import { createDocumentClient } from '@arcade/dynamodb';
import { type AnyEvent, attributesOf } from '@arcade/events';
import { ALL_CONTRACTS } from '@arcade/events/contracts';
import {
  apiOf,
  compileService,
  type LocalAws,
  type LocalAwsOptions,
  type OpenSocket,
  socketsOf,
  startLocalAws,
  type Template,
} from '@arcade/local-aws/testkit';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';

export const SERVICE_FOLDER = join(import.meta.dirname, '..');
const STACK = 'lobby-local';

/** What other services give, by the names that the params' defaults say. */
export const TOPICS = {
  announcements: 'ping-pong-announcements',
  ping: 'ping-pong-ping',
  pong: 'ping-pong-pong',
  gameEvents: 'mafia-game-events',
  outcomes: 'smart-home-outcomes',
  trials: 'space-invaders-trials',
} as const;
const BUS = 'fakemon';
const STREAM = 'space-invaders-statuses';

const givers = (): Template => ({
  Resources: {
    ...Object.fromEntries(
      Object.entries(TOPICS).map(([id, TopicName]) => [id, { Type: 'AWS::SNS::Topic', Properties: { TopicName } }]),
    ),
    statuses: { Type: 'AWS::Kinesis::Stream', Properties: { Name: STREAM, ShardCount: 1 } },
    bus: { Type: 'AWS::Events::EventBus', Properties: { Name: BUS } },
  },
});

/** The service on a local AWS of its own, and those whom it hears. */
export interface Lobby {
  aws: LocalAws;
  ask: ReturnType<typeof apiOf>;
  /** Somebody comes in. */
  enter(): Promise<OpenSocket>;
  /** Publishes as the service does whose topic it is. */
  publish(topic: keyof typeof TOPICS, event: AnyEvent): Promise<void>;
  /** Puts an event on fakemon's bus. */
  put(event: AnyEvent): Promise<void>;
  /** Puts a record on the stream of statuses: as whoever may, so anything. */
  say(record: string | AnyEvent): Promise<void>;
  /** All items of a table: `lobby`, `connections`. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into items of many kinds.
  itemsOf(table: string): Promise<Record<string, any>[]>;
  stop(): Promise<void>;
}

/** Starts the service, with topics and a bus in the place of the others'. */
export async function startLobby(options?: LocalAwsOptions & { transform?(template: Template): void }): Promise<Lobby> {
  const { stackName, functions, ...compiled } = await compileService(SERVICE_FOLDER);
  const aws = await startLocalAws(options);
  await aws.cloud.stacks.deploy({ stackName: 'givers', template: givers(), functions: {} });
  const template = structuredClone(compiled.template) as unknown as Template;
  options?.transform?.(template);
  await aws.cloud.stacks.deploy({ stackName, template, functions });
  const { wsUrl = '' } = await aws.cloud.apis.listen({ stackName, http: 0, websocket: 0 });
  const sockets = socketsOf(wsUrl);
  const [documents, sns, events, kinesis] = [
    createDocumentClient(aws.rootClientConfig),
    new SNSClient(aws.rootClientConfig),
    new EventBridgeClient(aws.rootClientConfig),
    new KinesisClient(aws.rootClientConfig),
  ];

  return {
    aws,
    ask: apiOf(aws.outputs(STACK).ApiUrl ?? ''),
    enter: () => sockets.connect(''),
    async publish(topic, event) {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributesOf(ALL_CONTRACTS, event)).map(([name, StringValue]) => [
          name,
          { DataType: 'String', StringValue },
        ]),
      );
      const TopicArn = `arn:aws:sns:eu-west-1:000000000000:${TOPICS[topic]}`;
      await sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify(event), MessageAttributes }));
    },
    async put(event) {
      const entry = { EventBusName: BUS, Source: event.source, DetailType: event.type, Detail: JSON.stringify(event) };
      const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries: [entry] }));
      if (FailedEntryCount) throw new Error('the bus has not taken it');
    },
    async say(record) {
      const Data = Buffer.from(typeof record === 'string' ? record : JSON.stringify(record));
      await kinesis.send(new PutRecordCommand({ StreamName: STREAM, PartitionKey: 'ann', Data }));
    },
    async itemsOf(table) {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName: `${STACK}-${table}` }));
      return Items;
    },
    async stop() {
      sockets.terminate();
      for (const client of [documents, sns, events, kinesis]) client.destroy();
      await aws.stop();
    },
  };
}
