import { AccountError } from './accountError.ts';
import {
  type Player,
  playerOf,
  readSession,
  SESSION_KEY,
  type Session,
  type Storage,
  sessionOf,
  signedOut,
  writeSession,
} from './session.ts';
import type { PoolAddress, Sent, UserPool } from './userPool.ts';

/** How one signs in on this stage: `/_arcade/config`. */
export interface AccountConfig {
  region: string;
  userPool: PoolAddress;
  identityPoolId: string;
  /** Where the page reaches AWS by itself: `{}` where the SDK knows; left out where it does not reach it. */
  aws?: { endpoint?: string };
  /** Whoever signs up may play at once: no code is mailed, and an address is not needed. */
  confirmsAtOnce: boolean;
}

/** What is known of who plays here. */
export interface AccountState {
  /** `asking` until it is known whether somebody is signed in; `closed` where nobody can be. */
  status: 'asking' | 'signed-out' | 'signed-in' | 'closed';
  /** Who is signed in. */
  player: Player | undefined;
  confirmsAtOnce: boolean;
  /** Somebody who has chosen no password: when this browser forgets them, nobody can be them again. */
  isGuest: boolean;
}

/** What an account stands on. */
export interface AccountParts {
  storage: Storage;
  /** Tells of what other tabs have written; the key is null when all was deleted. */
  onStored(listener: (key: string | null) => void): void;
  nowMs(): number;
  /** Gives how one signs in; undefined where nobody can. Throws when that cannot be known now. */
  config(): Promise<AccountConfig | undefined>;
  /** The user pool; its code is loaded when somebody does something. */
  pool(address: PoolAddress): Promise<UserPool>;
  wait(ms: number): Promise<void>;
  /** A name and a password for somebody who chooses neither. */
  guest(): { name: string; password: string };
}

/** Between the first two tries to learn how one signs in; then twice as long each time, up to the longest. */
const RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60_000;
/** A guest's name may be taken; three are not. */
const GUEST_TRIES = 3;

const ASKING: AccountState = { status: 'asking', player: undefined, confirmsAtOnce: false, isGuest: false };

