import { z } from 'zod';
import { checkedOperations } from '../core/checkedOperation.ts';
import { AwsError } from '../core/errors.ts';
import type { Operation, Permission } from '../core/service.ts';
import type { DeliveryStream, DeliveryStreams } from './deliveryStreams.ts';
import { hoseArn } from './properties.ts';

/** https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const MOST_RECORD_BYTES = 1_024_000;
const MOST_BATCH_RECORDS = 500;
const MOST_BATCH_BYTES = 4 * 1024 * 1024;

const operation = checkedOperations(
  'firehose',
  (path, reason) =>
    new AwsError('InvalidArgumentException', `1 validation error detected: Value at '${path}': ${reason}`),
);

const bytesOf = (base64: string) => Buffer.byteLength(base64, 'base64');
const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'is no base64');
const record = z.strictObject({
  Data: base64.refine((data) => bytesOf(data) <= MOST_RECORD_BYTES, `is larger than ${MOST_RECORD_BYTES} bytes`),
});
const DeliveryStreamName = z.string().min(1).max(64);

const onHose = (action: string, name: string): Permission[] => [
  { action: `firehose:${action}`, resource: hoseArn(name) },
];

/** What can be asked of delivery streams. */
export function hoseOperations(streams: DeliveryStreams, newId: () => string): Record<string, Operation> {
  const putInto = (name: string, records: { Data: string }[]) => {
    const { put } = streams.find(name);
    if (!put) {
      const message = `This operation is not permitted on KinesisStreamAsSource delivery stream type.`;
      throw new AwsError('InvalidArgumentException', message);
    }
    put(records.map(({ Data }) => Data));
    return records.map(() => ({ RecordId: newId() }));
  };
  return {
    PutRecord: operation('PutRecord', {
      input: z.strictObject({ DeliveryStreamName, Record: record }),
      permissions: ({ DeliveryStreamName: name }) => onHose('PutRecord', name),
      run({ DeliveryStreamName: name, Record }) {
        const [id] = putInto(name, [Record]);
        return { ...id, Encrypted: false };
      },
    }),
    PutRecordBatch: operation('PutRecordBatch', {
      input: z.strictObject({ DeliveryStreamName, Records: z.array(record).min(1).max(MOST_BATCH_RECORDS) }),
      permissions: ({ DeliveryStreamName: name }) => onHose('PutRecordBatch', name),
      run({ DeliveryStreamName: name, Records }) {
        if (Records.reduce((sum, { Data }) => sum + bytesOf(Data), 0) > MOST_BATCH_BYTES)
          throw new AwsError('InvalidArgumentException', `Records size exceeds ${MOST_BATCH_BYTES} bytes limit`);
        return { FailedPutCount: 0, Encrypted: false, RequestResponses: putInto(name, Records) };
      },
    }),
    DescribeDeliveryStream: operation('DescribeDeliveryStream', {
      input: z.strictObject({ DeliveryStreamName }),
      permissions: ({ DeliveryStreamName: name }) => onHose('DescribeDeliveryStream', name),
      run: ({ DeliveryStreamName: name }) => ({ DeliveryStreamDescription: description(streams.find(name)) }),
    }),
    ListDeliveryStreams: operation('ListDeliveryStreams', {
      input: z.strictObject({}),
      permissions: () => [{ action: 'firehose:ListDeliveryStreams', resource: '*' }],
      run: () => ({ DeliveryStreamNames: streams.names(), HasMoreDeliveryStreams: false }),
    }),
  };
}

function description({ settings, properties, version, createdMs }: DeliveryStream) {
  const { DeliveryStreamType, KinesisStreamSourceConfiguration: source } = properties;
  const { BucketARN, RoleARN, Prefix, ErrorOutputPrefix, CompressionFormat } =
    properties.ExtendedS3DestinationConfiguration;
  const s3 = {
    BucketARN,
    RoleARN,
    ...(Prefix && { Prefix: Prefix.text }),
    ...(ErrorOutputPrefix && { ErrorOutputPrefix: ErrorOutputPrefix.text }),
    BufferingHints: {
      SizeInMBs: settings.bufferBytes / 1024 ** 2,
      IntervalInSeconds: settings.intervalMs / 1000,
    },
    CompressionFormat,
    EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' },
  };
  return {
    DeliveryStreamName: settings.name,
    DeliveryStreamARN: settings.arn,
    DeliveryStreamStatus: 'ACTIVE',
    DeliveryStreamType,
    VersionId: String(version),
    CreateTimestamp: createdMs / 1000,
    HasMoreDestinations: false,
    ...(source && { Source: { KinesisStreamSourceDescription: source } }),
    Destinations: [
      {
        DestinationId: 'destinationId-000000000001',
        S3DestinationDescription: s3,
        ExtendedS3DestinationDescription: { ...s3, S3BackupMode: 'Disabled' },
      },
    ],
  };
}
