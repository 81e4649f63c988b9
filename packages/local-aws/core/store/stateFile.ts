import { chmodSync, closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { asError } from '../errors.ts';
import { misfit } from './kinds.ts';
import { StateError } from './store.ts';
import { droppedBytes } from './walCheck.ts';

/** What is written: null deletes; without a key it is everything that goes. */
export type Write = { collection: string; key: string; json: string | null } | 'everything';

/** Marks a file as one of ours: `arca` in ASCII. */
const APPLICATION_ID = 0x61726361;
/** The version of the shape below. */
const SHAPE = 1;
const OWNER_ONLY = 0o600;
/** A checkpoint waits for the disk: one in 16 MB instead of SQLite's 4 halves what a write costs on average. */
const CHECKPOINT_PAGES = 4000;

/**
 * One owner's state: a SQLite database with one table. It is in WAL mode with `synchronous=normal`: a commit is with the
 * operating system before `write` returns, which outlives a kill of this process (a power cut may take the last commits).
 */
export class StateFile {
  readonly path: string;
  /** What could not be read when it was opened, in a sentence. */
  readonly loss: string | undefined;
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;

  /** Opens the file, or makes it. Throws StateError, and leaves the file as it is, when it is not a whole one of ours. */
  constructor(path: string) {
    this.path = path;
    // Opening it puts the log in order.
    const dropped = droppedBytes(`${path}-wal`);
    if (dropped > 0) this.loss = `${dropped} bytes at the end of ${path}-wal could not be read: what they said is lost`;
    try {
      this.#database = open(path);
    } catch (error) {
      throw error instanceof StateError ? error : damaged(path, asError(error).message, error);
    }
    this.#put = this.#database.prepare(
      'INSERT INTO entries VALUES (?, ?, ?) ON CONFLICT (collection, key) DO UPDATE SET value = excluded.value',
    );
    this.#delete = this.#database.prepare('DELETE FROM entries WHERE collection = ? AND key = ?');
  }

  get isEmpty(): boolean {
    return this.#database.prepare('SELECT 1 FROM entries LIMIT 1').get() === undefined;
  }

  /** Writes all of it or, when it throws, nothing. */
  write(writes: readonly Write[]): void {
    this.#database.exec('BEGIN');
    try {
      for (const write of writes) {
        if (write === 'everything') this.#database.exec('DELETE FROM entries');
        else if (write.json === null) this.#delete.run(write.collection, write.key);
        else this.#put.run(write.collection, write.key, write.json);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** The JSON under a key. */
  get(collection: string, key: string): string | undefined {
    const row = this.#database
      .prepare('SELECT value FROM entries WHERE collection = ? AND key = ?')
      .get(collection, key);
    return row?.value as string | undefined;
  }

  /** The keys of a collection with their JSON, sorted. */
  entries(collection: string): [key: string, json: string][] {
    const rows = this.#database
      .prepare('SELECT key, value FROM entries WHERE collection = ? ORDER BY key')
      .all(collection);
    return rows.map(({ key, value }) => [key as string, value as string]);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

/** Removes a file of state, and what SQLite keeps beside it. */
export function removeFile(path: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${ending}`, { force: true });
}

/**
 * Throws StateError when a file is missing or empty that should be there, or its log is: `wasLeftOpen`, the process before was killed, and
 * what it wrote last stands there alone.
 */
export function refuseIncomplete(path: string, wasLeftOpen: boolean): void {
  const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size;
  const size = sizeOf(path);
  if (size === undefined) throw damaged(path, 'it is missing');
  if (size === 0) throw damaged(path, 'it is empty');
  if (wasLeftOpen && !sizeOf(`${path}-wal`))
    throw damaged(path, 'its log, with what was written last (-wal), is missing or empty');
}

/** The error of a file that cannot be used. */
function damaged(path: string, what: string, cause?: unknown): StateError {
  return new StateError(`The state file ${path} cannot be used: ${what}`, { cause });
}

function open(path: string): DatabaseSync {
  const isNew = !existsSync(path) || statSync(path).size === 0;
  // Made here, so that nobody else can read it even for a moment; SQLite gives the same rights to the log beside it.
  closeSync(openSync(path, 'a', OWNER_ONLY));
  chmodSync(path, OWNER_ONLY);
  const database = new DatabaseSync(path);
  try {
    // Only this process uses it (see StateLock): no memory needs to be shared, and no lock be taken for each commit.
    database.exec('PRAGMA locking_mode = exclusive; PRAGMA cache_size = -1024');
    if (!isNew) check(database, path);
    database.exec(
      `PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
    );
    // Written in any case: as long as it is open, there is a log.
    if (!isNew) database.exec(`PRAGMA user_version = ${SHAPE}`);
    else {
      database.exec(`BEGIN;
        PRAGMA application_id = ${APPLICATION_ID};
        PRAGMA user_version = ${SHAPE};
        CREATE TABLE entries (collection TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (collection, key)) WITHOUT ROWID;
        COMMIT`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Reads all of it once: what is damaged is found now, not in the middle of the work. */
function check(database: DatabaseSync, path: string): void {
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  if (pragma('application_id') !== APPLICATION_ID) throw damaged(path, 'local-aws did not write it');
  if (pragma('user_version') !== SHAPE) throw damaged(path, 'another version of local-aws wrote it');
  const found = pragma('quick_check(1)');
  if (found !== 'ok') throw damaged(path, `it is damaged (${String(found)})`);
  if (database.prepare('SELECT 1 FROM entries WHERE NOT json_valid(value) LIMIT 1').get())
    throw damaged(path, 'it is damaged (a value is no JSON)');
  for (const { collection, key, value } of database.prepare('SELECT collection, key, value FROM entries').iterate()) {
    const wrong = misfit(String(collection), JSON.parse(String(value)));
    if (wrong !== undefined)
      throw damaged(
        path,
        `it holds what this version of local-aws does not understand (${collection} ${key}: ${wrong})`,
      );
  }
}
