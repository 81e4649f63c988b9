/** A record of a stream, as readers get it. */
export class StreamRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** What the producer has put, in base64, as it comes and goes over the wire. */
  readonly base64: string;
  /** Milliseconds since the epoch. */
  readonly arrivedAtMs: number;

  constructor(shardId: string, sequenceNumber: string, partitionKey: string, base64: string, arrivedAtMs: number) {
    this.shardId = shardId;
    this.sequenceNumber = sequenceNumber;
    this.partitionKey = partitionKey;
    this.base64 = base64;
    this.arrivedAtMs = arrivedAtMs;
  }

  /** What the producer has put; made anew each time. */
  get data(): Buffer {
    return Buffer.from(this.base64, 'base64');
  }
}

/** How many bytes base64 stands for. */
export function bytesOf(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}
