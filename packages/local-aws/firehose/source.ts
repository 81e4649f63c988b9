import { z } from 'zod';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import type { Principal } from '../core/principal.ts';
import { kind, type Owner } from '../core/store/index.ts';
import { createReader, forgetReader, type StreamRecord, type Streams } from '../kinesis/index.ts';
import type { HeldRecord } from './buffers.ts';

/** A record with what its source knows it by. */
export interface SourceRecord extends HeldRecord {
  from: StreamRecord | KeptPut;
}

/** Where the records of a delivery stream come from. What was received and is not done comes again after a restart. */
export interface HoseSource {
  /** Calls `wake` when there may be something to receive, until the returned function is called. */
  follow(wake: () => void): () => void;
  receive(max: number): Promise<SourceRecord[]>;
  done(records: readonly SourceRecord[]): void;
  /** Forgets all. */
  forget(): void;
}

/** What a delivery stream is, for its source. */
interface Place {
  owner: Owner;
  /** The delivery stream's name. */
  name: string;
}

/** Reads a stream, from its latest record on: once a second, as on AWS (https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html). */
export function streamSource(
  core: Core,
  streams: Streams,
  { owner, name, streamArn, principal }: Place & { streamArn: string; principal: () => Principal },
): HoseSource {
  const place = { owner, id: `firehose/${name}` };
  const reader = createReader(core, streams, {
    ...{ ...place, streamArn, start: { at: 'LATEST' }, principal },
    readsASecond: 1,
  });
  return {
    follow: (wake) => reader.follow(wake),
    async receive(max) {
      const records = await reader.receive(max);
      return records.map((from) => ({ data: from.data, arrivedAtMs: from.arrivedAtMs, from }));
    },
    done: (records) => reader.done(records.map(({ from }) => from as StreamRecord)),
    forget: () => forgetReader(core, place),
  };
}

/** The records of one call, as they are kept until all of them are delivered. */
interface KeptPut {
  id: string;
  /** Base64. */
  records: string[];
  atMs: number;
}

const PUTS = kind<KeptPut & { name: string }>(
  'firehose/puts',
  z.looseObject({ id: z.string(), name: z.string(), records: z.array(z.string()), atMs: z.number() }),
);

/** What was put and not yet received waits in memory, in bytes; so much of it is for a record beside its data. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
const BYTES_BESIDE = 512;

/** Takes what is put, and keeps it. */
export interface PutSource extends HoseSource {
  /** Takes records, which are safe once the store has settled. Base64. Throws AwsError ServiceUnavailableException when too much waits. */
  put(records: string[]): void;
}

/** Makes the source of a delivery stream of the type DirectPut; what was put before and not delivered is there again. */
export function putSource(core: Pick<Core, 'clock' | 'store' | 'newId'>, { owner, name }: Place): PutSource {
  const kept = () => core.store.collection(owner, PUTS);
  const followers = new Set<() => void>();
  /** How many of a call's records are not done. */
  const left = new Map<string, number>();
  const heldOf = (from: KeptPut): SourceRecord[] => {
    left.set(from.id, from.records.length);
    return from.records.map((base64) => ({ data: Buffer.from(base64, 'base64'), arrivedAtMs: from.atMs, from }));
  };
  let waiting = kept()
    .entries()
    .map(([, value]) => value)
    .filter((value) => value.name === name)
    .sort((first, second) => first.atMs - second.atMs)
    .flatMap(heldOf);
  let waitingBytes = bytesOf(waiting);

  return {
    follow(wake) {
      followers.add(wake);
      return () => followers.delete(wake);
    },
    put(records) {
      if (waitingBytes >= MOST_WAITING_BYTES)
        throw new AwsError('ServiceUnavailableException', 'Slow down.', { status: 503 });
      const from: KeptPut = { id: core.newId(), records, atMs: core.clock.now() };
      kept().put(from.id, { ...from, name });
      const held = heldOf(from);
      waiting.push(...held);
      waitingBytes += bytesOf(held);
      for (const wake of followers) wake();
    },
    async receive(max) {
      const received = waiting.slice(0, max);
      waiting = waiting.slice(max);
      waitingBytes -= bytesOf(received);
      return received;
    },
    done(records) {
      for (const { from } of records as readonly { from: KeptPut }[]) {
        const rest = (left.get(from.id) ?? 1) - 1;
        left.set(from.id, rest);
        if (rest > 0) continue;
        left.delete(from.id);
        kept().delete(from.id);
      }
    },
    forget() {
      for (const [key, value] of kept().entries()) if (value.name === name) kept().delete(key);
    },
  };
}

const bytesOf = (records: readonly SourceRecord[]) =>
  records.reduce((sum, { data }) => sum + data.length + BYTES_BESIDE, 0);
