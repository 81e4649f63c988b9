import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** One write: the database's name, the key, the value; null deletes. */
export type LoggedWrite = [database: string, key: string, value: unknown];

/** The log is rewritten as a snapshot when it has grown past this size and to four times the last snapshot. */
const COMPACT_AT_BYTES = 8 * 1024 * 1024;

/**
 * A file to which each commit is appended as one line of JSON. A commit is handed to the operating system before it is
 * acknowledged, so it survives the death of this process (not that of the machine: nothing is flushed to the disk). A
 * line that a crash cut off is dropped when the file is read again: a commit is there as a whole or not at all.
 */
export class CommitLog {
  readonly #path: string;
  /** Undefined once closed: the number may belong to another file by then. */
  #open: number | undefined;
  #bytes = 0;
  #compactAtBytes = COMPACT_AT_BYTES;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#path = join(folder, 'commits.jsonl');
    this.#open = openSync(this.#path, 'a');
  }

  /** Reads the writes of all whole commits, in order, and cuts off what follows them. */
  replay(apply: (write: LoggedWrite) => void): void {
    if (!existsSync(this.#path)) return;
    const content = readFileSync(this.#path);
    let start = 0;
    for (let end = content.indexOf(10, start); end !== -1; end = content.indexOf(10, start)) {
      for (const write of this.#read(content.toString('utf8', start, end), start)) apply(write);
      start = end + 1;
    }
    if (start < content.length) ftruncateSync(this.#file, start);
    this.#bytes = start;
    this.#compactAtBytes = Math.max(COMPACT_AT_BYTES, start * 4);
  }

  /** Throws the file system's error, and then has written nothing. */
  append(commit: LoggedWrite[]): void {
    try {
      this.#bytes += writeWhole(this.#file, `${JSON.stringify(commit)}\n`);
    } catch (error) {
      // What was written of the line must not stand in front of the next one.
      ftruncateSync(this.#file, this.#bytes);
      throw error;
    }
  }

  get needsCompaction(): boolean {
    return this.#bytes > this.#compactAtBytes;
  }

  /**
   * Replaces the log by these writes. The old file stays until the new one is complete; when it cannot be completed (a full
   * disk), the old one goes on, and the next attempt is made when it has doubled.
   */
  compact(writes: Iterable<LoggedWrite>): void {
    const draftPath = `${this.#path}.new`;
    try {
      const draft = openSync(draftPath, 'w');
      let bytes = 0;
      for (const write of writes) bytes += writeWhole(draft, `${JSON.stringify([write])}\n`);
      renameSync(draftPath, this.#path);
      closeSync(this.#file);
      this.#open = draft;
      this.#bytes = bytes;
      this.#compactAtBytes = Math.max(COMPACT_AT_BYTES, bytes * 4);
    } catch {
      this.#compactAtBytes = this.#bytes * 2;
    }
  }

  /** May be called again. */
  close(): void {
    if (this.#open !== undefined) closeSync(this.#open);
    this.#open = undefined;
  }

  get #file(): number {
    if (this.#open === undefined) throw new Error(`${this.#path} is closed: local-aws is being stopped`);
    return this.#open;
  }

  #read(line: string, position: number): LoggedWrite[] {
    try {
      return JSON.parse(line) as LoggedWrite[];
    } catch (cause) {
      const message = `The state of DynamoDB cannot be read: ${this.#path} is damaged at byte ${position}. Start with --fresh.`;
      throw new Error(message, { cause });
    }
  }
}

/** Writes all of it: `writeSync` may take less than it is given. Gives back the number of bytes. */
function writeWhole(file: number, text: string): number {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  return bytes.length;
}
