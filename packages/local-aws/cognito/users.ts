import type { Collection, Owner, Store } from '../core/store/index.ts';
import { userNotFound } from './errors.ts';
import { usersOf } from './kept.ts';
import type { User } from './model.ts';

/** The users of a pool. What is handed out is not to be changed: who wants to change one saves another in its place. */
export class Users {
  readonly #kept: Collection<User>;
  readonly #isCaseSensitive: boolean;
  readonly #byName = new Map<string, User>();
  /** The keys of users, by those of their subs. */
  readonly #keysBySub = new Map<string, string>();

  constructor(store: Store, owner: Owner, poolId: string, isCaseSensitive: boolean) {
    this.#kept = store.collection(owner, usersOf(poolId));
    this.#isCaseSensitive = isCaseSensitive;
    for (const [key, user] of this.#kept.entries()) this.#hold(key, user);
  }

  /** In the order in which they came to be there. */
  all(): User[] {
    return [...this.#byName.values()];
  }

  /** By name or by `sub`, as somebody types it: in the pool's letter case. Who is found has that name, so it is no other's. */
  find(nameOrSub: string): User | undefined {
    return this.#byName.get(this.#keyOf(nameOrSub)) ?? this.bySub(nameOrSub);
  }

  /** By `sub` alone, as tokens and sessions have it: a name that is spelled like one does not count. */
  bySub(sub: string): User | undefined {
    return this.#byName.get(this.#keysBySub.get(this.#keyOf(sub)) ?? '');
  }

  /** Puts a user in, or in the place of himself. What others have changed in the meantime is lost: see `change`. */
  save(user: User): User {
    const key = this.#keyOf(user.name);
    this.#hold(key, user);
    this.#kept.put(key, user);
    return user;
  }

  /** Changes a user as he is now, whoever else has done so. Throws AwsError UserNotFoundException when he is gone. */
  change({ sub }: Pick<User, 'sub'>, change: (user: User) => Partial<User>): User {
    const user = this.bySub(sub);
    if (!user) throw userNotFound('User does not exist.');
    return this.save({ ...user, ...change(user) });
  }

  remove(user: User): void {
    const key = this.#keyOf(user.name);
    this.#byName.delete(key);
    this.#keysBySub.delete(this.#keyOf(user.sub));
    this.#kept.delete(key);
  }

  #hold(key: string, user: User): void {
    this.#byName.set(key, user);
    this.#keysBySub.set(this.#keyOf(user.sub), key);
  }

  #keyOf(name: string): string {
    return this.#isCaseSensitive ? name : folded(name);
  }
}

/** What all spellings of a name that differ in letter case only have in common. Upper case first: some letters have two lower ones. */
export function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}
