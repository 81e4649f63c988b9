import { NotSupportedError } from '../core/errors.ts';
import type { PolicyDocument } from '../core/service.ts';

const allow = (...actions: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: actions, Resource: '*' },
});

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const TRACES = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:GetSamplingStatisticSummaries',
];

/** AWS's own managed policies that are known here, with what stands in them. */
const AWS_POLICIES: Record<string, PolicyDocument> = {
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html and its neighbours
  'service-role/AWSLambdaBasicExecutionRole': allow(...LOGS),
  'service-role/AWSLambdaSQSQueueExecutionRole': allow(
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    ...LOGS,
  ),
  'service-role/AWSLambdaDynamoDBExecutionRole': allow(
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    ...LOGS,
  ),
  'service-role/AWSLambdaKinesisExecutionRole': allow(
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
    'kinesis:ListStreams',
    'kinesis:SubscribeToShard',
    ...LOGS,
  ),
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': allow(
    ...LOGS,
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:GetLogEvents',
    'logs:FilterLogEvents',
  ),
  AWSXRayDaemonWriteAccess: allow(...TRACES),
  AWSXrayWriteOnlyAccess: allow(...TRACES),
};

const AWS_PREFIX = 'arn:aws:iam::aws:policy/';

/** Whether the ARN is that of a policy which AWS itself manages. */
export const isAwsManaged = (arn: string): boolean => arn.startsWith(AWS_PREFIX);

/** The content of an AWS managed policy. Throws NotSupportedError for one that is not known here, by its name. */
export function awsManagedPolicy(arn: string): PolicyDocument {
  const document = AWS_POLICIES[arn.slice(AWS_PREFIX.length)];
  if (document) return document;
  const known = Object.keys(AWS_POLICIES).join(', ');
  throw new NotSupportedError(`the managed policy '${arn}'`, `It knows the content of ${known}`);
}
