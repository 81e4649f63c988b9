import type { Clock } from '../core/clock.ts';
import { afterFailure, isLockedOut, whileLockedOut } from './attempts.ts';
import { notAuthorized } from './errors.ts';
import type { User } from './model.ts';
import { isPassword } from './passwords.ts';
import type { Pool } from './pools.ts';

/** Looks at passwords, one after the other for each user: many guesses at once are as many guesses. */
export class PasswordGate {
  readonly #clock: Pick<Clock, 'now'>;
  /** The last who waits, by the user's `sub`. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Gives the user as he is now. Throws AwsError NotAuthorizedException: a wrong password, or too many before. */
  async pass(pool: Pool, { sub }: User, password: string): Promise<User> {
    const before = this.#turns.get(sub);
    const mine = this.#check(pool, sub, password, before);
    const turn = mine.catch(() => {});
    this.#turns.set(sub, turn);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(sub) === turn) this.#turns.delete(sub);
    }
  }

  async #check({ users }: Pool, sub: string, password: string, before: Promise<unknown> | undefined): Promise<User> {
    await before;
    const user = users.change({ sub }, ({ failures }) =>
      isLockedOut(failures, this.#clock.now()) ? { failures: whileLockedOut(failures, this.#clock.now()) } : {},
    );
    if (isLockedOut(user.failures, this.#clock.now())) throw notAuthorized('Password attempts exceeded');
    const isRight = user.passwordHash !== undefined && (await isPassword(password, user.passwordHash));
    if (isRight) return user.failures ? users.change(user, () => ({ failures: undefined })) : user;
    users.change(user, ({ failures }) => ({ failures: afterFailure(failures, this.#clock.now()) }));
    throw notAuthorized('Incorrect username or password.');
  }
}
