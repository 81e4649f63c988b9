import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Timer } from '../core/clock.ts';
import type { Core } from '../core/cloud.ts';
import { asError } from '../core/errors.ts';
import type { Principal } from '../core/principal.ts';
import { Buffers, type HoseBuffer, type Place } from './buffers.ts';
import { suffixTime } from './prefix.ts';
import type { HoseSettings } from './properties.ts';
import type { HoseSource, SourceRecord } from './source.ts';

/** What a delivery stream is made with. */
export interface HoseParts {
  core: Core;
  settings: HoseSettings;
  source: HoseSource;
  /** Counts the changes of its settings; the first is 1. */
  version: number;
  /** The session of the role with which it writes. Throws AwsError when the role is not handed over. */
  writer(): Principal;
}

/** How many records are received at once. */
const MOST_RECORDS = 1000;
/** What waits in memory, in bytes: beyond that the largest buffer goes before its time, and nothing more is received. */
const MOST_HELD_BYTES = 64 * 1024 * 1024;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** https://docs.aws.amazon.com/firehose/latest/dev/limits.html */
const MOST_PARTITIONS = 500;

/** An object on its way. It has its name from the first try on, so that a further one writes the same object again. */
interface Parcel {
  key: string;
  body: Buffer;
  contents: HoseBuffer<SourceRecord>;
  pauseMs: number;
}

/**
 * Brings records from a source to objects, until it is closed: buffers them, writes, and tells the source only then that they are done. What
 * cannot be written is tried again for as long as it takes; what is not done comes again after a restart, so that nothing is lost.
 */
export class Hose {
  readonly #parts: HoseParts;
  readonly #buffers = new Buffers<SourceRecord>();
  readonly #unfollow: () => void;
  #timer: { atMs: number; timer: Timer } | undefined;
  #heldBytes = 0;
  #isReady = false;
  #isReading = false;
  #isWoken = false;
  #isClosed = false;

  constructor(parts: HoseParts) {
    this.#parts = parts;
    this.#unfollow = parts.source.follow(() => this.wake());
  }

  /** All that it needs is there: it begins. */
  start(): void {
    this.#isReady = true;
    this.wake();
  }

  /** Looks for records. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isReading || !this.#isReady || this.#isClosed) return;
    this.#isReading = true;
    this.#parts.core.clock.run('reading for a delivery stream', () => this.#read());
  }

  /** Ends it; what it holds stays with the source. */
  close(): void {
    this.#isClosed = true;
    this.#unfollow();
    this.#timer?.timer.cancel();
  }

