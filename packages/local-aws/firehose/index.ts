import { roleEdges } from '../core/edges.ts';
import type { Provisioned, ResourceType } from '../core/resource.ts';
import type { LocalService } from '../core/service.ts';
import { DeliveryStreams, type FirehoseParts } from './deliveryStreams.ts';
import { hoseOperations } from './operations.ts';
import { type HoseProperties, hoseArn, hoseProperties } from './properties.ts';

/** Firehose: streams, and what is put directly, into objects of S3. */
export function createFirehose(parts: FirehoseParts): LocalService {
  const streams = new DeliveryStreams(parts);
  return {
    id: 'firehose',
    protocol: { kind: 'json', targetPrefix: 'Firehose_20150804', version: '1.1' },
    errors: {
      denied: { code: 'AccessDeniedException', status: 400 },
      throttled: { code: 'ServiceUnavailableException', status: 503, message: 'Slow down.' },
    },
    operations: hoseOperations(streams, () => parts.core.newId()),
    resources: [hoseType(streams)],
    resume: () => streams.resume(),
    close: async () => streams.close(),
  };
}

const MAX_NAME = 64;
/** What its roles must be allowed: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html */
const OF_OBJECTS = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];
const OF_BUCKET = ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'];
const OF_STREAM = ['kinesis:DescribeStream', 'kinesis:GetShardIterator', 'kinesis:GetRecords', 'kinesis:ListShards'];

/** `AWS::KinesisFirehose::DeliveryStream`. */
function hoseType(streams: DeliveryStreams): ResourceType<HoseProperties> {
  const provisioned = (name: string): Provisioned => ({ physicalId: name, attributes: { Arn: hoseArn(name) } });
  return {
    type: 'AWS::KinesisFirehose::DeliveryStream',
    properties: hoseProperties,
    replaceOn: ['DeliveryStreamName', 'DeliveryStreamType', 'KinesisStreamSourceConfiguration'],
    async create(wanted, context) {
      const name = wanted.DeliveryStreamName ?? context.generateName({ maxLength: MAX_NAME });
      streams.create(context.stackName, name, wanted);
      return provisioned(name);
    },
    async update(current, wanted, _previous, context) {
      streams.change(context.stackName, current.physicalId, wanted);
      return current;
    },
    remove: async (current) => streams.remove(current.physicalId),
    edges({ properties: { ExtendedS3DestinationConfiguration: to, KinesisStreamSourceConfiguration: from } }) {
      return [
        ...roleEdges(to.RoleARN, [`${to.BucketARN}/object`], OF_OBJECTS),
        ...roleEdges(to.RoleARN, [to.BucketARN], OF_BUCKET),
        ...(from ? roleEdges(from.RoleARN, [from.KinesisStreamARN], OF_STREAM) : []),
      ];
    },
  };
}
