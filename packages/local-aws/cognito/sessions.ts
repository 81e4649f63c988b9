import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { Collection, Owner, Store } from '../core/store/index.ts';
import { sessionsOf } from './kept.ts';
import type { Session } from './model.ts';

/** As long as an access token that was made at the very end of a session may be good, its session is remembered. */
const REMEMBERED_MS = 24 * 60 * 60_000;
const SWEEP_EVERY_MS = 60 * 60_000;

/** The sign-ins of a pool that can be refreshed, or whose tokens may still be good. */
export class Sessions {
  readonly #kept: Collection<Session>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #byId = new Map<string, Session>();
  #sweptAtMs = 0;

  constructor(store: Store, owner: Owner, poolId: string, clock: Pick<Clock, 'now'>) {
    this.#kept = store.collection(owner, sessionsOf(poolId));
    this.#clock = clock;
    for (const [id, session] of this.#kept.entries()) this.#byId.set(id, session);
  }

  /** Begins a session; gives the refresh token, which is kept nowhere here. */
  begin(session: Omit<Session, 'tokenHash' | 'signedInAtMs'>): { session: Session; refreshToken: string } {
    this.#sweep();
    const refreshToken = `${Buffer.from(session.id).toString('base64url')}.${randomBytes(48).toString('base64url')}`;
    const begun = { ...session, tokenHash: hashOf(refreshToken), signedInAtMs: this.#clock.now() };
    this.#save(begun);
    return { session: begun, refreshToken };
  }

  find(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  /** The session of a refresh token, revoked and expired ones too; undefined when it is none of this pool's. */
  ofToken(refreshToken: string): Session | undefined {
    const [id = ''] = refreshToken.split('.', 1);
    const session = this.#byId.get(Buffer.from(id, 'base64url').toString());
    return session?.tokenHash === hashOf(refreshToken) ? session : undefined;
  }

  revoke(session: Session): void {
    this.#save({ ...session, isRevoked: true });
  }

  /** Revokes all of a user's. */
  revokeAll(sub: string): void {
    for (const session of this.#byId.values()) if (session.sub === sub && !session.isRevoked) this.revoke(session);
  }

  #save(session: Session): void {
    this.#byId.set(session.id, session);
    this.#kept.put(session.id, session);
  }

  #sweep(): void {
    const nowMs = this.#clock.now();
    if (nowMs - this.#sweptAtMs < SWEEP_EVERY_MS) return;
    this.#sweptAtMs = nowMs;
    for (const { id, expiresAtMs } of this.#byId.values()) {
      if (expiresAtMs + REMEMBERED_MS > nowMs) continue;
      this.#byId.delete(id);
      this.#kept.delete(id);
    }
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
