import type { World } from '@arcade/lambda/world';
import { isSame } from './bearer.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import type { Grant, HomesTable, TokensTable } from './ports.ts';

/** Who may ask for tokens: the skill, by what Login with Amazon has given it. */
export interface Client {
  clientId: string;
  clientSecret: string;
}

/** What tokens are issued with. */
export interface TokenParts extends Pick<World, 'now' | 'newId'> {
  tokens: TokensTable;
  homes: Pick<HomesTable, 'find'>;
  client(): Promise<Client>;
}

/** How long a code may be used, once: developer.amazon.com/docs/login-with-amazon/authorization-code-grant.html */
const CODE_MS = 5 * 60_000;
/** How long an access token is good, and is said to be. */
const ACCESS_MS = 60 * 60_000;
/** How long it is good where tokens end early. */
const EARLY_END_MS = 10_000;
/** A refresh token has no end; that of a home ends with it. */
const REFRESH_MS = 24 * 60 * 60_000;

/** Has a code made, by which the skill gets its tokens for a home. */
export async function issueCode(
  { tokens, now, newId }: Pick<TokenParts, 'tokens' | 'now' | 'newId'>,
  homeId: string,
): Promise<string> {
  const code = `${homeId}.${newId()}`;
  const issuedAtMs = now();
  await tokens.issue(code, { kind: 'code', homeId, issuedAtMs, expiresAtMs: issuedAtMs + CODE_MS });
  return code;
}

/** What is asked of the token endpoint: a form, in which all may be missing. */
export interface TokenRequest {
  grant_type?: string | undefined;
  code?: string | undefined;
  refresh_token?: string | undefined;
  client_id?: string | undefined;
  client_secret?: string | undefined;
}

/** The errors of RFC 6749, section 5.2, in the words that Login with Amazon takes from there. */
export type TokenError = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type';

export type Tokens =
  | { outcome: 'issued'; access_token: string; refresh_token: string; token_type: 'bearer'; expires_in: number }
  | { outcome: 'refused'; error: TokenError; description: string };

const refused = (error: TokenError, description: string): Tokens => ({ outcome: 'refused', error, description });

/** Exchanges a code, once, or a refresh token, as often as it is wanted, for an access token. */
export async function exchange(parts: TokenParts, request: TokenRequest): Promise<Tokens> {
  const { client_id: id = '', client_secret: secret = '' } = request;
  const { clientId, clientSecret } = await parts.client();
  if (!isSame(id, clientId) || !isSame(secret, clientSecret))
    return refused('invalid_client', 'Client authentication failed');
  switch (request.grant_type) {
    case 'authorization_code': {
      if (!request.code) return refused('invalid_request', 'The request is missing a required parameter : code');
      const grant = await parts.tokens.take(request.code);
      if (!isGood(grant, 'code', parts.now()))
        return refused('invalid_grant', 'The authorization code is invalid or expired');
      return issued(parts, grant.homeId);
    }
    case 'refresh_token': {
      if (!request.refresh_token)
        return refused('invalid_request', 'The request is missing a required parameter : refresh_token');
      const grant = await parts.tokens.find(request.refresh_token);
      const home = grant && (await parts.homes.find(grant.homeId));
      // The customer has switched off the skill: what was consented to is no more.
      if (!isGood(grant, 'refresh', parts.now()) || !home || home.misbehaviour.skillDisabled) {
        return refused('invalid_grant', 'The refresh token is invalid or expired');
      }
      return issued(parts, grant.homeId, request.refresh_token);
    }
    case undefined:
      return refused('invalid_request', 'The request is missing a required parameter : grant_type');
    default:
      return refused('unsupported_grant_type', 'The authorization grant type is not supported');
  }
}

async function issued({ tokens, now, newId }: TokenParts, homeId: string, former?: string): Promise<Tokens> {
  const issuedAtMs = now();
  const access = `Atza|${homeId}.${newId()}`;
  const refresh = former ?? `Atzr|${homeId}.${newId()}`;
  await tokens.issue(access, { kind: 'access', homeId, issuedAtMs, expiresAtMs: issuedAtMs + ACCESS_MS });
  if (!former)
    await tokens.issue(refresh, { kind: 'refresh', homeId, issuedAtMs, expiresAtMs: issuedAtMs + REFRESH_MS });
  return {
    outcome: 'issued',
    access_token: access,
    refresh_token: refresh,
    token_type: 'bearer',
    expires_in: ACCESS_MS / 1000,
  };
}

function isGood(grant: Grant | undefined, kind: Grant['kind'], nowMs: number): grant is Grant {
  return grant?.kind === kind && nowMs < grant.expiresAtMs;
}

/** Whether an access token is good now, in a home where tokens may end early. */
export function isAccepted(grant: Grant | undefined, { tokensExpire }: Misbehaviour, nowMs: number): grant is Grant {
  return isGood(grant, 'access', nowMs) && (!tokensExpire || nowMs - grant.issuedAtMs < EARLY_END_MS);
}
