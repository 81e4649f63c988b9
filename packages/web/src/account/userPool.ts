import { AccountError } from './accountError.ts';
import { errorFor } from './sentences.ts';
import type { Tokens } from './session.ts';

/** Where the user pool is, and which of its clients the page is. */
export interface PoolAddress {
  endpoint: string;
  clientId: string;
}

/** A code was sent, or none was. */
export interface Sent {
  /** Where to, with most of it masked: `a***@e***`. */
  to: string | undefined;
}

type Ask = (operation: string, input: Record<string, unknown>) => Promise<Record<string, unknown>>;

/** Far longer than a pool takes, its triggers included. */
const LIMIT_MS = 20_000;

/**
 * The calls of Cognito that need no signature, by themselves: the SDK's client is larger than this whole app.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/
 * All throw AccountError.
 */
export function userPool({ endpoint, clientId }: PoolAddress, send: typeof fetch = fetch) {
  const ask: Ask = async (operation, input) => {
    let answer: Response;
    let body: Record<string, unknown>;
    try {
      answer = await send(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
        },
        body: JSON.stringify({ ...input, ...(operation !== 'ChangePassword' && { ClientId: clientId }) }),
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
    } catch {
      throw noConnection();
    }
    if (answer.ok) return body;
    // An answer of somebody between: nothing is known of the pool.
    if (typeof body.__type !== 'string') throw noConnection();
    throw errorFor(operation, body.__type.replace(/^.*#/, ''), String(body.message ?? body.Message ?? ''));
  };
  return { ...signingUp(ask), ...signingIn(ask), ...passwords(ask) };
}

/** What the page asks of a user pool. */
export type UserPool = ReturnType<typeof userPool>;

const noConnection = () =>
  new AccountError('no-connection', 'The sign-in does not answer: look at your connection, and try again.');

const didNotFollow = (error: unknown) => error instanceof AccountError && error.kind === 'welcome-failed';

function signingUp(ask: Ask) {
  return {
    /** Makes an account. Gives whether it may be used at once; else a code was sent. */
    async signUp(name: string, password: string, email?: string): Promise<Sent & { isConfirmed: boolean }> {
      const UserAttributes = email ? [{ Name: 'email', Value: email }] : [];
      try {
        const answer = await ask('SignUp', { Username: name, Password: password, UserAttributes });
        return { isConfirmed: answer.UserConfirmed === true, to: destinationIn(answer) };
      } catch (error) {
        if (didNotFollow(error)) return { isConfirmed: true, to: undefined };
        throw error;
      }
    },

    /** Confirms an account by the code that was mailed. */
    async confirm(name: string, code: string): Promise<void> {
      try {
        await ask('ConfirmSignUp', { Username: name, ConfirmationCode: code.trim() });
      } catch (error) {
        if (!didNotFollow(error)) throw error;
      }
    },

    /** Sends another code. */
    resendCode: async (name: string): Promise<Sent> => ({
      to: destinationIn(await ask('ResendConfirmationCode', { Username: name })),
    }),
  };
}

function signingIn(ask: Ask) {
  const authenticate = async (AuthFlow: string, AuthParameters: Record<string, string>) => {
    const { AuthenticationResult, ChallengeName } = await ask('InitiateAuth', { AuthFlow, AuthParameters });
    if (AuthenticationResult === undefined) {
      // Of accounts that an administrator has made: their first password is to be changed.
      if (ChallengeName === 'NEW_PASSWORD_REQUIRED')
        throw errorFor('InitiateAuth', 'PasswordResetRequiredException', '');
      throw errorFor('InitiateAuth', String(ChallengeName), '');
    }
    const { IdToken, AccessToken, RefreshToken, ExpiresIn } = AuthenticationResult as Record<string, unknown>;
    const tokens = {
      idToken: String(IdToken),
      accessToken: String(AccessToken),
      lifetimeMs: Number(ExpiresIn) * 1000,
    };
    return { ...tokens, refreshToken: typeof RefreshToken === 'string' ? RefreshToken : undefined };
  };
  return {
    async signIn(name: string, password: string): Promise<Tokens & { refreshToken: string }> {
      const { refreshToken = '', ...tokens } = await authenticate('USER_PASSWORD_AUTH', {
        USERNAME: name,
        PASSWORD: password,
      });
      return { ...tokens, refreshToken };
    },

    /** New tokens for an old sign-in. Throws `signed-out` when it is over. */
    async refresh(refreshToken: string): Promise<Tokens> {
      const { refreshToken: _same, ...tokens } = await authenticate('REFRESH_TOKEN_AUTH', {
        REFRESH_TOKEN: refreshToken,
      });
      return tokens;
    },

    /** Ends a sign-in: nothing is handed out for it any more. */
    async revoke(refreshToken: string): Promise<void> {
      await ask('RevokeToken', { Token: refreshToken });
    },
  };
}

function passwords(ask: Ask) {
  return {
    /** Sends a code, by which a new password may be set. The pool says the same whether there is such an account or not. */
    forgotPassword: async (name: string): Promise<Sent> => ({
      to: destinationIn(await ask('ForgotPassword', { Username: name })),
    }),

    async setForgotten(name: string, code: string, password: string): Promise<void> {
      try {
        await ask('ConfirmForgotPassword', { Username: name, ConfirmationCode: code.trim(), Password: password });
      } catch (error) {
        if (!didNotFollow(error)) throw error;
      }
    },

    async changePassword(accessToken: string, before: string, password: string): Promise<void> {
      await ask('ChangePassword', {
        AccessToken: accessToken,
        PreviousPassword: before,
        ProposedPassword: password,
      });
    },
  };
}

function destinationIn({ CodeDeliveryDetails }: Record<string, unknown>): string | undefined {
  const { Destination } = (CodeDeliveryDetails ?? {}) as { Destination?: unknown };
  return typeof Destination === 'string' ? Destination : undefined;
}
