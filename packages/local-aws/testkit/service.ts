import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type LocalAws, type LocalAwsOptions, startLocalAws, type Template } from './localAws.ts';

/** A first deployment compiles the service, and the machine may be busy. */
export const PATIENCE_MS = 120_000;

/** How a service is started for a test. */
export interface ServiceOptions extends LocalAwsOptions {
  /** Values for `params:`. Each set of them is compiled once, so let tests share one. */
  params?: Record<string, string>;
  /** Overrides variables of the functions that have them: without compiling again. */
  variables?: Record<string, string | undefined>;
  /** Changes the compiled template before it is deployed. */
  transform?: ((template: Template) => void) | undefined;
}

/** Starts a local AWS of its own, with the service in `folder` on it. */
export async function startService(
  folder: string,
  { params, variables = {}, transform, ...options }: ServiceOptions = {},
): Promise<LocalAws> {
  const aws = await startLocalAws(options);
  try {
    await aws.deploy(folder, {
      ...(params && { params }),
      transform(template) {
        overrideVariables(template, variables);
        transform?.(template);
      },
    });
    return aws;
  } catch (error) {
    await aws.stop();
    throw error;
  }
}

function overrideVariables({ Resources }: Template, variables: Record<string, string | undefined>): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { Variables = {} } = Properties.Environment ?? {};
    for (const [name, value] of Object.entries(variables)) if (name in Variables) Variables[name] = value;
  }
}

/** Stops the schedules: for tests that let days pass, and for those that do themselves what a schedule would. */
export function withoutSchedules({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    const isRule = Type === 'AWS::Events::Rule' && Properties.ScheduleExpression;
    if (isRule || Type === 'AWS::Scheduler::Schedule') Properties.State = 'DISABLED';
  }
}

/** Adds another service's queue, `listener`, subscribed to the topic of this logical id. */
export function listenTo({ Resources }: Template, topic: string): void {
  const arn = { 'Fn::GetAtt': ['Listener', 'Arn'] };
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
    Condition: { ArnEquals: { 'aws:SourceArn': { Ref: topic } } },
  };
  Object.assign(Resources, {
    Listener: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'listener' } },
    ListenerPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Listener' }],
        PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
      },
    },
    ListenerSubscription: {
      Type: 'AWS::SNS::Subscription',
      DependsOn: 'ListenerPolicy',
      Properties: { TopicArn: { Ref: topic }, Protocol: 'sqs', Endpoint: arn, RawMessageDelivery: true },
    },
  });
}

/** Empties a queue: the bodies of its messages, each as often as it arrived. `queue` is its URL, or its name. */
export async function receiveAll(aws: LocalAws, queue: string): Promise<string[]> {
  const sqs = new SQSClient(aws.rootClientConfig);
  const QueueUrl = queue.includes('/') ? queue : `${aws.endpoint}/000000000000/${queue}`;
  const bodies: string[] = [];
  try {
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body = '' }) => Body));
      const Entries = Messages.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  } finally {
    sqs.destroy();
  }
}

/** A request to an API, and its answer with the body parsed. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of many kinds.
  body: any;
}

/** Sends requests to an API. A body that is no text is sent as JSON. */
export function apiOf(baseUrl: string) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
}
