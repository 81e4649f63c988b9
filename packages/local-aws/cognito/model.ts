import type { Owner } from '../core/store/index.ts';
import type { KeptKeys } from './poolKeys.ts';
import type { ClientProperties } from './resources/clientProperties.ts';
import type { PoolProperties } from './resources/poolProperties.ts';

/** What functions a pool may call, as `LambdaConfig` has them. */
export const TRIGGERS = [
  'PreSignUp',
  'PostConfirmation',
  'PreAuthentication',
  'PostAuthentication',
  'PreTokenGeneration',
  'CustomMessage',
] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** A user pool, as it is kept: what it was made of, and its keys. */
export interface KeptPool {
  /** The name that its resource would have: by that a stack finds its own again. */
  madeFor: string;
  name: string;
  properties: PoolProperties;
  createdAtMs: number;
  changedAtMs: number;
  keys: KeptKeys;
}

/** A client of a pool. */
export interface PoolClient {
  id: string;
  poolId: string;
  owner: Owner;
  madeFor: string;
  secret?: string;
  properties: ClientProperties;
  createdAtMs: number;
  changedAtMs: number;
}

/** A group of a pool. */
export interface Group {
  name: string;
  description?: string;
  /** 0 is the strongest. */
  precedence?: number;
  roleArn?: string;
  createdAtMs: number;
  changedAtMs: number;
}

export type UserStatus = 'UNCONFIRMED' | 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD';

/** What a code that was mailed is good for. */
export type CodePurpose = 'signUp' | 'forgotPassword' | 'attribute';

/** What users may try so often in an hour and no more. */
export type Attempt =
  | 'ConfirmSignUp'
  | 'ResendConfirmationCode'
  | 'ChangePassword'
  | 'ForgotPassword'
  | 'ConfirmForgotPassword'
  | 'VerifyUserAttribute'
  | 'GetUserAttributeVerificationCode';

/** A user of a pool, as it is kept. */
export interface User {
  /** In the letters in which it was claimed. */
  name: string;
  sub: string;
  /** Without `sub`. */
  attributes: Record<string, string>;
  status: UserStatus;
  enabled: boolean;
  createdAtMs: number;
  changedAtMs: number;
  /** See passwords.ts. Left out where there is none yet. */
  passwordHash?: string;
  /** Until when a password that an administrator has set can be used. */
  temporaryUntilMs?: number | undefined;
  /** Names, in the order in which it came into them. */
  groups: string[];
  codes: Partial<Record<CodePurpose, { code: string; expiresAtMs: number }>>;
  /** Wrong passwords. */
  failures?: { count: number; lastMs: number; lockedUntilMs: number } | undefined;
  attempts: Partial<Record<Attempt, { count: number; sinceMs: number }>>;
}

/** A sign-in, as long as it can be refreshed. */
export interface Session {
  /** `origin_jti` of its tokens. */
  id: string;
  /** `sub` of whose it is. */
  sub: string;
  clientId: string;
  /** SHA-256 of the refresh token, in base64url. */
  tokenHash: string;
  signedInAtMs: number;
  expiresAtMs: number;
  /** Its refresh token is revoked, and what came of it. */
  isRevoked?: boolean;
}
