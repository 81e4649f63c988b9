import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AwsError } from '../../core/errors.ts';
import { arnOfQueue, type Harness, receive, startSqs } from './harness.ts';

// What AWS answered, request by request, as its answers were recorded.

const url = (name: string) => `http://127.0.0.1:4566/000000000000/${name}`;
const redrive = (policy: object | string) => ({
  RedrivePolicy: typeof policy === 'string' ? policy : JSON.stringify(policy),
});

let sqs: Harness;
beforeEach(async () => {
  sqs = startSqs();
  await sqs.queue('inbox', { DelaySeconds: '1' });
  await sqs.queue('small', { MaximumMessageSize: '1024' });
  await sqs.queue('turns.fifo', { FifoQueue: 'true' });
});

/** The error as clients see it: AWS's code in JSON and, where it is another, in the Query protocol. */
async function refusalOf(operation: string, input: object) {
  const error = await sqs.call(operation, input).then(
    () => undefined,
    (thrown: AwsError) => thrown,
  );
  if (!error) return undefined;
  const { code, status, message } = error;
  return { code, queryCode: sqs.sqs.errors?.queryCodes?.[code] ?? code, status, message };
}

const VALUE = ['InvalidParameterValueException', 'InvalidParameterValue', 400] as const;
const MISSING = ['MissingRequiredParameterException', 'MissingParameter', 400] as const;
const simple = (code: string, status = 400) => [code, `AWS.SimpleQueueService.${code}`, status] as const;
const entries = (...ids: string[]) => ids.map((Id) => ({ Id, MessageBody: 'ball' }));
const eleven = Array.from({ length: 11 }, (_, index) => String(index));

