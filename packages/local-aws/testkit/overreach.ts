import {
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { LocalAws } from './localAws.ts';

/** What a service has, by name: what its functions use, though none of them manages it. */
export interface Own {
  table: string;
  topic: string;
  queue: string;
}

const ACCOUNT = '000000000000';
const REGION = 'eu-west-1';
const OTHER = 'of-another-service';

/**
 * Asks, as a function with its role's credentials, for what no function of a service needs: to look after the service's own table,
 * topic and queue (`dynamodb:*` would allow it), and to use those of another (`Resource: '*'` would). AWS checks the role before it
 * looks whether there is such a table. Gives what was not denied.
 *
 * @example
 * expect(await overreachOf(aws, 'mafia-local-new-game', { table: 'mafia-local-games', topic, queue })).toEqual([]);
 */
export async function overreachOf(aws: LocalAws, functionName: string, own: Own): Promise<string[]> {
  const env = aws.env(functionName);
  const config = {
    endpoint: aws.endpoint,
    region: REGION,
    maxAttempts: 1,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
      ...(env.AWS_SESSION_TOKEN && { sessionToken: env.AWS_SESSION_TOKEN }),
    },
  };
  const [dynamodb, sns, sqs] = [new DynamoDBClient(config), new SNSClient(config), new SQSClient(config)];
  const item = { TableName: OTHER, Key: { id: { S: 'a' } } };
  const query = { KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': { S: 'a' } } };
  const topicOf = (name: string) => `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
  const queueOf = (name: string) => `${aws.endpoint}/${ACCOUNT}/${name}`;
  const asked: Record<string, Promise<unknown>> = {
    'dynamodb:DescribeTable': dynamodb.send(new DescribeTableCommand({ TableName: own.table })),
    'sns:GetTopicAttributes': sns.send(new GetTopicAttributesCommand({ TopicArn: topicOf(own.topic) })),
    'sqs:ReceiveMessage': sqs.send(new ReceiveMessageCommand({ QueueUrl: queueOf(own.queue) })),
    "another's dynamodb:GetItem": dynamodb.send(new GetItemCommand(item)),
    "another's dynamodb:Query": dynamodb.send(new QueryCommand({ TableName: OTHER, ...query })),
    "another's index": dynamodb.send(new QueryCommand({ TableName: OTHER, IndexName: 'Index', ...query })),
    "another's dynamodb:PutItem": dynamodb.send(new PutItemCommand({ TableName: OTHER, Item: item.Key })),
    "another's dynamodb:UpdateItem": dynamodb.send(new UpdateItemCommand(item)),
    "another's dynamodb:DeleteItem": dynamodb.send(new DeleteItemCommand(item)),
    "another's sns:Publish": sns.send(new PublishCommand({ TopicArn: topicOf(OTHER), Message: 'a' })),
    "another's sqs:SendMessage": sqs.send(new SendMessageCommand({ QueueUrl: queueOf(OTHER), MessageBody: 'a' })),
  };
  const answers = await Promise.all(
    Object.entries(asked).map(([what, answer]) =>
      answer.then(
        () => [what],
        ({ name }: Error) => (/^(AccessDenied|AuthorizationError)/.test(name) ? [] : [`${what}: ${name}`]),
      ),
    ),
  );
  for (const client of [dynamodb, sns, sqs]) client.destroy();
  return answers.flat();
}
