import { arnOf } from '../../core/arn.ts';
import { AwsError } from '../../core/errors.ts';
import { type Call, type CallContext, type LocalService, RawAnswer } from '../../core/service.ts';

/** What the echo services were asked. */
export interface Asked {
  operation: string;
  input: Record<string, unknown>;
  context: CallContext;
}

/** Stand-ins that speak the four protocols under the names of real services, and keep what they were asked. */
export function createEchoServices(): { services: (() => LocalService)[]; asked: Asked[] } {
  const asked: Asked[] = [];
  const answering =
    (
      operation: string,
      answer: (input: Record<string, unknown>, context: CallContext) => unknown,
      more: (input: Record<string, unknown>) => Omit<Call, 'run'> = () => ({}),
    ) =>
    (input: Record<string, unknown>, context: CallContext): Call => ({
      ...more(input),
      run() {
        asked.push({ operation, input, context });
        return answer(input, context);
      },
    });
  const sns: LocalService = {
    resources: [],
    id: 'sns',
    errors: { throttled: { code: 'Throttling', status: 400 }, denied: { code: 'AuthorizationError', status: 403 } },
    protocol: { kind: 'query', xmlns: 'http://sns.amazonaws.com/doc/2010-03-31/' },
    operations: {
      Publish: answering(
        'Publish',
        () => ({ MessageId: 'm-1' }),
        ({ TopicArn, MessageAttributes }) => ({
          permissions: [{ action: 'sns:Publish', resource: String(TopicArn) }],
          correlationId: (MessageAttributes as Record<string, { StringValue: string }> | undefined)?.correlationId
            ?.StringValue,
        }),
      ),
      GetTopicAttributes: answering('GetTopicAttributes', () => ({
        Attributes: new Map([['DisplayName', 'Tea & <biscuits> "here"\r\n\u0000']]),
      })),
      ListTopics: answering('ListTopics', () => ({ Topics: [{ TopicArn: 'arn:one' }, { TopicArn: 'arn:two' }] })),
      PublishBatch: answering('PublishBatch', () => ({ Successful: [], Failed: [] })),
      DeleteTopic: answering('DeleteTopic', () => undefined),
    },
  };
  const dynamodb: LocalService = {
    resources: [],
    id: 'dynamodb',
    errors: {
      namespace: 'com.amazonaws.dynamodb.v20120810#',
      throttled: { code: 'ProvisionedThroughputExceededException', status: 400 },
    },
    protocol: { kind: 'json', targetPrefix: 'DynamoDB_20120810', version: '1.0' },
    operations: {
      GetItem: answering(
        'GetItem',
        (input) => ({ Item: input.Key }),
        (input) => ({
          permissions: [{ action: 'dynamodb:GetItem', resource: arnOf('dynamodb', `table/${input.TableName}`) }],
        }),
      ),
      ListTables: answering('ListTables', () => {
        throw new TypeError('a defect');
      }),
      DeleteTable: answering('DeleteTable', () => {
        throw new AwsError('TransactionCanceledException', 'Cancelled', {
          fields: { CancellationReasons: [{ Code: 'None' }] },
        });
      }),
    },
  };
  const sqs: LocalService = {
    resources: [],
    id: 'sqs',
    errors: { queryCodes: { QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue' } },
    protocol: { kind: 'json', targetPrefix: 'AmazonSQS', version: '1.0' },
    operations: {
      GetQueueUrl: answering('GetQueueUrl', () => {
        throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
      }),
      ReceiveMessage: answering(
        'ReceiveMessage',
        (_input, { signal }) =>
          new Promise((resolve) => signal?.addEventListener('abort', () => resolve({ aborted: true }))),
      ),
    },
  };
  const lambda: LocalService = {
    resources: [],
    id: 'lambda',
    protocol: {
      kind: 'rest',
      route: (method, path) => {
        const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path)?.[1];
        if (method !== 'POST' || name === undefined) return undefined;
        return { operation: 'Invoke', parameters: { FunctionName: name }, payload: 'Payload' };
      },
    },
    operations: {
      Invoke: answering('Invoke', (input) => {
        if (input.FunctionName === 'absent') {
          throw new AwsError('ResourceNotFoundException', 'Function not found: absent', { status: 404 });
        }
        return new RawAnswer(200, { 'x-amz-function-error': 'Unhandled' }, input.Payload as Buffer);
      }),
    },
  };
  return { services: [sns, dynamodb, sqs, lambda].map((service) => () => service), asked };
}
