import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { asError } from '../core/errors.ts';
import type { LogEvent } from './store.ts';

/**
 * A file that grows past this is renamed to `<name>.log.1` (an older one is dropped), so a log takes at most twice as
 * much, and twice what one write takes.
 */
const MAX_FILE_BYTES = 5 * 1024 * 1024;
/** Lines are collected this long, so that a busy function does not write its file a thousand times a second. */
const COLLECT_MS = 100;
/** What may wait to be written for one file; beyond it the newest lines are dropped from the file (never from memory). */
const MAX_WAITING_CHARACTERS = 4 * 1024 * 1024;

/** Log files that can be read with `tail -f`. */
export interface LogFiles {
  write(logGroup: string, events: readonly LogEvent[]): void;
  /** Writes out what is still held. */
  close(): Promise<void>;
}

/** Where log files are, in the state folder. */
export function logFolderIn(stateFolder: string): string {
  return resolve(stateFolder, 'logs');
}

/** The file of a log group: `/aws/lambda/ping` is `ping.log`. */
export function fileNameOf(logGroup: string): string {
  const name = logGroup.replace(/^\/aws\/lambda\//, '').replaceAll(/[^a-zA-Z0-9._-]+/g, '-');
  return `${name.replace(/^[-.]+/, '') || 'log'}.log`;
}

/** Keeps a file per log group in `folder`. A disk that is full or read-only is reported once, and costs no invocation. */
export function createLogFiles(folder: string): LogFiles {
  const waiting = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let hasComplained = false;

  const writeOut = async () => {
    const taken = [...waiting];
    waiting.clear();
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const [name, text] of taken) await appendTo(join(folder, name), text);
    } catch (thrown) {
      if (!hasComplained) console.error(`local-aws: log files cannot be written: ${asError(thrown).message}`);
      hasComplained = true;
    }
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size > 0) writing = writing.then(writeOut);
    return writing;
  };

  return {
    write(logGroup, events) {
      const name = fileNameOf(logGroup);
      let held = waiting.get(name) ?? '';
      for (const { message } of events) {
        if (held.length + message.length >= MAX_WAITING_CHARACTERS) break;
        held += `${message}\n`;
      }
      waiting.set(name, held);
      timer ??= setTimeout(flush, COLLECT_MS).unref();
    },
    close: flush,
  };
}

async function appendTo(file: string, text: string): Promise<void> {
  const size = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  if (size > MAX_FILE_BYTES) await rename(file, `${file}.1`);
  // What functions write is nobody else's business.
  await appendFile(file, text, { mode: 0o600 });
}
