import { isObject, listOf, ofType, referenced, type Template } from '../template.ts';
import { watchBus, watchDefaultRule, watchPipe, watchSchedules } from './eventBridge.ts';
import { FAILURES, type Metric, metric, type Resource, type Watched, type Watcher, watch, watchAll } from './watch.ts';

/** How late a batch, or the oldest message of a queue, may be. */
const LATE_SECONDS = 300;

/** What is watched of all that a template has. */
export function watchedIn(template: Template): Watched[] {
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    const watched = WATCHED[Type]?.({ id, properties: Properties, template });
    return watched ? [{ id, ...watched }] : [];
  });
}

const WATCHED: Readonly<Record<string, Watcher>> = {
  'AWS::Lambda::Function': watchFunction,
  'AWS::SQS::Queue': watchQueue,
  'AWS::DynamoDB::Table': watchTable,
  'AWS::Kinesis::Stream': watchStream,
  'AWS::KinesisFirehose::DeliveryStream': watchDeliveryStream,
  'AWS::Events::EventBus': watchBus,
  'AWS::Events::Rule': watchDefaultRule,
  'AWS::Pipes::Pipe': watchPipe,
  'AWS::Scheduler::ScheduleGroup': watchSchedules,
  'AWS::ApiGateway::Stage': watchRestApi,
  'AWS::ApiGatewayV2::Stage': watchApi,
};

/** A function that only an API calls has no alarm of its own: what it fails with, the API answers as a 5xx. */
function watchFunction({ id, template }: Resource): Omit<Watched, 'id'> {
  const of = metric('AWS/Lambda', { FunctionName: { Ref: id } });
  const sources = ofType(template, 'AWS::Lambda::EventSourceMapping')
    .map(([, { Properties = {} }]) => Properties)
    .filter(({ FunctionName }) => referenced(FunctionName) === id);
  const invokers = ofType(template, 'AWS::Lambda::Permission')
    .filter(([, { Properties }]) => referenced(Properties?.FunctionName) === id)
    .map(([, { Properties }]) => Properties?.Principal);
  // The Scheduler calls with a role, and needs no permission of the function's.
  const isPlanned = ofType(template, 'AWS::Scheduler::Schedule').some(
    ([, { Properties }]) => isObject(Properties?.Target) && referenced(Properties.Target.Arn) === id,
  );
  const isUnheard =
    isPlanned || sources.length > 0 || invokers.some((principal) => principal !== 'apigateway.amazonaws.com');
  // Only sources that are read in order have an iterator.
  const isStreamed = sources.some(({ StartingPosition }) => StartingPosition !== undefined);
  return {
    kind: 'functions',
    drawn: {
      'Errors and throttles': [of('Errors'), of('Throttles')],
      'Duration (p99)': [of('Duration', 'p99')],
      ...(isStreamed && { 'Age of records': [of('IteratorAge', 'Maximum')] }),
    },
    watches: [
      ...(isUnheard
        ? [
            watch('Fails', 'fails again and again; single failures are healed by retries', [of('Errors')], FAILURES),
            watch('IsThrottled', 'is throttled: what it should handle waits', [of('Throttles')]),
          ]
        : []),
      ...(isStreamed
        ? [watch('IsLate', 'lags behind its stream', [of('IteratorAge', 'Maximum')], LATE_SECONDS * 1000)]
        : []),
    ],
  };
}

/** A queue that nobody reads holds what went wrong; one that is read should not grow old. */
function watchQueue({ id, template }: Resource): Omit<Watched, 'id'> {
  const of = metric('AWS/SQS', { QueueName: { 'Fn::GetAtt': [id, 'QueueName'] } });
  const sources = [
    ...ofType(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties?.EventSourceArn),
    ...ofType(template, 'AWS::Pipes::Pipe').map(([, { Properties }]) => Properties?.Source),
  ];
  const isRead = sources.some((source) => referenced(source) === id);
  const waiting = of('ApproximateNumberOfMessagesVisible', 'Maximum');
  if (!isRead) {
    return {
      kind: 'dead letters',
      drawn: { 'Dead letters': [waiting] },
      watches: [
        {
          ...watch('HoldsMessages', 'holds what could not be handled: README.md says how to redrive it', [waiting]),
          periodSeconds: 60,
        },
      ],
    };
  }
  const age = of('ApproximateAgeOfOldestMessage', 'Maximum');
  return {
    kind: 'queues',
    drawn: { 'Messages that wait': [waiting], 'Age of the oldest message': [age] },
    watches: [watch('IsLate', 'has messages that nobody handles', [age], LATE_SECONDS)],
  };
}

