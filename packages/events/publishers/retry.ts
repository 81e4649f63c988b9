import type { AnyEvent } from '../contract.ts';
import { type FailedEntry, PublishError } from '../errors.ts';

/** How publishers wait between repetitions; tests pass their own. */
export interface PublishOptions {
  wait?(ms: number): Promise<void>;
}

/** Entries of one batch call of SNS (PublishBatch) and of EventBridge (PutEvents). */
const BATCH_LIMIT = 10;
/** Bytes of one batch call: the limit of SNS and of EventBridge is 256 KiB over all entries. */
const BATCH_BYTES = 262_144;
/** Repetitions after the first call, with 50, 100, 200 ms between. The SDK has its own beneath, for calls that fail whole. */
const REPETITIONS = 3;
const FIRST_WAIT_MS = 50;

const sleep = (ms: number) => new Promise<void>((resume) => setTimeout(resume, ms));

/**
 * Sends events in batches that fit both limits, reads each answer, and sends again what was refused for now.
 * Throws PublishError with what is left over.
 */
export async function publishInBatches<Event extends AnyEvent>(
  target: string,
  events: readonly Event[],
  sendBatch: (batch: readonly Event[]) => Promise<FailedEntry[]>,
  { wait = sleep }: PublishOptions = {},
): Promise<void> {
  const isTooLong = (event: Event) => bytesOf(event) > BATCH_BYTES;
  // Asked for one of these, the service refuses the whole call, and with it the others.
  const failed: FailedEntry[] = events.filter(isTooLong).map(({ id }) => ({
    eventId: id,
    code: 'EventTooLong',
    message: `more than ${BATCH_BYTES} bytes`,
    permanent: true,
  }));
  for (let batch of batchesOf(events.filter((event) => !isTooLong(event)))) {
    let refusals = await sendBatch(batch);
    for (let repetition = 0; repetition < REPETITIONS && refusals.some(passes); repetition += 1) {
      failed.push(...refusals.filter(({ permanent }) => permanent));
      const again = new Set(refusals.filter(passes).map(({ eventId }) => eventId));
      batch = batch.filter(({ id }) => again.has(id));
      await wait(FIRST_WAIT_MS * 2 ** repetition);
      refusals = await sendBatch(batch);
    }
    failed.push(...refusals);
  }
  if (failed.length > 0) throw new PublishError(target, failed);
}

const passes = ({ permanent }: FailedEntry) => !permanent;

const bytesOf = (event: AnyEvent) => Buffer.byteLength(JSON.stringify(event));

function* batchesOf<Event extends AnyEvent>(events: readonly Event[]): Generator<readonly Event[]> {
  let batch: Event[] = [];
  let bytes = 0;
  for (const event of events) {
    // Attributes repeat a few of the event's fields; a tenth on top covers them.
    const size = Math.ceil(bytesOf(event) * 1.1);
    if (batch.length === BATCH_LIMIT || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