describe('a refused request is answered as AWS answers it', () => {
  it.each<[string, object, readonly [code: string, queryCode: string, status: number], string]>([
    [
      'ReceiveMessage',
      { QueueUrl: url('inbox'), MaxNumberOfMessages: 11 },
      VALUE,
      'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    ],
    [
      'ReceiveMessage',
      { QueueUrl: url('inbox'), WaitTimeSeconds: 21 },
      VALUE,
      'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
    ],
    [
      'SendMessage',
      { QueueUrl: url('inbox'), MessageBody: 'x'.repeat(1_048_577) },
      VALUE,
      'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    ],
    [
      'SendMessage',
      { QueueUrl: url('turns.fifo'), MessageBody: 'ball', MessageGroupId: 'g', DelaySeconds: 2 },
      VALUE,
      'Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.',
    ],
    [
      'SendMessage',
      { QueueUrl: url('turns.fifo'), MessageBody: 'ball', MessageGroupId: 'g' },
      VALUE,
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    ],
    [
      'SendMessage',
      { QueueUrl: url('turns.fifo'), MessageBody: 'ball', MessageDeduplicationId: 'd' },
      MISSING,
      'The request must contain the parameter MessageGroupId.',
    ],
    ['SendMessage', { QueueUrl: url('inbox') }, MISSING, 'The request must contain the parameter MessageBody.'],
    [
      'SendMessage',
      { QueueUrl: url('inbox'), MessageBody: '' },
      MISSING,
      'The request must contain the parameter MessageBody.',
    ],
    [
      'SendMessageBatch',
      { QueueUrl: url('turns.fifo'), Entries: [{ Id: 'a', MessageBody: 'ball', MessageDeduplicationId: 'd' }] },
      VALUE,
      'The request must contain the parameter MessageGroupId.',
    ],
    [
      'GetQueueUrl',
      { QueueName: 'gone' },
      ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 400],
      'The specified queue does not exist.',
    ],
    [
      'CreateQueue',
      { QueueName: 'inbox', Attributes: { VisibilityTimeout: '30', DelaySeconds: '2' } },
      ['QueueNameExists', 'QueueAlreadyExists', 400],
      'A queue already exists with the same name and a different value for attribute DelaySeconds',
    ],
    [
      'SendMessageBatch',
      {
        QueueUrl: url('inbox'),
        Entries: [{ Id: 'a', MessageBody: 'x'.repeat(1_048_576) }, ...entries('b')].map((entry, index) =>
          index === 1 ? { ...entry, MessageBody: 'x' } : entry,
        ),
      },
      simple('BatchRequestTooLong'),
      'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
    ],
    [
      'SendMessageBatch',
      { QueueUrl: url('inbox'), Entries: entries(...eleven) },
      simple('TooManyEntriesInBatchRequest'),
      'Maximum number of entries per request are 10. You have sent 11.',
    ],
    ...['', 'a'.repeat(81), 'invalid:id'].map((id): [string, object, ReturnType<typeof simple>, string] => [
      'SendMessageBatch',
      { QueueUrl: url('inbox'), Entries: entries(id) },
      simple('InvalidBatchEntryId'),
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    ]),
    [
      'CreateQueue',
      { QueueName: 'other', Attributes: { FifoQueue: 'false' } },
      ['InvalidAttributeName', 'InvalidAttributeName', 400],
      'Unknown Attribute FifoQueue.',
    ],
    [
      'SetQueueAttributes',
      { QueueUrl: url('turns.fifo'), Attributes: { FifoQueue: 'false' } },
      ['InvalidAttributeValue', 'InvalidAttributeValue', 400],
      'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
    ],
    [
      'SendMessage',
      {
        QueueUrl: url('inbox'),
        MessageBody: 'ball',
        MessageAttributes: { ErrorDetails: { DataType: 'String', StringValue: '' } },
      },
      VALUE,
      "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
    ],
    [
      'CreateQueue',
      { QueueName: 'other', Attributes: redrive('{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}') },
      VALUE,
      'Value {"deadLetterTargetArn": "dummy", "maxReceiveCount": 42} for parameter RedrivePolicy is invalid. Reason: Invalid value for deadLetterTargetArn.',
    ],
    ...['nonsense', '[]', '7'].map((policy): [string, object, readonly [string, string, number], string] => [
      'SetQueueAttributes',
      { QueueUrl: url('inbox'), Attributes: redrive(policy) },
      ['InvalidAttributeValue', 'InvalidAttributeValue', 400],
      'Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.',
    ]),
    [
      'SetQueueAttributes',
      { QueueUrl: url('inbox'), Attributes: redrive({ deadLetterTargetArn: arnOfQueue('small') }) },
      VALUE,
      `Value {"deadLetterTargetArn":"${arnOfQueue('small')}"} for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain mandatory attribute: maxReceiveCount.`,
    ],
    [
      'DeleteMessage',
      { QueueUrl: url('inbox'), ReceiptHandle: 'garbage' },
      ['ReceiptHandleIsInvalid', 'ReceiptHandleIsInvalid', 404],
      'The input receipt handle "garbage" is not a valid receipt handle.',
    ],
    [
      'StartMessageMoveTask',
      { SourceArn: arnOfQueue('inbox') },
      VALUE,
      'Source queue must be configured as a Dead Letter Queue.',
    ],
    [
      'CancelMessageMoveTask',
      { TaskHandle: Buffer.from(JSON.stringify({ taskId: 't', sourceArn: arnOfQueue('inbox') })).toString('base64') },
      ['ResourceNotFoundException', 'ResourceNotFoundException', 404],
      'Task does not exist.',
    ],
  ])('%s (%#)', async (operation, input, [code, queryCode, status], message) => {
    expect(await refusalOf(operation, input)).toEqual({ code, queryCode, status, message });
  });

  it('PurgeQueue twice in a minute', async () => {
    await sqs.call('PurgeQueue', { QueueUrl: url('inbox') });

    expect(await refusalOf('PurgeQueue', { QueueUrl: url('inbox') })).toEqual({
      code: 'PurgeQueueInProgress',
      queryCode: 'AWS.SimpleQueueService.PurgeQueueInProgress',
      status: 403,
      message: 'Only one PurgeQueue operation on inbox is allowed every 60 seconds.',
    });
  });

  it('CreateQueue within a minute after DeleteQueue', async () => {
    await sqs.call('DeleteQueue', { QueueUrl: url('inbox') });
    await sqs.clock.advance(59_999);
    const early = await refusalOf('CreateQueue', { QueueName: 'inbox' });
    await sqs.clock.advance(1);

    expect(early).toEqual({
      code: 'QueueDeletedRecently',
      queryCode: 'AWS.SimpleQueueService.QueueDeletedRecently',
      status: 400,
      message: 'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    });
    expect(await refusalOf('CreateQueue', { QueueName: 'inbox' })).toBeUndefined();
  });

  it('a receipt that is no good any more', async () => {
    const { fifo, standard } = { fifo: url('turns.fifo'), standard: url('small') };
    const place = { MessageGroupId: 'g', MessageDeduplicationId: 'd' };
    await sqs.call('SendMessage', { QueueUrl: fifo, MessageBody: 'ball', ...place });
    await sqs.call('SendMessage', { QueueUrl: standard, MessageBody: 'ball' });
    const [late] = await receive(sqs, fifo);
    const [gone] = await receive(sqs, standard);
    await sqs.call('DeleteMessage', { QueueUrl: standard, ReceiptHandle: gone?.ReceiptHandle });
    await sqs.clock.advance(30_000);

    const ofGone = { QueueUrl: standard, ReceiptHandle: gone?.ReceiptHandle };
    const reasons = [
      await refusalOf('DeleteMessage', { QueueUrl: fifo, ReceiptHandle: late?.ReceiptHandle }),
      await refusalOf('ChangeMessageVisibility', { ...ofGone, VisibilityTimeout: 1 }),
    ].map((refusal) => [refusal?.code, refusal?.message.split(' is invalid. ')[1]]);

    expect(reasons).toEqual([
      ['InvalidParameterValueException', 'Reason: The receipt handle has expired.'],
      [
        'InvalidParameterValueException',
        'Reason: Message does not exist or is not available for visibility timeout change.',
      ],
    ]);
    expect(await refusalOf('DeleteMessage', ofGone)).toBeUndefined();
  });

  it('a second move task from the same queue', async () => {
    await sqs.call('SetQueueAttributes', {
      QueueUrl: url('inbox'),
      Attributes: redrive({ deadLetterTargetArn: arnOfQueue('small'), maxReceiveCount: 1 }),
    });
    for (const MessageBody of ['one', 'two']) await sqs.call('SendMessage', { QueueUrl: url('small'), MessageBody });
    const destination = { DestinationArn: arnOfQueue('inbox'), MaxNumberOfMessagesPerSecond: 1 };
    const start = { SourceArn: arnOfQueue('small'), ...destination };
    const { TaskHandle } = await sqs.call<{ TaskHandle: string }>('StartMessageMoveTask', start);

    expect(await refusalOf('StartMessageMoveTask', start)).toMatchObject({
      code: 'InvalidParameterValueException',
      message:
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
    });
    expect(JSON.parse(Buffer.from(TaskHandle, 'base64').toString())).toEqual({
      taskId: expect.any(String),
      sourceArn: arnOfQueue('small'),
    });
    const running = await sqs.call('ListMessageMoveTasks', { SourceArn: arnOfQueue('small') });
    await sqs.clock.advance(2000);
    const over = await sqs.call('ListMessageMoveTasks', { SourceArn: arnOfQueue('small') });
    expect(running).toMatchObject({ Results: [{ Status: 'RUNNING', TaskHandle }] });
    expect(over).toMatchObject({ Results: [{ Status: 'COMPLETED' }] });
    expect(JSON.stringify(over)).not.toContain('TaskHandle');
  });

  it('an entry of a batch that is too long, alone and by the codes of the Query protocol', async () => {
    const Entries = [
      { Id: 'a', MessageBody: 'x'.repeat(1024) },
      { Id: 'b', MessageBody: 'x', MessageAttributes: { n: { DataType: 'String', StringValue: 'x'.repeat(1017) } } },
    ];

    expect(await sqs.call('SendMessageBatch', { QueueUrl: url('small'), Entries })).toMatchObject({
      Successful: [{ Id: 'a' }],
      Failed: [
        {
          Id: 'b',
          Code: 'InvalidParameterValue',
          SenderFault: true,
          Message: 'One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.',
        },
      ],
    });
  });
});
