import { AccountError } from './accountError.ts';

/** What the user pool hands out for a sign-in. */
export interface Tokens {
  idToken: string;
  accessToken: string;
  /** How long the two are good. */
  lifetimeMs: number;
}

/** A sign-in, as it is kept in this browser. */
export interface Session {
  /** The client that it was made by: after a stage was set up anew it is worth nothing. */
  clientId: string;
  idToken: string;
  accessToken: string;
  refreshToken: string;
  /** By this device's clock, which may not be the pool's. */
  expiresAtMs: number;
  /** From here on new tokens are asked for. */
  dueAtMs: number;
  /** Of a guest, who was never asked for one: by it they can choose their own. */
  guestPassword?: string;
}

/** Who plays. */
export interface Player {
  /** The same for ever. */
  id: string;
  /** The nickname. */
  name: string;
  groups: readonly string[];
}

/** Where the session lies: `localStorage`, which all tabs share. */
export type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;
/** What of it is the session. */
export const SESSION_KEY = 'arcade-account';

/** New tokens are asked for in the last part of the life of those before: five minutes of an hour. */
const DUE_BEFORE = 1 / 12;

/** What a new sign-in, or new tokens for one, are kept as. */
export function sessionOf(
  tokens: Tokens,
  { nowMs, ...kept }: Pick<Session, 'clientId' | 'refreshToken' | 'guestPassword'> & { nowMs: number },
): Session {
  const { idToken, accessToken, lifetimeMs } = tokens;
  const expiresAtMs = nowMs + lifetimeMs;
  return { ...kept, idToken, accessToken, expiresAtMs, dueAtMs: expiresAtMs - lifetimeMs * DUE_BEFORE };
}

/** The session that is kept for this client, if one is and can be read. */
export function readSession(storage: Storage, clientId: string): Session | undefined {
  try {
    const session = JSON.parse(storage.getItem(SESSION_KEY) ?? 'null') as Session | null;
    if (session?.clientId !== clientId) return undefined;
    playerOf(session.idToken);
    return session;
  } catch {
    // Written by hand, or by another version of this page; or the browser keeps nothing.
    return undefined;
  }
}

/** Keeps a session, or forgets it. Where the browser keeps nothing, it lasts until the page is left. */
export function writeSession(storage: Storage, session: Session | undefined): void {
  try {
    if (session) storage.setItem(SESSION_KEY, JSON.stringify(session));
    else storage.removeItem(SESSION_KEY);
  } catch {
    // Full, or not allowed.
  }
}

/**
 * Who an id token is about. Nothing is verified here: whoever changes their own token changes what their own page shows, and each
 * service asks for itself. Throws when it is no token.
 */
export function playerOf(idToken: string): Player {
  const [, payload = ''] = idToken.split('.');
  const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
  const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  const { sub, 'cognito:username': name, 'cognito:groups': groups = [] } = claims;
  if (typeof sub !== 'string' || typeof name !== 'string' || !Array.isArray(groups)) throw new Error('no id token');
  return { id: sub, name, groups: groups.map(String) };
}

export const signedOut = (): AccountError => new AccountError('signed-out', 'You are not signed in.');