/** A metric of the table alone is without its indexes'. */
function watchTable({ id, properties }: Resource): Omit<Watched, 'id'> {
  const indexes = listOf(properties.GlobalSecondaryIndexes).flatMap((index) =>
    isObject(index) ? [{ GlobalSecondaryIndexName: index.IndexName }] : [],
  );
  const places = [{}, ...indexes].map((index) => metric('AWS/DynamoDB', { TableName: { Ref: id }, ...index }));
  const throttled = places.flatMap((of) => [of('ReadThrottleEvents'), of('WriteThrottleEvents')]);
  const used = places.slice(0, 1).flatMap((of) => [of('ConsumedReadCapacityUnits'), of('ConsumedWriteCapacityUnits')]);
  return {
    kind: 'tables',
    drawn: { 'Read and written units': used, 'Throttled reads and writes': throttled },
    watches: watchAll('IsThrottled', 'refuses requests as too many', throttled),
  };
}

function watchStream({ id }: Resource): Omit<Watched, 'id'> {
  const of = metric('AWS/Kinesis', { StreamName: { Ref: id } });
  const refused = [of('WriteProvisionedThroughputExceeded'), of('ReadProvisionedThroughputExceeded')];
  return {
    kind: 'streams',
    drawn: { 'Records that come in': [of('IncomingRecords')], 'Refused writes and reads': refused },
    watches: [watch('IsThrottled', 'refuses records: too few shards', refused)],
  };
}

function watchDeliveryStream({ id, properties }: Resource): Omit<Watched, 'id'> {
  const of = metric('AWS/Firehose', { DeliveryStreamName: { Ref: id } });
  const age = of('DeliveryToS3.DataFreshness', 'Maximum');
  const { ExtendedS3DestinationConfiguration: destination } = properties;
  const isPartitioned = isObject(destination) && destination.DynamicPartitioningConfiguration !== undefined;
  const hasTooMany = of('PartitionCountExceeded', 'Maximum'); // 1 or 0
  return {
    kind: 'streams',
    drawn: { 'Age of records to deliver': [age] },
    // It waits up to 15 minutes for a batch to fill.
    watches: [
      watch('IsLate', 'does not deliver', [age], 30 * 60),
      ...(isPartitioned ? [watch('IsCrowded', 'has too many partitions: it delivers as errors', [hasTooMany])] : []),
    ],
  };
}

function watchRestApi({ properties, template }: Resource): Omit<Watched, 'id'> | undefined {
  const api = template.Resources[referenced(properties.RestApiId) ?? ''];
  if (!api) return undefined;
  const of = metric('AWS/ApiGateway', { ApiName: api.Properties?.Name, Stage: properties.StageName });
  return watchAnswers([of('Count'), of('4XXError'), of('5XXError')], of('Latency', 'p99'));
}

function watchApi({ properties, template }: Resource): Omit<Watched, 'id'> | undefined {
  const api = template.Resources[referenced(properties.ApiId) ?? ''];
  if (!api) return undefined;
  const of = metric('AWS/ApiGateway', { ApiId: properties.ApiId, Stage: properties.StageName });
  if (api.Properties?.ProtocolType !== 'WEBSOCKET') {
    return watchAnswers([of('Count'), of('4xx'), of('5xx')], of('Latency', 'p99'));
  }
  const failed = [of('ExecutionError'), of('IntegrationError')];
  return {
    kind: 'sockets',
    drawn: { 'Connections and messages': [of('ConnectCount'), of('MessageCount')], 'Failed messages': failed },
    watches: [watch('Fails', 'fails with messages', failed)],
  };
}

/** The last of the metrics is that of failures on our side. */
function watchAnswers(answers: Metric[], latency: Metric): Omit<Watched, 'id'> {
  return {
    kind: 'APIs',
    drawn: { Answers: answers, 'Latency (p99)': [latency] },
    watches: [watch('Fails', 'answers 5xx', answers.slice(-1))],
  };
}
