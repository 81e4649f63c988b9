import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import type { Provisioned } from '../../core/resource.ts';
import { arnOfQueue, context, receive, startSqs } from './harness.ts';

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
    ['inbox.fifo', {}, 'InvalidParameterValueException'],
    ['inbox', { FifoQueue: 'true' }, 'InvalidParameterValueException'],
    ['inbox', { FifoQueue: 'false' }, 'InvalidAttributeName'],
    ['inbox', { ContentBasedDeduplication: 'true' }, 'InvalidAttributeName'],
    ['inbox.fifo', { FifoQueue: 'true', DeduplicationScope: 'everything' }, 'InvalidAttributeValue'],
    ['inbox.fifo', { FifoQueue: 'true', FifoThroughputLimit: 'perMessageGroupId' }, 'InvalidAttributeValue'],
    ['inbox', { VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
    ['inbox', { Colour: 'red' }, 'InvalidAttributeName'],
    ['inbox', { Policy: 'nonsense' }, 'InvalidAttributeValue'],
    ['inbox', { constructor: '5' }, 'InvalidAttributeName'],
    ['inbox', JSON.parse('{"__proto__":"5"}'), 'InvalidAttributeName'],
    [
      'inbox',
      { Policy: '{"Statement":[{"Effect":"Allow","Action":"sns:Publish","Principal":"*","Resource":"*"}]}' },
      'InvalidParameterValueException',
    ],
    [
      'inbox',
      { Policy: '{"Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Principal":"*"}]}' },
      'InvalidParameterValueException',
    ],
    ['a'.repeat(81), {}, 'InvalidParameterValueException'],
  ])('CreateQueue %s %j: %s', async (name, attributes, code) => {
    await expect(startSqs().queue(name, attributes)).rejects.toMatchObject({ code });
  });

  it('GetQueueAttributes of what every object has', async () => {
    const sqs = startSqs();
    const QueueUrl = await sqs.queue('inbox');

    await expect(sqs.call('GetQueueAttributes', { QueueUrl, AttributeNames: ['constructor'] })).rejects.toMatchObject({
      code: 'InvalidAttributeName',
    });
  });

  it.each<[string, object, string]>([
    ['an empty body', { MessageBody: '' }, 'MissingRequiredParameterException'],
    ['a control character', { MessageBody: 'a\u0001' }, 'InvalidMessageContents'],
    ['more than the queue takes', { MessageBody: 'x'.repeat(1025) }, 'InvalidParameterValueException'],
    ['a delay of an hour', { DelaySeconds: 3600 }, 'InvalidParameterValueException'],
    [
      'a deduplication id, which only FIFO queues have',
      { MessageDeduplicationId: 'd' },
      'InvalidParameterValueException',
    ],
    [
      'an attribute that is no number',
      { MessageAttributes: { n: { DataType: 'Number', StringValue: 'x' } } },
      'InvalidParameterValueException',
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

  it('leave a queue the size of messages that AWS leaves it when the template says it no more', async () => {
    const sqs = startSqs();
    const said = { QueueName: 'said', MaximumMessageSize: 2048 };
    const queues = [await sqs.provision('AWS::SQS::Queue', said), await sqs.provision('AWS::SQS::Queue', {})];
    const [type] = sqs.sqs.resources;
    const sizes = () => sqs.sqs.queues.all().map(({ settings }) => settings.maximumMessageBytes);

    for (const [index, properties] of [said, {}].entries()) {
      await type?.update(queues[index] as Provisioned, { DelaySeconds: 1 }, properties, context);
    }
    const changed = sizes();
    // As after a restart, which knows nothing of what the template said before.
    await sqs.adopt('AWS::SQS::Queue', { QueueName: 'said' });
    await sqs.adopt('AWS::SQS::Queue', {});

    expect(changed).toEqual([262_144, 1_048_576]);
    expect(sizes()).toEqual(changed);
  });

  it('can be made again at once when their stack was removed, as CloudFormation waits until they can', async () => {
    const sqs = startSqs();
    const properties = { QueueName: 'inbox' };
    const queue = await sqs.provision('AWS::SQS::Queue', properties);

    await sqs.sqs.resources[0]?.remove(queue, properties, context);

    await expect(sqs.provision('AWS::SQS::Queue', properties)).resolves.toEqual(queue);
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
