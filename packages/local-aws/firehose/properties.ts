import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import { inert } from '../core/resource.ts';
import { compilePrefix, DEFAULT_PREFIX, type Prefix } from './prefix.ts';
import { compileQuery, type PartitionQuery } from './query.ts';

const MB = 1024 * 1024;
/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html */
const DEFAULT_SIZE_MB = 5;
const DEFAULT_INTERVAL_SECONDS = 300;
/** With dynamic partitioning: https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-enable.html */
const LEAST_PARTITIONED_MB = 64;
const LEAST_PARTITIONED_SECONDS = 60;

const wholeNumber = (least: number, most: number) => z.coerce.number().pipe(z.int().min(least).max(most));
const flag = z.union([z.boolean(), z.stringbool()]);
const roleArn = z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/, 'must be the ARN of a role');

const compiled = <Value>(compile: (text: string) => Value) =>
  z.string().transform((text, context) => {
    try {
      return compile(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });

const parameter = <Name extends string, Value extends z.ZodType>(name: Name, value: Value) =>
  z.strictObject({ ParameterName: z.literal(name), ParameterValue: value });

const processor = z.discriminatedUnion(
  'Type',
  [
    z.strictObject({
      Type: z.literal('MetadataExtraction'),
      Parameters: z.array(
        z.discriminatedUnion('ParameterName', [
          parameter('MetadataExtractionQuery', compiled(compileQuery)),
          parameter('JsonParsingEngine', z.literal('JQ-1.6')),
        ]),
      ),
    }),
    z.strictObject({
      Type: z.literal('AppendDelimiterToRecord'),
      Parameters: z.array(parameter('Delimiter', z.string())).max(1).default([]),
    }),
  ],
  'local-aws knows the processors MetadataExtraction and AppendDelimiterToRecord',
);

const destination = z.strictObject({
  BucketARN: z.string().regex(/^arn:aws:s3:::[a-z0-9.-]+$/, 'must be the ARN of a bucket'),
  RoleARN: roleArn,
  Prefix: compiled(compilePrefix).optional(),
  ErrorOutputPrefix: compiled(compilePrefix).optional(),
  BufferingHints: z
    .strictObject({ SizeInMBs: wholeNumber(1, 128).optional(), IntervalInSeconds: wholeNumber(0, 900).optional() })
    .default({}),
  CompressionFormat: z.enum(['UNCOMPRESSED', 'GZIP'], 'local-aws writes UNCOMPRESSED and GZIP').default('UNCOMPRESSED'),
  FileExtension: z
    .string()
    .regex(/^\.[0-9a-z!\-_.*'()]+$/)
    .optional(),
  CustomTimeZone: z.literal('UTC', 'local-aws knows UTC only').optional(),
  DynamicPartitioningConfiguration: z.strictObject({ Enabled: flag }).default({ Enabled: false }),
  ProcessingConfiguration: z
    .strictObject({ Enabled: flag, Processors: z.array(processor).default([]) })
    .default({ Enabled: false, Processors: [] }),
  CloudWatchLoggingOptions: inert('what cannot be delivered stands in the journal'),
  EncryptionConfiguration: inert('objects are not encrypted on a laptop'),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-kinesisfirehose-deliverystream.html */
export const hoseProperties = z
  .strictObject({
    DeliveryStreamName: z
      .string()
      .regex(/^[a-zA-Z0-9_.-]{1,64}$/)
      .optional(),
    DeliveryStreamType: z.enum(['DirectPut', 'KinesisStreamAsSource']).default('DirectPut'),
    KinesisStreamSourceConfiguration: z
      .strictObject({
        KinesisStreamARN: z.string().regex(/^arn:aws:kinesis:[^:]*:[^:]*:stream\/.+$/, 'must be the ARN of a stream'),
        RoleARN: roleArn,
      })
      .optional(),
    ExtendedS3DestinationConfiguration: destination,
    DeliveryStreamEncryptionConfigurationInput: inert('records are not encrypted on a laptop'),
    Tags: inert('tags have no behaviour'),
  })
  .superRefine((wanted, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    const isFromStream = wanted.DeliveryStreamType === 'KinesisStreamAsSource';
    if (isFromStream !== (wanted.KinesisStreamSourceConfiguration !== undefined))
      refuse('KinesisStreamSourceConfiguration and the type KinesisStreamAsSource go together');
    for (const problem of destinationProblems(wanted.ExtendedS3DestinationConfiguration)) refuse(problem);
  });

export type HoseProperties = z.output<typeof hoseProperties>;
type Destination = z.output<typeof destination>;

function destinationProblems(wanted: Destination): string[] {
  const { Prefix, ErrorOutputPrefix, BufferingHints, ProcessingConfiguration } = wanted;
  const isPartitioned = wanted.DynamicPartitioningConfiguration.Enabled;
  const query = queryOf(wanted);
  const unknown = Prefix?.queryNames.find((name) => !query?.names.includes(name));
  const { SizeInMBs = LEAST_PARTITIONED_MB, IntervalInSeconds = LEAST_PARTITIONED_SECONDS } = BufferingHints;
  const rules: [boolean, string][] = [
    [Boolean(Prefix?.hasErrorType), 'Prefix cannot have !{firehose:error-output-type}'],
    [
      Boolean(Prefix?.hasExpressions && !ErrorOutputPrefix),
      'ErrorOutputPrefix must be given where Prefix has expressions',
    ],
    [
      Boolean(ErrorOutputPrefix?.hasExpressions && !ErrorOutputPrefix.hasErrorType),
      'ErrorOutputPrefix must have !{firehose:error-output-type} where it has expressions',
    ],
    [Boolean(ErrorOutputPrefix?.queryNames.length), 'ErrorOutputPrefix cannot have what the query finds'],
    [ProcessingConfiguration.Processors.length > 0 && !ProcessingConfiguration.Enabled, 'Processors are not enabled'],
    [isPartitioned !== (query !== undefined), 'DynamicPartitioningConfiguration and MetadataExtraction go together'],
    [isPartitioned && !Prefix, 'Prefix must be given with dynamic partitioning'],
    [unknown !== undefined, `Prefix names '${unknown}', which the query does not`],
    [
      (query?.names ?? []).some((name) => !Prefix?.queryNames.includes(name)),
      'Prefix must name all that the query does',
    ],
    [
      isPartitioned && SizeInMBs < LEAST_PARTITIONED_MB,
      `BufferingHints.SizeInMBs must be at least ${LEAST_PARTITIONED_MB} when Dynamic Partitioning is enabled.`,
    ],
    [
      isPartitioned && IntervalInSeconds < LEAST_PARTITIONED_SECONDS,
      `BufferingHints.IntervalInSeconds must be at least ${LEAST_PARTITIONED_SECONDS} when Dynamic Partitioning is enabled.`,
    ],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, message]) => message);
}

const processorsOf = ({ ProcessingConfiguration }: Destination) => ProcessingConfiguration.Processors;

function queryOf(wanted: Destination): PartitionQuery | undefined {
  for (const one of processorsOf(wanted)) {
    if (one.Type !== 'MetadataExtraction') continue;
    for (const { ParameterName, ParameterValue } of one.Parameters)
      if (ParameterName === 'MetadataExtractionQuery') return ParameterValue as PartitionQuery;
  }
  return undefined;
}

/** What a delivery stream does, read from its properties. */
export interface HoseSettings {
  name: string;
  arn: string;
  roleArn: string;
  bucket: string;
  prefix: Prefix;
  errorPrefix: Prefix;
  bufferBytes: number;
  intervalMs: number;
  isGzip: boolean;
  extension: string;
  query: PartitionQuery | undefined;
  /** Put behind each record. */
  delimiter: Buffer;
}

export const hoseArn = (name: string) => arnOf('firehose', `deliverystream/${name}`);

/** https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html */
export function settingsOf(name: string, { ExtendedS3DestinationConfiguration: wanted }: HoseProperties): HoseSettings {
  const { Prefix, ErrorOutputPrefix, BufferingHints, CompressionFormat, FileExtension } = wanted;
  const query = queryOf(wanted);
  const appended = processorsOf(wanted).find(({ Type }) => Type === 'AppendDelimiterToRecord');
  const isGzip = CompressionFormat === 'GZIP';
  const { SizeInMBs = query ? LEAST_PARTITIONED_MB : DEFAULT_SIZE_MB } = BufferingHints;
  const { IntervalInSeconds = DEFAULT_INTERVAL_SECONDS } = BufferingHints;
  return {
    name,
    arn: hoseArn(name),
    roleArn: wanted.RoleARN,
    bucket: wanted.BucketARN.slice('arn:aws:s3:::'.length),
    // A prefix that has no expressions only stands before the one that there is by default.
    prefix: Prefix?.hasExpressions ? Prefix : compilePrefix(`${Prefix?.text ?? ''}${DEFAULT_PREFIX}`),
    errorPrefix: ErrorOutputPrefix ?? compilePrefix(`${Prefix?.text ?? ''}!{firehose:error-output-type}/`),
    bufferBytes: SizeInMBs * MB,
    intervalMs: IntervalInSeconds * 1000,
    isGzip,
    extension: FileExtension ?? (isGzip ? '.gz' : ''),
    query,
    delimiter: delimiterOf(appended),
  };
}

function delimiterOf(appended: z.output<typeof processor> | undefined): Buffer {
  if (appended?.Type !== 'AppendDelimiterToRecord') return Buffer.alloc(0);
  const [{ ParameterValue = '\\n' } = {}] = appended.Parameters;
  return Buffer.from(ParameterValue.replaceAll('\\n', '\n'));
}
