import type { Kind } from './kinds.ts';

/**
 * Whose state it is: a stack's, under the stack's name, or the account's. What belongs to a stack stands in a file of its
 * own, so that a damaged one costs only its stack, and goes with the stack.
 */
export type Owner = string;

/** The owner of what belongs to no stack. No stack can have this name. */
export const ACCOUNT: Owner = '@account';

/** Values under keys, of one owner. What is kept is the value as JSON at the time of `put`: later changes of it are not seen. */
export interface Collection<Value> {
  readonly owner: Owner;
  get(key: string): Value | undefined;
  put(key: string, value: Value): void;
  delete(key: string): void;
  /** All of them, sorted by key. */
  entries(): [key: string, value: Value][];
}

/** One entry of a collection, with its owner. */
export interface OwnedEntry<Value> {
  owner: Owner;
  key: string;
  value: Value;
}

/** An owner whose file cannot be used. */
export interface DamagedState {
  owner: Owner;
  /** A sentence that names the file and says what to do. */
  error: Error;
}

/**
 * Where everything is kept that AWS would keep. Whoever keeps something in it holds what it works on in memory, writes each
 * change here as it happens, and reads at the start only.
 *
 * Writes take effect at once and are committed together at the end of the event loop's turn, all of one owner's or none.
 * An answer may leave only when what it acknowledges is committed: see `settled`.
 *
 * @example
 * const WAITING = kind<AsyncEvent>('lambda/async', z.looseObject({ requestId: z.string() }));
 * core.store.collection(stackName, WAITING).put(event.requestId, event);
 * for (const { owner, value } of core.store.all(WAITING)) resume(owner, value);
 */
export interface Store {
  /**
   * An owner's collection of that kind; it need not exist. Its methods throw StateError when the owner's file cannot be used.
   */
  collection<Value>(owner: Owner, kind: Kind<Value>): Collection<Value>;
  /** The entries of that kind of all owners whose files can be used. */
  all<Value>(kind: Kind<Value>): OwnedEntry<Value>[];
  /** The owners that cannot be used. */
  damaged(): readonly DamagedState[];
  /** What could not be read of files that can be used otherwise: a sentence each, with the bytes. */
  dropped(): readonly string[];
  /**
   * Resolves when all that has been written so far, by whomever, is committed; undefined when it is already. Rejects when
   * it cannot be written: then it is tried again with the next write.
   */
  settled(): Promise<void> | undefined;
  /**
   * Commits at once what an owner has been given so far: before something that has moved to it goes where it was, so that a
   * kill leaves it in both places and never in none. Throws when it cannot be written.
   */
  commit(owner: Owner): void;
  /** Forgets all that an owner has, damaged or not. */
  drop(owner: Owner): void;
  /** Does something by which the owner loses nothing: until it is done, no `delete` of the owner's collections takes effect. */
  withoutLoss(owner: Owner, work: () => Promise<void>): Promise<void>;
  /** Commits what is left and lets go of all files. Afterwards every use throws StateError. */
  close(): void;
}

/** State that cannot be read, written or held; the message is a sentence for whoever runs local-aws. */
export class StateError extends Error {
  override readonly name = 'StateError';
}
