import { describe, expect, it } from '@jest/globals';
import { hoseProperties, settingsOf } from '../properties.ts';

const RoleARN = 'arn:aws:iam::000000000000:role/hose';
const PARTITIONED = {
  Prefix: 's=!{partitionKeyFromQuery:s}/',
  ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
  DynamicPartitioningConfiguration: { Enabled: true },
  ProcessingConfiguration: {
    Enabled: true,
    Processors: [
      {
        Type: 'MetadataExtraction',
        Parameters: [
          { ParameterName: 'MetadataExtractionQuery', ParameterValue: '{s: .s}' },
          { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
        ],
      },
    ],
  },
};
const parse = (destination: object, more: object = {}) =>
  hoseProperties.safeParse({
    ExtendedS3DestinationConfiguration: { BucketARN: 'arn:aws:s3:::archive', RoleARN, ...destination },
    ...more,
  });
const problemOf = (destination: object, more?: object) => JSON.stringify(parse(destination, more).error?.issues ?? []);

describe('a delivery stream in a template', () => {
  it.each([
    [
      'a query that is not simple',
      { ...PARTITIONED, ProcessingConfiguration: withQuery('{s: .s|ascii}') },
      'simple path',
    ],
    ['a prefix that names what no query finds', { ...PARTITIONED, Prefix: '!{partitionKeyFromQuery:x}/' }, "names 'x'"],
    ['a query that the prefix does not use', { ...PARTITIONED, Prefix: 'plain/' }, 'must name all'],
    ['partitions without a query', { ...PARTITIONED, ProcessingConfiguration: undefined }, 'go together'],
    ['no place for errors', { ...PARTITIONED, ErrorOutputPrefix: undefined }, 'ErrorOutputPrefix must be given'],
    ['errors of all kinds in one place', { ErrorOutputPrefix: '!{timestamp:yyyy}/' }, 'error-output-type'],
    ['a small buffer for partitions', { ...PARTITIONED, BufferingHints: { SizeInMBs: 5 } }, 'at least 64'],
    ['a short interval for partitions', { ...PARTITIONED, BufferingHints: { IntervalInSeconds: 1 } }, 'at least 60'],
    ['a compression that is not executed', { CompressionFormat: 'Snappy' }, 'UNCOMPRESSED and GZIP'],
    ['a processor that is not executed', { ProcessingConfiguration: withProcessor('Lambda') }, 'MetadataExtraction'],
    ['a backup', { S3BackupMode: 'Enabled' }, 'S3BackupMode'],
  ])('is refused with %s', (_what, destination, message) => {
    expect(problemOf(destination)).toContain(message);
  });

  it('is refused with a source that does not fit its type', () => {
    expect(problemOf({}, { DeliveryStreamType: 'KinesisStreamAsSource' })).toContain('go together');
  });

  it('has the defaults of AWS', () => {
    const plain = settingsOf('hose', hoseProperties.parse(wantedOf({})));
    const prefixed = settingsOf('hose', hoseProperties.parse(wantedOf({ Prefix: 'raw/', CompressionFormat: 'GZIP' })));
    const partitioned = settingsOf('hose', hoseProperties.parse(wantedOf(PARTITIONED)));

    expect([plain.bufferBytes, plain.intervalMs, plain.extension]).toEqual([5_242_880, 300_000, '']);
    expect(plain.prefix.text).toBe('!{timestamp:yyyy/MM/dd/HH/}');
    expect([prefixed.prefix.text, prefixed.extension]).toEqual(['raw/!{timestamp:yyyy/MM/dd/HH/}', '.gz']);
    expect([partitioned.prefix.text, partitioned.bufferBytes]).toEqual([PARTITIONED.Prefix, 67_108_864]);
  });
});

const wantedOf = (destination: object) => ({
  ExtendedS3DestinationConfiguration: { BucketARN: 'arn:aws:s3:::archive', RoleARN, ...destination },
});

function withQuery(ParameterValue: string) {
  const Parameters = [{ ParameterName: 'MetadataExtractionQuery', ParameterValue }];
  return { Enabled: true, Processors: [{ Type: 'MetadataExtraction', Parameters }] };
}

function withProcessor(Type: string) {
  return { Enabled: true, Processors: [{ Type, Parameters: [] }] };
}
