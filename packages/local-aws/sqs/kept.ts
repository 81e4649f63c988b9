import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredMessage } from './message.ts';

/** Messages that outlive local-aws, by the name of their queue. */
export interface Kept {
  /** The messages of a queue that was just made; they are its own from then on. */
  take(queueName: string): StoredMessage[];
  /** Writes the messages of all queues, and those that no queue has asked for. */
  save(messages: Record<string, StoredMessage[]>): void;
}

const FILE = 'sqs.json';

/** Keeps messages in a file in `folder`; without a folder nothing is kept. It is read once and written at the end. */
export function keptIn(folder: string | undefined): Kept {
  if (folder === undefined) return { take: () => [], save: () => undefined };
  const path = join(folder, FILE);
  const unclaimed = new Map<string, StoredMessage[]>(Object.entries(read(path)));
  return {
    take(queueName) {
      const messages = unclaimed.get(queueName) ?? [];
      unclaimed.delete(queueName);
      return messages;
    },
    save(messages) {
      mkdirSync(folder, { recursive: true });
      const all = { ...Object.fromEntries(unclaimed), ...messages };
      // Written beside and then renamed: a crash in between leaves the former file whole.
      writeFileSync(`${path}.new`, JSON.stringify(all));
      renameSync(`${path}.new`, path);
    },
  };
}

function read(path: string): Record<string, StoredMessage[]> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, StoredMessage[]>;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`The messages of SQS cannot be read: ${path} is damaged. Start with --fresh.`, { cause });
  }
}
