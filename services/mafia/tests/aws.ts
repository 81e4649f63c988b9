import { join } from 'node:path';
import { type AnyEvent, parseEvent } from '@arcade/events';
import { type MafiaEvent, mafiaEvents } from '@arcade/events/contracts/mafia';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '@arcade/local-aws/testkit';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

export const SERVICE_FOLDER = join(import.meta.dirname, '..');

/** A first deployment compiles the service, and the machine may be busy. */
export const PATIENCE_MS = 120_000;

/** A compiled template, as a test changes it. */
export type Template = Parameters<NonNullable<NonNullable<Parameters<LocalAws['deploy']>[1]>['transform']>>[0];

/** Starts a local AWS of its own, with the service on it. */
export async function startMafia(
  options: LocalAwsOptions = {},
  transform: (template: Template) => void = () => undefined,
): Promise<LocalAws> {
  const aws = await startLocalAws(options);
  try {
    await aws.deploy(SERVICE_FOLDER, { transform });
    return aws;
  } catch (error) {
    await aws.stop();
    throw error;
  }
}

/** Takes the relay's schedule out: for tests that let days pass, and for those that call the relay themselves. */
export function withoutSchedule({ Resources }: Template): void {
  for (const [id, { Type }] of Object.entries(Resources)) if (Type === 'AWS::Events::Rule') delete Resources[id];
  delete Resources.RelayEventsLambdaPermissionEventsRuleSchedule1;
}

/** Adds another service's queue, subscribed to the topic of games' events. */
export function withListener(template: Template): void {
  Object.assign(template.Resources, {
    Listener: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'listener' } },
    ListenerPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Listener' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'sns.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: { 'Fn::GetAtt': ['Listener', 'Arn'] },
              Condition: { ArnEquals: { 'aws:SourceArn': { Ref: 'GameEvents' } } },
            },
          ],
        },
      },
    },
    ListenerSubscription: {
      Type: 'AWS::SNS::Subscription',
      DependsOn: 'ListenerPolicy',
      Properties: {
        TopicArn: { Ref: 'GameEvents' },
        Protocol: 'sqs',
        Endpoint: { 'Fn::GetAtt': ['Listener', 'Arn'] },
        RawMessageDelivery: true,
      },
    },
  });
}

/** Empties the listener's queue: every copy of every event that arrived, checked against the contracts. */
export async function receivedBy(aws: LocalAws): Promise<MafiaEvent[]> {
  const sqs = new SQSClient(aws.rootClientConfig);
  const QueueUrl = `${aws.endpoint}/000000000000/listener`;
  const events: MafiaEvent[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) break;
    events.push(...Messages.map(({ Body = '' }) => parseEvent(mafiaEvents, Body)));
    const Entries = Messages.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  sqs.destroy();
  return events;
}

/** How many items the table has. */
export async function countItems(aws: LocalAws): Promise<number | undefined> {
  const dynamodb = new DynamoDBClient(aws.rootClientConfig);
  const { Count } = await dynamodb.send(new ScanCommand({ TableName: 'mafia-local-games', Select: 'COUNT' }));
  dynamodb.destroy();
  return Count;
}

/** Each event once, as a consumer that drops the ids it has seen. */
export const onceEach = <Event extends AnyEvent>(events: readonly Event[]): Event[] => [
  ...new Map(events.map((event) => [event.id, event])).values(),
];
