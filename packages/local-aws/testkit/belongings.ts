import { CloudFormationClient, ListExportsCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { FirehoseClient, ListDeliveryStreamsCommand } from '@aws-sdk/client-firehose';
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { KMSClient, ListAliasesCommand } from '@aws-sdk/client-kms';
import { LambdaClient, ListEventSourceMappingsCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListSubscriptionsCommand, ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';

/** How an account is reached. */
export interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** Names of what there is, by kind: `tables`. */
export type Belongings = Record<string, string[]>;

/** AWS makes them itself for an account, and they stay. */
const isOfAws = (alias: string) => alias.startsWith('alias/aws/');

/** What is in an account, as far as its services list it. A key of KMS that waits for its deletion is not among it. */
export async function belongingsOf(config: ClientConfig): Promise<Belongings> {
  const cloudFormation = new CloudFormationClient(config);
  const lambda = new LambdaClient(config);
  const sns = new SNSClient(config);
  const events = new EventBridgeClient(config);
  const asked: Record<string, Promise<(string | undefined)[] | undefined>> = {
    stacks: cloudFormation
      .send(new ListStacksCommand({}))
      .then((all) => all.StackSummaries?.map((one) => one.StackName)),
    exports: cloudFormation.send(new ListExportsCommand({})).then((all) => all.Exports?.map((one) => one.Name)),
    buckets: new S3Client(config).send(new ListBucketsCommand({})).then((all) => all.Buckets?.map((one) => one.Name)),
    tables: new DynamoDBClient(config).send(new ListTablesCommand({})).then((all) => all.TableNames),
    queues: new SQSClient(config).send(new ListQueuesCommand({})).then((all) => all.QueueUrls),
    topics: sns.send(new ListTopicsCommand({})).then((all) => all.Topics?.map((one) => one.TopicArn)),
    subscriptions: sns
      .send(new ListSubscriptionsCommand({}))
      .then((all) => all.Subscriptions?.map((one) => one.SubscriptionArn)),
    functions: lambda.send(new ListFunctionsCommand({})).then((all) => all.Functions?.map((one) => one.FunctionName)),
    mappings: lambda
      .send(new ListEventSourceMappingsCommand({}))
      .then((all) => all.EventSourceMappings?.map((one) => one.EventSourceArn)),
    'log groups': new CloudWatchLogsClient(config)
      .send(new DescribeLogGroupsCommand({}))
      .then((all) => all.logGroups?.map((one) => one.logGroupName)),
    alarms: new CloudWatchClient(config)
      .send(new DescribeAlarmsCommand({}))
      .then((all) => all.MetricAlarms?.map((one) => one.AlarmName)),
    streams: new KinesisClient(config).send(new ListStreamsCommand({})).then((all) => all.StreamNames),
    'delivery streams': new FirehoseClient(config)
      .send(new ListDeliveryStreamsCommand({}))
      .then((all) => all.DeliveryStreamNames),
    buses: events.send(new ListEventBusesCommand({})).then((all) => all.EventBuses?.map((one) => one.Name)),
    rules: events.send(new ListRulesCommand({})).then((all) => all.Rules?.map((one) => one.Name)),
    schedules: new SchedulerClient(config)
      .send(new ListSchedulesCommand({}))
      .then((all) => all.Schedules?.map((one) => one.Name)),
    parameters: new SSMClient(config)
      .send(new DescribeParametersCommand({}))
      .then((all) => all.Parameters?.map((one) => one.Name)),
    secrets: new SecretsManagerClient(config)
      .send(new ListSecretsCommand({}))
      .then((all) => all.SecretList?.map((one) => one.Name)),
    'key aliases': new KMSClient(config)
      .send(new ListAliasesCommand({}))
      .then((all) => all.Aliases?.flatMap(({ AliasName: name = '' }) => (isOfAws(name) ? [] : [name]))),
  };
  const found = Object.entries(asked).map(async ([what, names]) => {
    const all = ((await names) ?? []).flatMap((name) => name ?? []);
    return [what, all.sort()] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

/** What is there and was not before, a line each: `tables: a, b`. */
export function addedTo(before: Belongings, after: Belongings): string[] {
  return Object.entries(after).flatMap(([what, names]) => {
    const added = names.filter((name) => !before[what]?.includes(name));
    return added.length === 0 ? [] : [`${what}: ${added.join(', ')}`];
  });
}
