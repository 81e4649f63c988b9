import type { Settings } from '../core/facts.ts';
import type { Node } from '../core/network.ts';
import { kindOf } from '../core/network.ts';
import type { Json, Verb } from '../core/settings.ts';
import { accessOf } from './access.ts';
import type { Reader } from './reader.ts';
import { isRecord, listOf, numberAt, type Properties, recordsOf, textAt, within } from './template.ts';

const AWS_BATCH_OF_QUEUES = 10;

const defined = (settings: Readonly<Record<string, Json | undefined>>): Settings =>
  Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== null),
  );

/** What the text says as JSON; what is none stays a text. */
const jsonOr = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};

const filterOf = (properties: Properties): Json | undefined => {
  const criteria = isRecord(properties.FilterCriteria) ? properties.FilterCriteria : {};
  const [first] = recordsOf(criteria.Filters);
  const pattern = first === undefined ? undefined : textAt(first, 'Pattern');
  return pattern === undefined ? undefined : jsonOr(pattern);
};

const readMapping = (reader: Reader, properties: Properties): void => {
  const source = reader.target(properties.EventSourceArn);
  if (source === undefined) return;
  const batchSize = numberAt(properties, 'BatchSize');
  const ofQueue = kindOf(source) === 'queue';
  const scaling = isRecord(properties.ScalingConfig) ? properties.ScalingConfig : {};
  reader.say(
    source,
    'triggers',
    reader.target(properties.FunctionName),
    defined({
      batchSize: ofQueue && batchSize === AWS_BATCH_OF_QUEUES ? undefined : batchSize,
      windowSeconds: numberAt(properties, 'MaximumBatchingWindowInSeconds'),
      filter: filterOf(properties),
      ...(ofQueue
        ? { concurrency: numberAt(scaling, 'MaximumConcurrency') }
        : {
            startingPosition: textAt(properties, 'StartingPosition'),
            parallelization: numberAt(properties, 'ParallelizationFactor'),
            retries: numberAt(properties, 'MaximumRetryAttempts'),
          }),
    }),
  );
};

const readSubscription = (reader: Reader, topic: Node | undefined, properties: Properties): void => {
  const target = reader.target(properties.Endpoint);
  const settings = defined({ filter: properties.FilterPolicy, filterScope: properties.FilterPolicyScope });
  if (properties.Protocol === 'lambda') reader.say(topic, 'triggers', target, settings);
  if (properties.Protocol === 'sqs') {
    reader.say(topic, 'sends', target, defined({ ...settings, raw: properties.RawMessageDelivery }));
  }
};

const VERB_INTO: Readonly<Record<string, Verb>> = {
  function: 'triggers',
  queue: 'sends',
  topic: 'publishes',
  bus: 'publishes',
  stream: 'writes',
  log: 'writes',
  external: 'calls',
};

const sayTarget = (reader: Reader, from: Node | undefined, target: Properties, settings: Settings): void => {
  const to = reader.target(target.Arn);
  const verb = to === undefined ? undefined : VERB_INTO[kindOf(to)];
  if (verb !== undefined) reader.say(from, verb, to, settings);
};

const inputOf = (target: Properties): Settings => {
  const input = textAt(target, 'Input');
  return input === undefined ? {} : { input: jsonOr(input) };
};

const readRule = (reader: Reader, id: string, properties: Properties): void => {
  const clock = reader.node(id);
  for (const target of recordsOf(properties.Targets)) {
    if (clock !== undefined) sayTarget(reader, clock, target, inputOf(target));
    const pattern = properties.EventPattern;
    if (pattern !== undefined) sayTarget(reader, reader.bus(properties.EventBusName), target, { pattern });
  }
};

const readPipe = (reader: Reader, pipe: Node | undefined, properties: Properties): void => {
  const from = isRecord(properties.SourceParameters) ? properties.SourceParameters : {};
  reader.say(reader.target(properties.Source), 'triggers', pipe, defined({ filter: filterOf(from) }));
  sayTarget(reader, pipe, { Arn: properties.Target ?? null }, {});
};

