import { arnOf } from '../../core/arn.ts';
import { AwsError } from '../../core/errors.ts';
import type { LocalService } from '../../core/resource.ts';
import { type CallContext, RawAnswer } from '../../core/service.ts';

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
    (operation: string, answer: (input: Record<string, unknown>, context: CallContext) => unknown) =>
    async (input: Record<string, unknown>, context: CallContext) => {
      asked.push({ operation, input, context });
      return answer(input, context);
    };
  const sns: LocalService = {
    resources: [],
    service: {
      id: 'sns',
      protocol: { kind: 'query', xmlns: 'http://sns.amazonaws.com/doc/2010-03-31/' },
      operations: {
        Publish: {
          permissions: (input) => [{ action: 'sns:Publish', resource: input.TopicArn }],
          correlationId: (input) => input.MessageAttributes?.correlationId?.StringValue,
          run: answering('Publish', () => ({ MessageId: 'm-1' })),
        },
        GetTopicAttributes: {
          run: answering('GetTopicAttributes', () => ({
            Attributes: new Map([['DisplayName', 'Tea & <biscuits> "here"\r\n\u0000']]),
          })),
        },
        ListTopics: {
          run: answering('ListTopics', () => ({ Topics: [{ TopicArn: 'arn:one' }, { TopicArn: 'arn:two' }] })),
        },
        PublishBatch: { run: answering('PublishBatch', () => ({ Successful: [], Failed: [] })) },
        DeleteTopic: { run: answering('DeleteTopic', () => undefined) },
      },
    },
  };
  const dynamodb: LocalService = {
    resources: [],
    service: {
      id: 'dynamodb',
      protocol: { kind: 'json', targetPrefix: 'DynamoDB_20120810', version: '1.0' },
      operations: {
        GetItem: {
          permissions: (input) => [
            { action: 'dynamodb:GetItem', resource: arnOf('dynamodb', `table/${input.TableName}`) },
          ],
          run: answering('GetItem', (input) => ({ Item: input.Key })),
        },
        ListTables: {
          run: answering('ListTables', () => {
            throw new TypeError('a defect');
          }),
        },
        DeleteTable: {
          run: answering('DeleteTable', () => {
            throw new AwsError('TransactionCanceledException', 'Cancelled', {
              fields: { CancellationReasons: [{ Code: 'None' }] },
            });
          }),
        },
      },
    },
  };
  const sqs: LocalService = {
    resources: [],
    service: {
      id: 'sqs',
      protocol: { kind: 'json', targetPrefix: 'AmazonSQS', version: '1.0' },
      operations: {
        GetQueueUrl: {
          run: answering('GetQueueUrl', () => {
            throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
          }),
        },
        ReceiveMessage: {
          run: answering(
            'ReceiveMessage',
            (_input, { signal }) =>
              new Promise((resolve) => signal?.addEventListener('abort', () => resolve({ aborted: true }))),
          ),
        },
      },
    },
  };
  const lambda: LocalService = {
    resources: [],
    service: {
      id: 'lambda',
      protocol: {
        kind: 'rest',
        route: (method, path) => {
          const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path)?.[1];
          if (method !== 'POST' || name === undefined) return undefined;
          return { operation: 'Invoke', parameters: { FunctionName: name }, rawBody: true };
        },
      },
      operations: {
        Invoke: {
          run: answering('Invoke', (input, { http }) => {
            if (input.FunctionName === 'absent') {
              throw new AwsError('ResourceNotFoundException', 'Function not found: absent', { status: 404 });
            }
            return new RawAnswer(200, { 'x-amz-function-error': 'Unhandled' }, http?.body);
          }),
        },
      },
    },
  };
  return { services: [sns, dynamodb, sqs, lambda].map((service) => () => service), asked };
}
