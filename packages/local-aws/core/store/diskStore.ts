import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { asError } from '../errors.ts';
import { createKeepers } from './keepers.ts';
import { type Kind, kind } from './kinds.ts';
import { refuseIncomplete, removeFile, StateFile, type Write } from './stateFile.ts';
import { lockState, type StateLock } from './stateLock.ts';
import {
  ACCOUNT,
  type Collection,
  type DamagedState,
  type OwnedEntry,
  type Owner,
  StateError,
  type Store,
} from './store.ts';

/** The account's list of those whose files should be there. */
const OWNERS = kind<object>('store/owners', z.object({}));
const ENDING = '.sqlite';
const STACKS = 'stacks';
const FORGET_ALL = 'start with --fresh, which forgets everything';

/** What may stand in the state folder, and what an earlier version of local-aws wrote there. */
export const STATE_ENTRIES = [STACKS, ...['', '-wal', '-shm', '-journal'].map((end) => `account${ENDING}${end}`)];
export const OLD_STATE_ENTRIES = ['dynamodb', 'sqs.json', 'sqs.json.new'];

/** Those who wait for a commit. */
type Turn = PromiseWithResolvers<void>;

/** Keeps state in a folder, a file for each owner. Throws StateError when the folder is not there for this process alone. */
export class DiskStore implements Store {
  readonly #folder: string;
  readonly #lock: StateLock;
  readonly #files = new Map<Owner, StateFile>();
  readonly #damaged = new Map<Owner, Error>();
  readonly #losses: string[] = [];
  /** What is not yet committed. */
  readonly #pending = new Map<Owner, Write[]>();
  readonly #keepers = createKeepers();
  #turn: Turn | undefined;
  #isOpen = true;

  constructor(folder: string) {
    this.#folder = folder;
    this.#lock = lockState(folder);
    try {
      refuseOldState(folder);
      mkdirSync(join(folder, STACKS), { recursive: true, mode: 0o700 });
      this.#openAll();
      this.#lock.markOpen(true);
    } catch (error) {
      this.#letGo();
      throw error;
    }
  }