/** What a delivery stream takes from a stream, and where it brings it. */
const readDelivery = (reader: Reader, delivery: Node | undefined, properties: Properties): void => {
  const from = within(properties, 'KinesisStreamSourceConfiguration', 'KinesisStreamARN');
  const to = properties.ExtendedS3DestinationConfiguration ?? properties.S3DestinationConfiguration;
  if (from !== undefined) reader.say(reader.target(from), 'triggers', delivery);
  reader.say(delivery, 'writes', reader.target(within(to, 'BucketARN')));
};

/** A trigger is the function's ARN, or says with it of which version its event is. */
const readTriggers = (reader: Reader, users: Node | undefined, properties: Properties): void => {
  for (const [key, value] of Object.entries(isRecord(properties.LambdaConfig) ? properties.LambdaConfig : {})) {
    const settings = { trigger: key.replace(/Config$/, '') };
    reader.say(
      users,
      'triggers',
      reader.target(isRecord(value) && value.LambdaArn ? value.LambdaArn : value),
      settings,
    );
  }
};

const readPermission = (reader: Reader, permission: string, properties: Properties): void => {
  if (properties.Principal !== 'alexa-connectedhome.amazon.com') return;
  const id = textAt(properties, 'EventSourceToken') ?? 'any';
  reader.say(reader.skill(permission, id), 'triggers', reader.target(properties.FunctionName));
};

/** In whose name the Scheduler calls for a group of schedules: what that role may call is what they are for. */
const readTimer = (reader: Reader, role: string, properties: Properties): void => {
  const trusted = recordsOf(within(properties, 'AssumeRolePolicyDocument', 'Statement'));
  const groups = trusted.map((statement) => within(statement, 'Condition', 'StringEquals', 'aws:SourceArn'));
  const timer = groups.map((arn) => reader.timer(arn)).find((node) => node !== undefined);
  if (timer === undefined) return;
  for (const { call, to } of accessOf(reader, role)) if (call.verb === 'calls') reader.say(timer, 'triggers', to);
};

/** Says the edges that a resource stands for: event source mappings, subscriptions, rules, archives, schedules, pipes, delivery streams, triggers, permissions. */
export const readEvents = (reader: Reader): void => {
  for (const [id, { Type, Properties = {} }] of Object.entries(reader.template.Resources)) {
    switch (Type) {
      case 'AWS::Lambda::EventSourceMapping':
        readMapping(reader, Properties);
        break;
      case 'AWS::SNS::Subscription':
        readSubscription(reader, reader.target(Properties.TopicArn), Properties);
        break;
      case 'AWS::SNS::Topic':
        for (const one of listOf(Properties.Subscription).filter(isRecord))
          readSubscription(reader, reader.node(id), one);
        break;
      case 'AWS::Events::Rule':
        readRule(reader, id, Properties);
        break;
      case 'AWS::Scheduler::Schedule':
        for (const target of recordsOf(Properties.Target)) sayTarget(reader, reader.node(id), target, inputOf(target));
        break;
      case 'AWS::Events::Archive':
        reader.say(
          reader.bus(Properties.SourceArn),
          'writes',
          reader.node(id),
          defined({ pattern: Properties.EventPattern }),
        );
        break;
      case 'AWS::Pipes::Pipe':
        readPipe(reader, reader.node(id), Properties);
        break;
      case 'AWS::KinesisFirehose::DeliveryStream':
        readDelivery(reader, reader.node(id), Properties);
        break;
      case 'AWS::Glue::Table':
        reader.say(
          reader.node(id),
          'reads',
          reader.target(within(Properties, 'TableInput', 'StorageDescriptor', 'Location')),
        );
        break;
      case 'AWS::IAM::Role':
        readTimer(reader, id, Properties);
        break;
      case 'AWS::Cognito::UserPool':
        readTriggers(reader, reader.node(id), Properties);
        break;
      case 'AWS::Lambda::Permission':
        readPermission(reader, id, Properties);
        break;
      default:
        break;
    }
  }
};
