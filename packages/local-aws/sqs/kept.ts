import { z } from 'zod';
import type { Remembered } from '../core/deduplication.ts';
import { ACCOUNT, type Collection, kind, kinds, type Owner, type Store } from '../core/store/index.ts';
import type { QueueSettings } from './attributes.ts';
import type { StoredMessage } from './message.ts';

/** A queue as it outlives local-aws, beside its messages. */
export interface KeptQueue {
  settings: QueueSettings;
  createdAtMs: number;
  changedAtMs: number;
}

/** A message as it outlives local-aws. A receipt stays good: a receiver may outlive local-aws too, and delete it afterwards. */
export interface KeptMessage {
  message: StoredMessage;
  /** When it is to be seen; left out for what is visible. */
  visibleAtMs?: number;
  /** Of the latest receive. */
  receipt?: string;
  receivedAtMs?: number;
}

const anyObject = z.looseObject({});
const QUEUES = kind<KeptQueue>(
  'sqs/queues',
  z.looseObject({ settings: anyObject, createdAtMs: z.number(), changedAtMs: z.number() }),
);
const messagesOf = kinds<KeptMessage>(
  'sqs/messages/',
  z.looseObject({
    message: z.looseObject({ id: z.string(), body: z.string(), attributes: anyObject, sentAtMs: z.number() }),
    visibleAtMs: z.number().optional(),
    receipt: z.string().optional(),
  }),
);
const rememberedBy = kinds<Remembered>('sqs/deduplication/', anyObject);

/** What is kept of all queues. */
export class KeptQueues {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** All queues, in the order of their creation. */
  all(): { owner: Owner; name: string; kept: KeptQueue }[] {
    const found = this.#store.all(QUEUES).map(({ owner, key, value }) => ({ owner, name: key, kept: value }));
    // One that was cut off on its way from its stack to the account is there twice.
    const retained = new Set(found.filter(({ owner }) => owner === ACCOUNT).map(({ name }) => name));
    const isLeft = ({ owner, name }: { owner: Owner; name: string }) => owner !== ACCOUNT && retained.has(name);
    for (const { owner, name } of found.filter(isLeft)) this.forget(owner, name);
    return found.filter((one) => !isLeft(one)).sort((left, right) => left.kept.createdAtMs - right.kept.createdAtMs);
  }

  save(owner: Owner, name: string, queue: KeptQueue): void {
    this.#store.collection(owner, QUEUES).put(name, queue);
  }

  /** The messages of a queue, in the order in which they were sent. */
  messages(owner: Owner, name: string): Collection<KeptMessage> {
    return this.#store.collection(owner, messagesOf(name));
  }

  /** What was sent to a FIFO queue in the last minutes. */
  remembered(owner: Owner, name: string): Collection<Remembered> {
    return this.#store.collection(owner, rememberedBy(name));
  }

  /** Forgets a queue and its messages. */
  forget(owner: Owner, name: string): void {
    for (const collection of [this.messages(owner, name), this.remembered(owner, name)]) {
      for (const [key] of collection.entries()) collection.delete(key);
    }
    this.#store.collection(owner, QUEUES).delete(name);
  }

  /** Commits at once what an owner has been given. */
  commit(owner: Owner): void {
    this.#store.commit(owner);
  }

  /** Resolves when all this is committed. */
  async settled(): Promise<void> {
    await this.#store.settled();
  }
}