  collection<Value>(owner: Owner, { name }: Kind<Value>): Collection<Value> {
    const write = (key: string, json: string | null) => this.#write(owner, { collection: name, key, json });
    return {
      owner,
      get: (key) => {
        const json = this.#fileToRead(owner)?.get(name, key);
        return json === undefined ? undefined : (JSON.parse(json) as Value);
      },
      put: (key, value) => write(key, JSON.stringify(value)),
      delete: (key) => {
        if (!this.#keepers.has(owner)) write(key, null);
      },
      entries: () =>
        (this.#fileToRead(owner)?.entries(name) ?? []).map(([key, json]) => [key, JSON.parse(json) as Value]),
    };
  }

  all<Value>(kind: Kind<Value>): OwnedEntry<Value>[] {
    if (this.#pending.size > 0) this.#commit();
    return [...this.#files.keys()].flatMap((owner) =>
      this.collection(owner, kind)
        .entries()
        .map(([key, value]) => ({ owner, key, value })),
    );
  }

  damaged(): DamagedState[] {
    return [...this.#damaged].map(([owner, error]) => ({ owner, error }));
  }

  dropped(): readonly string[] {
    return this.#losses;
  }

  settled(): Promise<void> | undefined {
    return this.#pending.size > 0 ? this.#nextTurn().promise : undefined;
  }

  commit(owner: Owner): void {
    try {
      this.#commitOf(owner);
    } catch (cause) {
      throw this.#unwritable(cause);
    }
  }

  drop(owner: Owner): void {
    if (this.#damaged.delete(owner)) {
      removeFile(this.#pathOf(owner));
      this.#list(owner, null);
    } else if (this.#files.has(owner)) this.#pending.set(owner, ['everything']);
    else this.#pending.delete(owner);
    if (this.#pending.size > 0) this.#nextTurn();
  }

  withoutLoss(owner: Owner, work: () => Promise<void>): Promise<void> {
    return this.#keepers.during(owner, work);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.#commit();
    } finally {
      this.#letGo();
    }
  }

  #write(owner: Owner, write: Write): void {
    this.#refuseUnusable(owner);
    const writes = this.#pending.get(owner);
    if (writes) writes.push(write);
    else this.#pending.set(owner, [write]);
    this.#nextTurn();
  }

  /** One commit for all that is written in this turn of the event loop. */
  #nextTurn(): Turn {
    if (this.#turn) return this.#turn;
    const turn: Turn = Promise.withResolvers<void>();
    this.#turn = turn;
    turn.promise.catch(() => {});
    setImmediate(() => {
      if (this.#turn === turn) this.#endTurn();
    });
    return turn;
  }

  #endTurn(): void {
    const turn = this.#turn;
    this.#turn = undefined;
    try {
      this.#commit();
      turn?.resolve();
    } catch (error) {
      turn?.reject(error);
    }
  }

  /** Throws when something could not be written; the others' writes are, and what could not be stays pending. */
  #commit(): void {
    const failures: unknown[] = [];
    const attempt = (owner: Owner) => {
      try {
        this.#commitOf(owner);
      } catch (error) {
        failures.push(error);
      }
    };
    for (const owner of [...this.#pending.keys()]) if (owner !== ACCOUNT) attempt(owner);
    // Last: it names those that have a file.
    attempt(ACCOUNT);
    if (failures.length > 0) throw this.#unwritable(failures[0]);
  }

  #unwritable(cause: unknown): StateError {
    return new StateError(`State cannot be written to ${this.#folder}: ${asError(cause).message}`, { cause });
  }

  #commitOf(owner: Owner): void {
    const writes = this.#pending.get(owner);
    if (!writes) return;
    const known = this.#files.get(owner);
    const file = known ?? new StateFile(this.#pathOf(owner));
    this.#files.set(owner, file);
    file.write(writes);
    this.#pending.delete(owner);
    const isGone = writes.length === 1 && writes[0] === 'everything';
    if (owner === ACCOUNT || (known && !isGone)) return;
    // Emptied first, then taken from the list, then removed: whenever this is cut off, it is seen for what it is.
    this.#list(owner, isGone ? null : '{}');
    if (!isGone) return;
    if (!this.#damaged.has(ACCOUNT)) this.#commitOf(ACCOUNT);
    file.close();
    this.#files.delete(owner);
    removeFile(file.path);
  }

  /** Keeps the list of those whose files should be there. Without the account's file there is none. */
  #list(owner: Owner, json: string | null): void {
    if (!this.#damaged.has(ACCOUNT)) this.#write(ACCOUNT, { collection: OWNERS.name, key: owner, json });
  }

  /** The owner's file, with all that was written so far in it. */
  #fileToRead(owner: Owner): StateFile | undefined {
    this.#refuseUnusable(owner);
    if (this.#pending.has(owner)) this.#commitOf(owner);
    return this.#files.get(owner);
  }

  #refuseUnusable(owner: Owner): void {
    if (!this.#isOpen && this.#files.size === 0) throw new StateError(`The state in ${this.#folder} is closed`);
    const error = this.#damaged.get(owner);
    if (error) throw error;
  }

  #openAll(): void {
    const files = readdirSync(join(this.#folder, STACKS)).filter((name) => name.endsWith(ENDING));
    const found = files.map((name) => name.slice(0, -ENDING.length));
    this.#open(ACCOUNT, found.length > 0, `put it back, or ${FORGET_ALL}`);
    const listed = this.#damaged.has(ACCOUNT)
      ? []
      : this.collection(ACCOUNT, OWNERS)
          .entries()
          .map(([owner]) => owner);
    for (const owner of new Set([...listed, ...found])) {
      const others = 'remove this stack alone (DELETE /_local/stacks/';
      this.#open(owner, listed.includes(owner), `put it back, ${others}${owner}), or ${FORGET_ALL}`);
      const file = this.#files.get(owner);
      if (!file) continue;
      if (file.isEmpty) this.drop(owner);
      else if (!listed.includes(owner)) this.#list(owner, '{}');
    }
  }

  /** Opens a file; what cannot be used is kept as it is, and remembered with the reason. */
  #open(owner: Owner, shouldExist: boolean, remedy: string): void {
    const path = this.#pathOf(owner);
    try {
      if (shouldExist) refuseIncomplete(path, this.#lock.wasLeftOpen);
      const file = new StateFile(path);
      this.#files.set(owner, file);
      if (file.loss !== undefined) this.#losses.push(file.loss);
    } catch (cause) {
      this.#damaged.set(owner, new StateError(`${asError(cause).message}. What to do: ${remedy}.`, { cause }));
    }
  }

  #pathOf(owner: Owner): string {
    return owner === ACCOUNT ? join(this.#folder, `account${ENDING}`) : join(this.#folder, STACKS, `${owner}${ENDING}`);
  }

  #letGo(): void {
    // From here on logs go, one by one.
    this.#lock.markOpen(false);
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
    this.#lock.release();
  }
}

function refuseOldState(folder: string): void {
  const stacks = existsSync(join(folder, STACKS)) ? readdirSync(join(folder, STACKS)) : [];
  const old =
    OLD_STATE_ENTRIES.find((entry) => existsSync(join(folder, entry))) ?? stacks.find((name) => name.endsWith('.json'));
  if (old === undefined) return;
  throw new StateError(
    `The state in ${folder} was written by an earlier version of local-aws (${old}), which this one cannot read: ` +
      `move the folder away to keep it, or ${FORGET_ALL}.`,
  );
}
