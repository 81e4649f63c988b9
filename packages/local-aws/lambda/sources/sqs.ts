import { LOCAL_REGION, nameFromArn } from '../../core/arn.ts';
import { parseJson } from '../../core/boundedJson.ts';
import type { Core, MessageAttribute } from '../../core/cloud.ts';
import { correlationIdOf } from '../../core/correlation.ts';
import { AwsError } from '../../core/errors.ts';
import type { Principal } from '../../core/principal.ts';
import type { Queues } from '../../sqs/queues.ts';
import type { Source, SourceRecord, SourceType } from './source.ts';

const invalid = (message: string) =>
  new AwsError('InvalidParameterValueException', message, { fields: { Type: 'User' } });

/** Larger batches of a standard queue need a window to be collected in. */
const MAX_BATCH_WITHOUT_WINDOW = 10;
const MAX_FIFO_BATCH = 10;
/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html, DeleteMessageBatch alike */
const MOST_PER_CALL = 10;

/** SQS queues as event sources: docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function sqsSources(core: Core, queues: Queues): SourceType {
  return {
    kind: 'queue',
    defaultBatchSize: 10,
    maxBatchSize: 10_000,
    readerActions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    check(sourceArn, { batchSize, windowMs }, timeoutSeconds) {
      const queue = queues.findByArn(sourceArn);
      if (!queue) {
        throw invalid(
          'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. ' +
            'SQS Error Message: The specified queue does not exist.',
        );
      }
      const { visibilitySeconds } = queue.settings;
      if (visibilitySeconds < timeoutSeconds) {
        throw invalid(
          `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
        );
      }
      checkBatch(sourceArn, batchSize, windowMs);
    },
    open: (sourceArn, { windowMs }, reader) => new SqsSource(core, reader, queues, sourceArn, windowMs > 0),
  };
}

function checkBatch(sourceArn: string, batchSize: number, windowMs: number): void {
  const isFifo = sourceArn.endsWith('.fifo');
  if (isFifo && windowMs > 0) throw invalid('Batching window is not supported for FIFO queues');
  if (isFifo && batchSize > MAX_FIFO_BATCH) throw invalid(`Batch size of FIFO queues is at most ${MAX_FIFO_BATCH}`);
  if (batchSize > MAX_BATCH_WITHOUT_WINDOW && windowMs === 0) {
    throw invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
  }
}

/** A message as ReceiveMessage answers it. */
interface Message {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, MessageAttribute>;
  MD5OfMessageAttributes?: string;
}

/**
 * One queue, read with the function's role, by the same calls that anybody would make. It is looked up each time: it may have
 * been deleted, and made again under the same name.
 */
class SqsSource implements Source {
  readonly #core: Core;
  readonly #reader: () => Principal;
  readonly #queues: Queues;
  readonly #arn: string;
  readonly #hasWindow: boolean;
  readonly #receipts = new WeakMap<SourceRecord, string>();

  constructor(core: Core, reader: () => Principal, queues: Queues, arn: string, hasWindow: boolean) {
    this.#core = core;
    this.#reader = reader;
    this.#queues = queues;
    this.#arn = arn;
    this.#hasWindow = hasWindow;
  }

  follow(wake: () => void): () => void {
    return this.#queues.follow(this.#arn, wake);
  }

  async receive(max: number): Promise<SourceRecord[]> {
    const received: SourceRecord[] = [];
    while (received.length < max && this.#queues.findByArn(this.#arn)?.hasVisible()) {
      const messages = await this.#receiveSome(Math.min(max - received.length, MOST_PER_CALL));
      if (messages.length === 0) break;
      received.push(...messages.map((message) => this.#recordOf(message)));
    }
    return received;
  }

  async done(records: readonly SourceRecord[]): Promise<void> {
    for (let start = 0; start < records.length; start += MOST_PER_CALL) {
      const Entries = records.slice(start, start + MOST_PER_CALL).map((record, index) => ({
        Id: String(index),
        ReceiptHandle: this.#receipts.get(record) ?? '',
      }));
      // What cannot be deleted any more comes again: that is what at least once means.
      await this.#call('DeleteMessageBatch', { Entries });
    }
  }

  async #receiveSome(MaxNumberOfMessages: number): Promise<Message[]> {
    const all = { MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] };
    const answer = await this.#call('ReceiveMessage', { MaxNumberOfMessages, WaitTimeSeconds: 0, ...all });
    return (answer as { Messages?: Message[] }).Messages ?? [];
  }

  #call(operation: string, input: object): Promise<unknown> {
    const QueueUrl = this.#queues.urlOf({ name: nameFromArn(this.#arn) });
    return this.#core.call({ service: 'sqs', operation, input: { QueueUrl, ...input }, principal: this.#reader });
  }

  #recordOf(message: Message): SourceRecord {
    const { MessageAttributes = {}, MD5OfMessageAttributes: attributesMd5, Attributes = {} } = message;
    const event = {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: Attributes,
      messageAttributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, attribute]) => [name, eventAttribute(attribute)]),
      ),
      // As recorded: without attributes it is null where there is a batching window, and not there where there is none.
      ...((attributesMd5 !== undefined || this.#hasWindow) && { md5OfMessageAttributes: attributesMd5 ?? null }),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.#arn,
      awsRegion: LOCAL_REGION,
    };
    const correlationId = MessageAttributes.correlationId?.StringValue ?? correlationIdOf(message.Body);
    const record: SourceRecord = {
      id: message.MessageId,
      json: JSON.stringify(event),
      filterable: () => ({ ...event, body: parsed(message.Body) }),
      atMs: Number(Attributes.SentTimestamp),
      receives: Number(Attributes.ApproximateReceiveCount ?? 1),
      ...(Attributes.AWSTraceHeader !== undefined && { traceHeader: Attributes.AWSTraceHeader }),
      ...(correlationId !== undefined && { correlationId }),
    };
    this.#receipts.set(record, message.ReceiptHandle);
    return record;
  }
}

/** An attribute of a message, as functions get it. */
export function eventAttribute({ DataType, StringValue, BinaryValue }: MessageAttribute) {
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}

/** JSON as what it says, other text as itself. */
function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return body;
  }
}
