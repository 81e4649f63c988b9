import { PutRecordCommand } from '@aws-sdk/client-firehose';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Killable } from './killable.ts';
import { Ledger } from './ledger.ts';

const Bucket = 'shelf';
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

/** A delivery stream into the bucket, below its own name: a file a second. */
const hose = (name: string, source: object) => ({
  Type: 'AWS::KinesisFirehose::DeliveryStream',
  Properties: {
    DeliveryStreamName: name,
    ...source,
    ExtendedS3DestinationConfiguration: {
      BucketARN: arnOf('Shelf'),
      RoleARN: arnOf('HoseRole'),
      Prefix: `${name}/`,
      BufferingHints: { IntervalInSeconds: 1 },
      ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'AppendDelimiterToRecord' }] },
    },
  },
});

/** A bucket, and delivery streams into it: of what is put directly, and of the stream `Stream` of the load's template. */
export const OBJECT_RESOURCES = {
  Shelf: { Type: 'AWS::S3::Bucket', Properties: { BucketName: Bucket } },
  HoseRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'firehose.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'hose',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: ['s3:*', 'kinesis:*'], Resource: '*' }],
          },
        },
      ],
    },
  },
  Puts: hose('puts', {}),
  Records: hose('records', {
    DeliveryStreamType: 'KinesisStreamAsSource',
    KinesisStreamSourceConfiguration: { KinesisStreamARN: arnOf('Stream'), RoleARN: arnOf('HoseRole') },
  }),
};

/** Writes objects, and to a delivery stream. */
export class ObjectLoad {
  readonly objects: Ledger;
  readonly puts: Ledger;
  readonly #random: () => number;
  #count = 0;

  constructor(random: () => number, acknowledged: () => void) {
    this.#random = random;
    this.objects = new Ledger(acknowledged);
    this.puts = new Ledger(acknowledged);
  }

  /** What it does, one as often as the other. */
  get work(): ((aws: Killable) => Promise<unknown>)[] {
    return [(aws) => this.#putObject(aws), (aws) => this.#deleteObject(aws), (aws) => this.#put(aws)];
  }

  async #putObject({ s3 }: Killable): Promise<void> {
    this.#count += 1;
    const id = `object-${this.#count}`;
    const command = new PutObjectCommand({ Bucket, Key: `objects/${id}`, Body: bodyOf(id) });
    await this.objects.write(id, 'there', () => s3.send(command));
  }

  async #deleteObject({ s3 }: Killable): Promise<void> {
    const id = this.objects.pick(this.#random);
    if (id === undefined) return;
    const command = new DeleteObjectCommand({ Bucket, Key: `objects/${id}` });
    await this.objects.write(id, 'gone', () => s3.send(command));
  }

  async #put({ firehose }: Killable): Promise<void> {
    this.#count += 1;
    const id = `put-${this.#count}`;
    const command = new PutRecordCommand({ DeliveryStreamName: 'puts', Record: { Data: Buffer.from(id) } });
    await this.puts.write(id, 'there', () => firehose.send(command));
  }

  /** What is not as it was acknowledged, bodies too. */
  async check({ s3 }: Killable): Promise<string[]> {
    const found = new Map((await textsBelow(s3, 'objects/')).map(([key, text]) => [key.replace('objects/', ''), text]));
    const torn = [...found].filter(([id, text]) => text !== bodyOf(id)).map(([id]) => `${id} has another body`);
    return [...torn, ...this.objects.compare(new Set(found.keys()))];
  }
}

const bodyOf = (id: string) => `${id} `.repeat(500);

async function textsBelow(s3: S3Client, Prefix: string): Promise<[key: string, text: string][]> {
  const texts: [string, string][] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    for (const { Key = '' } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      texts.push([Key, (await Body?.transformToString()) ?? '']);
    }
  }
  return texts;
}

/** The records that a delivery stream has brought to the bucket. */
export async function recordsIn({ s3 }: Killable, name: 'puts' | 'records'): Promise<Set<string>> {
  const texts = await textsBelow(s3, `${name}/`);
  return new Set(texts.flatMap(([, text]) => text.split('\n')));
}