/** The one account of this browser, shared by all of its tabs. Its actions throw AccountError with a sentence for the user. */
export class Account {
  readonly #parts: AccountParts;
  readonly #listeners = new Set<() => void>();
  #state = ASKING;
  #session: Session | undefined;
  #isLooking = false;
  #hasBegun = false;
  #config: Promise<AccountConfig | undefined> | undefined;
  #refreshing: Promise<Session> | undefined;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** For `useSyncExternalStore`: the first who listens has it asked who is signed in. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    void this.#start();
    return () => this.#listeners.delete(listener);
  };
  readonly state = (): AccountState => this.#state;

  /**
   * The token that says who plays, good for minutes at least. `isRefused`: the one before was answered with 401, so that a new one
   * is asked for whatever the clock says. Throws AccountError, `signed-out` when nobody is (any longer).
   */
  readonly idToken = async ({ isRefused = false } = {}): Promise<string> => {
    await this.#open();
    const session = this.#session;
    if (!session) throw signedOut();
    const nowMs = this.#parts.nowMs();
    if (!isRefused && nowMs < session.dueAtMs) return session.idToken;
    try {
      return (await this.#refreshed()).idToken;
    } catch (error) {
      const isGood = !isRefused && nowMs < session.expiresAtMs;
      if (isGood && error instanceof AccountError && error.kind !== 'signed-out') return session.idToken;
      throw error;
    }
  };

  readonly signIn = (name: string, password: string): Promise<void> => this.#signIn(name, password);

  /** Makes an account and, where it may be used at once, signs in; else gives where a code was sent. */
  readonly signUp = async (
    name: string,
    password: string,
    email?: string,
  ): Promise<Sent & { isConfirmed: boolean }> => {
    const { pool } = await this.#open();
    const signedUp = await pool.signUp(name, password, email);
    if (signedUp.isConfirmed) await this.#signIn(name, password);
    return signedUp;
  };

  /** Confirms an account by the code that was mailed, and signs in where the password is known. */
  readonly confirm = async (name: string, code: string, password?: string): Promise<void> => {
    const { pool } = await this.#open();
    await pool.confirm(name, code);
    if (password !== undefined) await this.#signIn(name, password);
  };

  readonly resendCode = async (name: string): Promise<Sent> => (await this.#open()).pool.resendCode(name);

  /** Makes an account without a question. Only where accounts need no confirmation. */
  readonly playAsGuest = async (): Promise<void> => {
    const { pool } = await this.#open();
    for (let left = GUEST_TRIES - 1; ; left -= 1) {
      const { name, password } = this.#parts.guest();
      try {
        await pool.signUp(name, password);
        return await this.#signIn(name, password, { isGuest: true });
      } catch (error) {
        const isTaken = error instanceof AccountError && error.kind === 'name-taken';
        if (!isTaken || left === 0) throw error;
      }
    }
  };

  /** Ends the sign-in here and in all tabs. The pool is told; where it cannot be, its token dies by itself. */
  readonly signOut = async (): Promise<void> => {
    const session = this.#session;
    this.#keep(undefined);
    if (!session) return;
    const { pool } = await this.#open();
    await pool.revoke(session.refreshToken).catch(() => {});
  };

  readonly forgotPassword = async (name: string): Promise<Sent> => (await this.#open()).pool.forgotPassword(name);

  /** Sets a new password by the code that was sent, and signs in by it. */
  readonly setForgotten = async (name: string, code: string, password: string): Promise<void> => {
    const { pool } = await this.#open();
    await pool.setForgotten(name, code, password);
    await this.#signIn(name, password);
  };

  /** Changes the password. A guest has chosen none, and need not say it. */
  readonly changePassword = async (before: string, password: string): Promise<void> => {
    const { pool } = await this.#open();
    await this.idToken();
    const session = this.#session;
    if (!session) throw signedOut();
    await pool.changePassword(session.accessToken, session.guestPassword ?? before, password);
    const { guestPassword: _theirs, ...kept } = this.#session ?? session;
    this.#keep(kept);
  };

  async #signIn(name: string, password: string, { isGuest = false } = {}): Promise<void> {
    const { pool, clientId } = await this.#open();
    const { refreshToken, ...tokens } = await pool.signIn(name, password);
    const nowMs = this.#parts.nowMs();
    this.#keep(sessionOf(tokens, { clientId, refreshToken, nowMs, ...(isGuest && { guestPassword: password }) }));
  }

  /** One at a time; another tab may have been faster. */
  #refreshed(): Promise<Session> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<Session> {
    const { pool, clientId } = await this.#open();
    const before = this.#session;
    const kept = readSession(this.#parts.storage, clientId);
    if (kept && kept.idToken !== before?.idToken && this.#parts.nowMs() < kept.dueAtMs) return this.#show(kept);
    if (!before) throw signedOut();
    try {
      const { refreshToken, guestPassword } = before;
      const tokens = await pool.refresh(refreshToken);
      // Who has signed out meanwhile stays so.
      if (this.#session?.refreshToken !== refreshToken) throw signedOut();
      const nowMs = this.#parts.nowMs();
      return this.#keep(sessionOf(tokens, { clientId, refreshToken, nowMs, ...(guestPassword && { guestPassword }) }));
    } catch (error) {
      const isOver = error instanceof AccountError && ['signed-out', 'wrong-password', 'refused'].includes(error.kind);
      if (isOver && this.#session?.refreshToken === before.refreshToken) this.#keep(undefined);
      throw isOver ? signedOut() : error;
    }
  }

  /** Once; again after what has failed. */
  #asked(): Promise<AccountConfig | undefined> {
    this.#config ??= this.#parts.config().catch((error: unknown) => {
      this.#config = undefined;
      throw error;
    });
    return this.#config;
  }

  async #open(): Promise<{ pool: UserPool; clientId: string }> {
    const { pool } = this.#parts;
    try {
      const config = await this.#asked();
      this.#begin(config);
      if (config) return { pool: await pool(config.userPool), clientId: config.userPool.clientId };
    } catch {
      throw new AccountError('no-connection', 'The arcade does not answer: look at your connection, and try again.');
    }
    throw new AccountError('closed', 'Nobody can sign in on this stage.');
  }

  /** Learns how one signs in, however long that takes. */
  async #start(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    for (let waitMs = RETRY_MS; !this.#hasBegun; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS))
      await this.#asked().then(this.#begin, () => this.#parts.wait(waitMs));
  }

  readonly #begin = (config: AccountConfig | undefined): void => {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    if (!config) {
      this.#tell({ ...ASKING, status: 'closed' });
      return;
    }
    const { storage, onStored } = this.#parts;
    const look = () => this.#show(readSession(storage, config.userPool.clientId));
    onStored((key) => (key === SESSION_KEY || key === null) && look());
    this.#state = { ...this.#state, confirmsAtOnce: config.confirmsAtOnce };
    look();
  };

  #keep<Kept extends Session | undefined>(session: Kept): Kept {
    writeSession(this.#parts.storage, session);
    return this.#show(session);
  }

  #show<Shown extends Session | undefined>(session: Shown): Shown {
    this.#session = session;
    const player = session && playerOf(session.idToken);
    this.#tell({
      ...this.#state,
      status: player ? 'signed-in' : 'signed-out',
      // The same person in other tokens is nobody new.
      player: JSON.stringify(player) === JSON.stringify(this.#state.player) ? this.#state.player : player,
      isGuest: session?.guestPassword !== undefined,
    });
    return session;
  }

  #tell(state: AccountState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
