/** What AWS emits in a namespace: each metric with the sets of dimensions under which it has data. */
export interface Emitted {
  /** The page of AWS's documentation that says so. */
  page: string;
  metrics: Readonly<Record<string, readonly (readonly string[])[]>>;
}

const each = (names: readonly string[], ...dimensions: (readonly string[])[]) =>
  Object.fromEntries(names.map((name) => [name, dimensions]));

const DOCS = 'https://docs.aws.amazon.com';

/** By namespace: what alarms and dashboards here may name. A metric that is missing may be added, with its page at hand. */
export const EMITTED: Readonly<Record<string, Emitted>> = {
  'AWS/Lambda': {
    page: `${DOCS}/lambda/latest/dg/monitoring-metrics-types.html`,
    metrics: {
      ...each(
        ['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions'],
        ['FunctionName'],
        ['FunctionName', 'Resource'],
        ['FunctionName', 'ExecutedVersion'],
        [],
      ),
      ...each(
        [
          'DeadLetterErrors',
          'DestinationDeliveryFailures',
          'AsyncEventsReceived',
          'AsyncEventAge',
          'AsyncEventsDropped',
        ],
        ['FunctionName'],
      ),
      // Of streams: how old the last record of a batch is when it is handed to the function.
      IteratorAge: [['FunctionName'], ['FunctionName', 'Resource']],
    },
  },
  'AWS/SQS': {
    page: `${DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html`,
    metrics: each(
      [
        'ApproximateAgeOfOldestMessage',
        'ApproximateNumberOfMessagesDelayed',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesVisible',
        'NumberOfMessagesDeleted',
        'NumberOfMessagesReceived',
        'NumberOfMessagesSent',
      ],
      ['QueueName'],
    ),
  },
  'AWS/DynamoDB': {
    page: `${DOCS}/amazondynamodb/latest/developerguide/metrics-dimensions.html`,
    metrics: {
      // The table's are without its indexes': those stand under both dimensions.
      ...each(
        ['ReadThrottleEvents', 'WriteThrottleEvents', 'ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'],
        ['TableName'],
        ['TableName', 'GlobalSecondaryIndexName'],
      ),
      // Not by table alone: an alarm on that waits for ever.
      ...each(['ThrottledRequests', 'SystemErrors', 'SuccessfulRequestLatency'], ['TableName', 'Operation']),
      ConditionalCheckFailedRequests: [['TableName']],
      TransactionConflict: [['TableName']],
      TimeToLiveDeletedItemCount: [['TableName']],
      UserErrors: [[]],
    },
  },
  'AWS/Kinesis': {
    page: `${DOCS}/streams/latest/dev/monitoring-with-cloudwatch.html`,
    metrics: each(
      [
        'GetRecords.IteratorAgeMilliseconds',
        'IncomingBytes',
        'IncomingRecords',
        'PutRecord.Success',
        'ReadProvisionedThroughputExceeded',
        'WriteProvisionedThroughputExceeded',
      ],
      ['StreamName'],
    ),
  },
  'AWS/Firehose': {
    page: `${DOCS}/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html`,
    metrics: each(
      [
        'DeliveryToS3.DataFreshness',
        'DeliveryToS3.Records',
        'DeliveryToS3.Success',
        'IncomingRecords',
        'PartitionCountExceeded',
        'ThrottledRecords',
      ],
      ['DeliveryStreamName'],
    ),
  },
  'AWS/SNS': {
    page: `${DOCS}/sns/latest/dg/sns-monitoring-using-cloudwatch.html`,
    metrics: each(
      [
        'NumberOfMessagesPublished',
        'NumberOfNotificationsDelivered',
        'NumberOfNotificationsFailed',
        'NumberOfNotificationsFailedToRedriveToDlq',
        'NumberOfNotificationsFilteredOut',
        'NumberOfNotificationsRedrivenToDlq',
      ],
      ['TopicName'],
    ),
  },
  'AWS/Events': {
    page: `${DOCS}/eventbridge/latest/userguide/eb-monitoring.html`,
    metrics: {
      // By rule alone on the default bus, with the bus on others.
      ...each(
        [
          'FailedInvocations',
          // The page writes "Ingestionto" in its table; emitted it is like this.
          'IngestionToInvocationCompleteLatency',
          'IngestionToInvocationStartLatency',
          'IngestionToInvocationSuccessLatency',
          'Invocations',
          'InvocationsFailedToBeSentToDlq',
          'InvocationsSentToDlq',
          'MatchedEvents',
          'RetryInvocationAttempts',
          'ThrottledRules',
          'TriggeredRules',
        ],
        ['RuleName'],
        ['EventBusName', 'RuleName'],
      ),
      // Of partners' events only: an event of one's own is in none of them.
      Events: [['EventSourceName']],
    },
  },
  'AWS/EventBridge/Pipes': {
    page: `${DOCS}/eventbridge/latest/userguide/eb-pipes-monitoring.html`,
    metrics: each(
      [
        'Duration',
        'EventCount',
        'ExecutionFailed',
        'ExecutionPartiallyFailed',
        'ExecutionThrottled',
        'ExecutionTimeout',
        'Invocations',
        'TargetStageFailed',
        'TargetStagePartiallyFailed',
      ],
      ['PipeName'],
    ),
  },
  'AWS/Scheduler': {
    page: `${DOCS}/scheduler/latest/UserGuide/monitoring-cloudwatch.html`,
    // By group alone: schedules of the default group cannot be told apart.
    metrics: each(
      [
        'InvocationAttemptCount',
        'InvocationDroppedCount',
        'InvocationThrottleCount',
        'InvocationsFailedToBeSentToDeadLetterCount',
        'InvocationsSentToDeadLetterCount',
        'TargetErrorCount',
        'TargetErrorThrottledCount',
      ],
      ['ScheduleGroup'],
    ),
  },
  'AWS/ApiGateway': {
    page: `${DOCS}/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html`,
    metrics: {
      // REST APIs.
      ...each(['4XXError', '5XXError'], ['ApiName'], ['ApiName', 'Stage']),
      // HTTP APIs: http-api-metrics.html.
      ...each(['4xx', '5xx', 'DataProcessed'], ['ApiId'], ['ApiId', 'Stage']),
      // WebSocket APIs: apigateway-websocket-api-logging.html.
      ...each(
        ['ClientError', 'ConnectCount', 'ExecutionError', 'IntegrationError', 'MessageCount'],
        ['ApiId'],
        ['ApiId', 'Stage'],
      ),
      ...each(
        ['Count', 'IntegrationLatency', 'Latency'],
        ['ApiName'],
        ['ApiName', 'Stage'],
        ['ApiId'],
        ['ApiId', 'Stage'],
      ),
    },
  },
};

/** What Powertools writes for a service stands under its name (and the function's, for cold starts). */
const DOMAIN_DIMENSIONS = [['service'], ['function_name', 'service']];

/** Why there is never data for a metric under these dimensions; undefined when AWS, or the service's own code, emits it. */
export function whyNeverEmitted(namespace: string, metric: string, dimensions: readonly string[]): string | undefined {
  const isThis = (set: readonly string[]) => set.toSorted().join() === dimensions.toSorted().join();
  if (!namespace.startsWith('AWS/')) {
    return DOMAIN_DIMENSIONS.some(isThis)
      ? undefined
      : `${namespace} ${metric} is written by service, not by ${dimensions.join(' and ') || 'nothing'}`;
  }
  const emitted = EMITTED[namespace];
  if (!emitted) return `nothing is known of the namespace ${namespace}`;
  const sets = emitted.metrics[metric];
  if (!sets) return `AWS emits no ${namespace} ${metric} that is known here: ${emitted.page}`;
  if (sets.some(isThis)) return undefined;
  const known = sets.map((set) => set.join(' and ') || 'no dimension').join(', or ');
  return `AWS emits ${namespace} ${metric} by ${known}, not by ${dimensions.join(' and ') || 'no dimension'}: ${emitted.page}`;
}