  async #read(): Promise<void> {
    const { core, source } = this.#parts;
    try {
      while (this.#isWoken && !this.#isClosed && this.#heldBytes < MOST_HELD_BYTES) {
        this.#isWoken = false;
        const records = await source.receive(MOST_RECORDS);
        if (records.length > 0) this.#isWoken = true;
        for (const record of records) this.#take(record);
        this.#relieve();
      }
    } catch {
      // The journal has the call that was refused.
      core.clock.at(core.clock.now() + FIRST_PAUSE_MS, () => this.wake());
    } finally {
      this.#isReading = false;
      this.#setTimer();
    }
  }

  #take(record: SourceRecord): void {
    const { core, settings } = this.#parts;
    const { place, line } = this.#placeOf(record);
    const held = line ? { ...record, data: line } : record;
    this.#heldBytes += held.data.length;
    const full = this.#buffers.add(place, held, core.clock.now(), settings);
    if (full) this.#send(full);
  }

  /** Where a record goes; what has no place goes, with the reason, where errors do. */
  #placeOf(record: SourceRecord): { place: Place; line?: Buffer } {
    const { query } = this.#parts.settings;
    if (!query) return { place: { partition: {} } };
    try {
      const place = { partition: query.find(record.data) };
      if (this.#buffers.size < MOST_PARTITIONS || this.#buffers.has(place)) return { place };
      return this.#failed('activePartitionExceeded', 'DynamicPartitioning.ActivePartitionLimitExceeded', record);
    } catch (error) {
      const code = 'DynamicPartitioning.MetadataExtractionFailed';
      return this.#failed('processing-failed', code, record, asError(error).message);
    }
  }

  #failed(errorType: string, errorCode: string, { data, arrivedAtMs }: SourceRecord, errorMessage = errorCode) {
    const { core, settings } = this.#parts;
    const what = { attemptsMade: 1, arrivalTimestamp: arrivedAtMs, errorCode, errorMessage };
    core.journal.record({
      kind: 'dead-letter',
      service: 'firehose',
      action: errorType,
      from: settings.arn,
      outcome: 'ok',
      detail: { reason: errorMessage, code: errorCode },
    });
    const line = { ...what, attemptEndingTimestamp: core.clock.now(), rawData: data.toString('base64') };
    return { place: { errorType }, line: Buffer.from(`${JSON.stringify(line)}\n`) };
  }

  /** Makes room when too much waits. */
  #relieve(): void {
    if (this.#heldBytes < MOST_HELD_BYTES) return;
    const largest = this.#buffers.takeLargest();
    if (largest) this.#send(largest);
  }

  #setTimer(): void {
    const { core, settings } = this.#parts;
    const atMs = this.#buffers.nextDueMs(settings);
    if (this.#isClosed || atMs === this.#timer?.atMs) return;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    if (atMs === undefined) return;
    const flush = () => {
      this.#timer = undefined;
      for (const due of this.#buffers.takeDue(core.clock.now(), settings)) this.#send(due);
      this.#setTimer();
    };
    this.#timer = { atMs, timer: core.clock.at(atMs, flush) };
  }

  #send(contents: HoseBuffer<SourceRecord>): void {
    this.#parts.core.clock.run('a delivery to S3', async () => this.#deliver(await this.#packed(contents)));
  }

  async #packed(contents: HoseBuffer<SourceRecord>): Promise<Parcel> {
    const { settings, core, version } = this.#parts;
    const { records, place } = contents;
    const isError = 'errorType' in place;
    const oldestMs = Math.min(...records.map(({ arrivedAtMs }) => arrivedAtMs));
    const randomString = core.newId().replaceAll('-', '').slice(0, 11);
    const prefix = isError
      ? settings.errorPrefix.evaluate({ oldestMs, errorType: place.errorType, randomString })
      : settings.prefix.evaluate({ oldestMs, partition: place.partition, randomString });
    const { delimiter } = settings;
    const pieces =
      isError || delimiter.length === 0
        ? records.map(({ data }) => data)
        : records.flatMap(({ data }) => [data, delimiter]);
    const isGzip = settings.isGzip && !isError;
    const whole = Buffer.concat(pieces);
    return {
      key: `${prefix}${settings.name}-${version}-${suffixTime(oldestMs)}-${core.newId()}${isError ? '' : settings.extension}`,
      body: isGzip ? await promisify(gzip)(whole) : whole,
      contents,
      pauseMs: FIRST_PAUSE_MS,
    };
  }

  async #deliver(parcel: Parcel): Promise<void> {
    const { core, settings, source, writer } = this.#parts;
    if (this.#isClosed) return;
    const { key, body, contents } = parcel;
    try {
      await core.call({
        service: 's3',
        operation: 'PutObject',
        input: { Bucket: settings.bucket, Key: key, Body: body, ContentType: 'application/octet-stream' },
        principal: writer,
        hop: {
          kind: 'delivery',
          service: 'firehose',
          from: settings.arn,
          detail: { key, records: contents.records.length, bytes: contents.bytes },
        },
      });
    } catch {
      // The journal says why. AWS tries for as long as the source keeps the records, too.
      core.clock.at(core.clock.now() + parcel.pauseMs, () =>
        this.#deliver({ ...parcel, pauseMs: Math.min(parcel.pauseMs * 2, LONGEST_PAUSE_MS) }),
      );
      return;
    }
    // An object of a hose that was closed meanwhile is there; its records come once more.
    if (this.#isClosed) return;
    this.#heldBytes -= contents.bytes;
    source.done(contents.records);
    this.wake();
  }
}
