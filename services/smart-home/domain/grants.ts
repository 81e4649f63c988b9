import type { World } from '@arcade/lambda/world';

/** What Amazon gives for a code, or for a refresh token. */
export interface IssuedTokens {
  access: string;
  refresh: string;
  expiresInSeconds: number;
}

/** Amazon's tokens of a customer, encrypted one by one: each is bound to the account, and to what it is. */
export interface SealedTokens {
  access: string;
  refresh: string;
}

/** That a customer lets the skill speak to Alexa in her name. */
export interface Grant {
  account: string;
  /** Of this grant: another one of the same customer has another. */
  grantId: string;
  /** Where the sealed tokens are: here, or on the hub in the customer's own house. */
  keeper: 'table' | 'hub';
  sealed?: SealedTokens | undefined;
  /** When the access token ends, milliseconds since the epoch. */
  expiresAtMs: number;
  /** Until then somebody is fetching another access token. */
  refreshingUntilMs?: number | undefined;
}

/** Encrypts tokens, and gives them back to whoever may have them. */
export interface Safe {
  seal(account: string, kind: keyof SealedTokens, token: string): Promise<string>;
  open(account: string, kind: keyof SealedTokens, sealed: string): Promise<string>;
}

/** The grants of all customers. */
export interface GrantsTable {
  find(account: string): Promise<Grant | undefined>;
  /** In place of the one that there may be. */
  put(grant: Grant): Promise<void>;
  /** Takes it upon the caller to fetch another access token; false: somebody else has, or the grant is another by now. */
  lease(grant: Grant, nowMs: number, untilMs: number): Promise<boolean>;
  /** Ends the lease, with what it has brought; false: the grant is another by now. */
  renew(grant: Grant, changes: Partial<Pick<Grant, 'sealed' | 'expiresAtMs'>>): Promise<boolean>;
  /** Ends the lease that was to last until then, with nothing; somebody else's, who has taken it since, goes on. */
  release(grant: Grant, untilMs: number): Promise<void>;
  /** False: the grant is another by now. */
  remove(grant: Pick<Grant, 'account' | 'grantId'>): Promise<boolean>;
}

/** A hub in the customer's house, which keeps what is encrypted, and cannot read it. Throws GrantError when it does not. */
export interface Hub {
  keep(account: string, sealed: SealedTokens): Promise<void>;
  /** Undefined: it has none any more. */
  fetch(account: string): Promise<SealedTokens | undefined>;
  drop(account: string): Promise<void>;
}

/** Login with Amazon. Throws GrantError. */
export interface Login {
  exchange(code: string): Promise<IssuedTokens>;
  refresh(refreshToken: string): Promise<IssuedTokens>;
}

/** A grant was not made, or cannot be used now. */
export class GrantError extends Error {
  override readonly name = 'GrantError';
  /** Amazon says that there is no such consent, or none any more: no later try will go well. */
  readonly isFinal: boolean;

  constructor(message: string, { isFinal = false, cause }: { isFinal?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.isFinal = isFinal;
  }
}

/** What grants are kept with. */
export interface GrantParts extends Pick<World, 'now'> {
  grants: GrantsTable;
  safe: Safe;
  hub: Hub;
  login: Login;
}

/** Seals what Amazon has given. */
export async function sealedTokens(
  safe: Pick<Safe, 'seal'>,
  account: string,
  { access, refresh }: Pick<IssuedTokens, 'access' | 'refresh'>,
): Promise<SealedTokens> {
  const [sealedAccess, sealedRefresh] = await Promise.all([
    safe.seal(account, 'access', access),
    safe.seal(account, 'refresh', refresh),
  ]);
  return { access: sealedAccess, refresh: sealedRefresh };
}

/** When a token ends that was asked for at `askedAtMs`: no later than Amazon says. */
export const endOf = ({ expiresInSeconds }: IssuedTokens, askedAtMs: number): number =>
  askedAtMs + expiresInSeconds * 1000;
