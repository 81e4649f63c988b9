import { LOCAL_REGION } from '../../core/arn.ts';
import { parseJson } from '../../core/boundedJson.ts';
import type { Core } from '../../core/cloud.ts';
import { correlationIdOf } from '../../core/correlation.ts';
import { AwsError } from '../../core/errors.ts';
import type { Principal } from '../../core/principal.ts';
import {
  createReader,
  forgetReader,
  hashOf,
  type StreamReader,
  type StreamRecord,
  type Streams,
} from '../../kinesis/index.ts';
import type { MappingSettings, Source, SourcePlace, SourceRecord, SourceType } from './source.ts';

const invalid = (message: string) =>
  new AwsError('InvalidParameterValueException', message, { fields: { Type: 'User' } });

/**
 * Who reads: Lambda's records have a part `kinesis`, and are named by their sequence numbers; those of pipes are flat, and named by their
 * `eventID` (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html).
 */
export type RecordForm = 'lambda' | 'pipe';

/** Kinesis streams as event sources: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export function kinesisSources(core: Core, streams: Streams, form: RecordForm = 'lambda'): SourceType {
  return {
    kind: 'stream',
    defaultBatchSize: 100,
    maxBatchSize: 10_000,
    readerActions: [
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:DescribeStreamSummary',
      'kinesis:ListShards',
    ],
    check(sourceArn, { startingPosition }) {
      if (!streams.findByArn(sourceArn)) throw invalid(`Stream not found: ${sourceArn}`);
      if (startingPosition?.at === 'AT_TIMESTAMP' && startingPosition.timestampMs > core.clock.now())
        throw invalid('StartingPositionTimestamp is in the future');
    },
    open: (sourceArn, mapping, principal, place) =>
      new KinesisSource(core, streams, { sourceArn, mapping, principal, place, form }),
    forget: (place) => forgetReader(core, place),
    batchInfo: (streamArn, records) => ({ KinesisBatchInfo: batchInfo(streamArn, records) }),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
function batchInfo(streamArn: string, records: readonly SourceRecord[]) {
  const [first] = records;
  const last = records.at(-1);
  if (!first || !last) return {};
  return {
    shardId: shardOf(first),
    startSequenceNumber: sequenceOf(first),
    endSequenceNumber: sequenceOf(last),
    approximateArrivalOfFirstRecord: new Date(first.atMs).toISOString(),
    approximateArrivalOfLastRecord: new Date(last.atMs).toISOString(),
    batchSize: records.length,
    streamArn,
  };
}

/** Of its `eventID`, too. */
const sequenceOf = ({ id }: SourceRecord) => id.slice(id.indexOf(':') + 1);

const shardOf = ({ lane = '' }: SourceRecord) => lane.slice(0, lane.indexOf('/'));

interface Opened {
  sourceArn: string;
  mapping: MappingSettings;
  principal: () => Principal;
  place: SourcePlace;
  form: RecordForm;
}

/** One stream, read with the function's role. Each shard has as many lanes as batches of it may run at once, and a key always the same. */
class KinesisSource implements Source {
  readonly #reader: StreamReader;
  readonly #opened: Opened;
  readonly #records = new WeakMap<SourceRecord, StreamRecord>();

  constructor(core: Core, streams: Streams, opened: Opened) {
    const { sourceArn: streamArn, mapping, principal, place } = opened;
    const { startingPosition: start = { at: 'LATEST' } } = mapping;
    this.#opened = opened;
    // Pipes read once a second.
    const readsASecond = opened.form === 'pipe' && { readsASecond: 1 };
    this.#reader = createReader(core, streams, { streamArn, start, principal, ...place, ...readsASecond });
  }

  follow(wake: () => void): () => void {
    return this.#reader.follow(wake);
  }

  async receive(max: number, isFull: (lane: string) => boolean): Promise<SourceRecord[]> {
    const { parallelizationFactor } = this.#opened.mapping;
    const lanes = Array.from({ length: parallelizationFactor }, (_, part) => part);
    const isShardFull = (shardId: string) => lanes.some((part) => isFull(`${shardId}/${part}`));
    const records = await this.#reader.receive(max, isShardFull);
    const principal = this.#opened.principal();
    const roleArn = principal.kind === 'role' ? principal.roleArn : undefined;
    return records.map((record) => {
      const made = new KinesisRecord(record, this.#opened, roleArn);
      this.#records.set(made, record);
      return made;
    });
  }

  async done(records: readonly SourceRecord[]): Promise<void> {
    this.#reader.done(records.flatMap((record) => this.#records.get(record) ?? []));
  }
}

/** A record as Lambda brings it: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#services-kinesis-event-example */
class KinesisRecord implements SourceRecord {
  readonly id: string;
  readonly atMs: number;
  readonly lane: string;
  readonly #record: StreamRecord;
  readonly #opened: Opened;
  readonly #roleArn: string | undefined;
  #json: string | undefined;

  constructor(record: StreamRecord, opened: Opened, roleArn: string | undefined) {
    const { shardId, sequenceNumber, partitionKey, arrivedAtMs } = record;
    const { parallelizationFactor: lanes } = opened.mapping;
    this.id = opened.form === 'lambda' ? sequenceNumber : `${shardId}:${sequenceNumber}`;
    this.atMs = arrivedAtMs;
    this.lane = `${shardId}/${lanes === 1 ? 0 : partOf(partitionKey, lanes)}`;
    this.#record = record;
    this.#opened = opened;
    this.#roleArn = roleArn;
  }

  /** Written when it is asked for: of what a filter does not let through nobody does. */
  get json(): string {
    this.#json ??= JSON.stringify(this.#event(this.#record.base64));
    return this.#json;
  }

  #event(data: unknown) {
    const { shardId, sequenceNumber, partitionKey, arrivedAtMs } = this.#record;
    const { form, sourceArn } = this.#opened;
    const approximateArrivalTimestamp = arrivedAtMs / 1000;
    const kinesis = {
      kinesisSchemaVersion: '1.0',
      ...{ partitionKey, sequenceNumber, data, approximateArrivalTimestamp },
    };
    return {
      ...(form === 'lambda' ? { kinesis } : kinesis),
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shardId}:${sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: this.#roleArn,
      awsRegion: LOCAL_REGION,
      eventSourceARN: sourceArn,
    };
  }

  /** Read when it is asked for: of most records nobody does. */
  get correlationId(): string | undefined {
    return correlationIdOf(this.#record.data.toString());
  }

  /**
   * Lambda's filters see the data alone (https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html), those of pipes all of it;
   * data that is JSON is read.
   */
  filterable(): unknown {
    const text = this.#record.data.toString();
    const data = parsed(text);
    return this.#opened.form === 'lambda' ? { data } : this.#event(data);
  }
}

/** JSON as what it says, other text as itself. */
function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** Which lane of its shard a key has: the end of its hash, for the beginning is what the shard's keys have in common. */
function partOf(partitionKey: string, lanes: number): number {
  return Number.parseInt(hashOf(partitionKey).slice(-6), 16) % lanes;
}
