import type { Clock } from '../core/clock.ts';
import { receiptHandleIsInvalid } from './errors.ts';

/** The receipt handle that receivers see: it says of which queue it is. */
export function handleOf(queueName: string, receipt: string): string {
  return Buffer.from(`${queueName} ${receipt}`).toString('base64');
}

/** The other way round. Throws AwsError `ReceiptHandleIsInvalid` for what is no handle of this queue. */
export function receiptIn(handle: string, queueName: string): string {
  const [name, receipt] = Buffer.from(handle, 'base64').toString().split(' ');
  if (name !== queueName || !receipt) throw receiptHandleIsInvalid(handle);
  return receipt;
}

/** docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html, ReceiveRequestAttemptId */
const ATTEMPT_MS = 300_000;

/** The receipts that receive attempts of the last five minutes were given, by their ids. */
export class Attempts {
  readonly #clock: Clock;
  readonly #byId = new Map<string, { atMs: number; receipts: readonly string[] }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  remember(id: string, receipts: readonly string[]): void {
    this.#byId.set(id, { atMs: this.#clock.now(), receipts });
  }

  receiptsOf(id: string): readonly string[] {
    const nowMs = this.#clock.now();
    for (const [old, { atMs }] of this.#byId) if (atMs + ATTEMPT_MS <= nowMs) this.#byId.delete(old);
    return this.#byId.get(id)?.receipts ?? [];
  }
}
