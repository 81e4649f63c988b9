import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import { arnOfQueue, receive, startSqs } from './harness.ts';

describe('errors', () => {
  it('are those of AWS for every operation on a malformed input', async () => {
    const sqs = startSqs();

    for (const operation of Object.keys(sqs.sqs.operations ?? {})) {
      for (const malformed of [
        {},
        { QueueUrl: 7 },
        { QueueUrl: 'http://127.0.0.1/elsewhere', QueueName: 'a b', SourceArn: 'x', MaxResults: 0 },
      ]) {
        const error = await sqs.call(operation, malformed).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (operation === 'ListQueues' && Object.keys(malformed).length === 0) continue;

        expect({ operation, error }).toEqual({ operation, error: expect.any(AwsError) });
        const { status } = error as AwsError;
        expect(status === 501 || (status >= 400 && status < 500)).toBe(true);
      }
    }
  });

  it.each<[string, Record<string, string>, string]>([
    ['inbox.fifo', {}, 'InvalidParameterValue'],
    ['inbox', { FifoQueue: 'true' }, 'InvalidParameterValue'],
    ['inbox', { FifoQueue: 'false' }, 'InvalidAttributeName'],
    ['inbox', { ContentBasedDeduplication: 'true' }, 'InvalidAttributeName'],
    ['inbox.fifo', { FifoQueue: 'true', DeduplicationScope: 'everything' }, 'InvalidAttributeValue'],
    ['inbox.fifo', { FifoQueue: 'true', FifoThroughputLimit: 'perMessageGroupId' }, 'InvalidAttributeValue'],
    ['inbox', { VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
    ['inbox', { Colour: 'red' }, 'InvalidAttributeName'],
    [
      'inbox',
      { Policy: '{"Statement":[{"Effect":"Allow","Action":"sns:Publish","Principal":"*","Resource":"*"}]}' },
      'InvalidParameterValue',
    ],
    ['a'.repeat(81), {}, 'InvalidParameterValue'],
  ])('CreateQueue %s %j: %s', async (name, attributes, code) => {
    await expect(startSqs().queue(name, attributes)).rejects.toMatchObject({ code });
  });

  it.each<[string, object, string]>([
    ['an empty body', { MessageBody: '' }, 'MissingParameter'],
    ['a control character', { MessageBody: 'a\u0001' }, 'InvalidMessageContents'],
    ['more than the queue takes', { MessageBody: 'x'.repeat(1025) }, 'InvalidParameterValue'],
    ['a delay of an hour', { DelaySeconds: 3600 }, 'InvalidParameterValue'],
    ['a deduplication id, which only FIFO queues have', { MessageDeduplicationId: 'd' }, 'InvalidParameterValue'],
    [
      'an attribute that is no number',
      { MessageAttributes: { n: { DataType: 'Number', StringValue: 'x' } } },
      'InvalidParameterValue',
    ],
  ])('SendMessage with %s', async (_title, input, code) => {
    const sqs = startSqs();
    const QueueUrl = await sqs.queue('inbox', { MaximumMessageSize: '1024' });

    await expect(sqs.call('SendMessage', { QueueUrl, MessageBody: 'ball', ...input })).rejects.toMatchObject({ code });
  });
});

describe('resources', () => {
  it('give a queue its address, ARN and name, and its policy to IAM', async () => {
    const sqs = startSqs();
    const queue = await sqs.provision('AWS::SQS::Queue', { QueueName: 'inbox', VisibilityTimeout: 7 });
    const PolicyDocument = {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
      ],
    };

    await sqs.provision('AWS::SQS::QueuePolicy', { Queues: [queue.physicalId], PolicyDocument });

    expect(queue).toEqual({
      physicalId: 'http://127.0.0.1:4566/000000000000/inbox',
      attributes: {
        Arn: arnOfQueue('inbox'),
        QueueName: 'inbox',
        QueueUrl: 'http://127.0.0.1:4566/000000000000/inbox',
      },
    });
    expect(sqs.sqs.queues.find('inbox')?.settings).toMatchObject({ visibilitySeconds: 7, policy: PolicyDocument });
  });

  it('keep the policy and the messages of a queue that is changed', async () => {
    const sqs = startSqs();
    const queue = await sqs.provision('AWS::SQS::Queue', { QueueName: 'inbox', VisibilityTimeout: 7 });
    const Statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' };
    await sqs.provision('AWS::SQS::QueuePolicy', { Queues: [queue.physicalId], PolicyDocument: { Statement } });
    await sqs.call('SendMessage', { QueueUrl: queue.physicalId, MessageBody: 'ball' });

    const type = sqs.sqs.resources.find((candidate) => candidate.type === 'AWS::SQS::Queue');
    await type?.update(queue, { DelaySeconds: 3 }, {}, { stackName: 's', logicalId: 'l', generateName: () => 'n' });

    expect(sqs.sqs.queues.find('inbox')?.settings).toMatchObject({
      delaySeconds: 3,
      visibilitySeconds: 30,
      policy: { Statement },
    });
    expect(await receive(sqs, queue.physicalId)).toHaveLength(1);
  });
});
