import {
  AdminAddUserToGroupCommand,
  AdminSetUserPasswordCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  ResendConfirmationCodeCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JwtVerifier } from 'aws-jwt-verify';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { PASSWORD, startPool, type TestPool } from './harness.ts';

let pool: TestPool;
beforeAll(async () => {
  pool = await startPool({ client: { AccessTokenValidity: 10, TokenValidityUnits: { AccessToken: 'minutes' } } });
});
afterAll(() => pool.close());

/** A user who has signed up and confirmed. */
async function player(name: string): Promise<void> {
  await pool.signUp(name, { email: `${name}@example.org` });
  await confirm(name, pool.code());
}

const confirm = (Username: string, ConfirmationCode: string) =>
  pool.users.send(new ConfirmSignUpCommand({ ClientId: pool.clientId, Username, ConfirmationCode }));
const refreshed = (REFRESH_TOKEN: string) =>
  pool.users.send(
    new InitiateAuthCommand({
      ClientId: pool.clientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN },
    }),
  );
const getUser = (AccessToken: string) => pool.users.send(new GetUserCommand({ AccessToken }));
const otherThan = (code: string) => (code === '000000' ? '000001' : '000000');
const refused = (name: string, message: string | RegExp) =>
  expect.objectContaining({ name, message: typeof message === 'string' ? message : expect.stringMatching(message) });

describe('a sign-up', () => {
  it('is confirmed by the code in the mail, which is in the log and not in the journal', async () => {
    const signedUp = await pool.signUp('Ada', { email: 'ada@example.org' });
    const details = { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' };
    expect(signedUp).toMatchObject({ UserConfirmed: false, CodeDeliveryDetails: details });
    await expect(pool.signIn('Ada')).rejects.toEqual(refused('UserNotConfirmedException', 'User is not confirmed.'));
    await expect(confirm('Ada', 'wrong')).rejects.toEqual(
      refused('CodeMismatchException', 'Invalid verification code provided, please try again.'),
    );

    await confirm('Ada', pool.code());

    const { UserAttributes, Username } = await getUser((await pool.signIn('ada')).AccessToken);
    expect(Username).toBe('Ada');
    expect(UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'true' });
    expect(UserAttributes).toContainEqual({ Name: 'sub', Value: signedUp.UserSub });
    expect(pool.mail()).toEqual([
      expect.stringMatching(/^To: ada@example.org \| .* \| Your confirmation code is \d{6}$/),
    ]);
    const written = JSON.stringify(pool.journal());
    expect(written).toContain('SendMail');
    expect(written).not.toContain(pool.code());
    expect(written).not.toContain(PASSWORD);
    expect(written).not.toContain('ada@example.org');
  });

  it('takes no second code, and no code at all after a day', async () => {
    await pool.signUp('late', { email: 'late@example.org' });
    await pool.clock.advance(24 * 60 * 60_000);
    await expect(confirm('late', pool.code())).rejects.toEqual(
      refused('ExpiredCodeException', 'Invalid code provided, please request a code again.'),
    );
    await pool.users.send(new ResendConfirmationCodeCommand({ ClientId: pool.clientId, Username: 'late' }));

    await confirm('late', pool.code());

    await expect(confirm('late', pool.code())).rejects.toEqual(
      refused('NotAuthorizedException', 'User cannot be confirmed. Current status is CONFIRMED'),
    );
  });

  it('claims a name once, in any letter case, also of many at once', async () => {
    const names = ['Grace', 'grace', 'GRACE', 'gRaCe', 'Grace'];

    const results = await Promise.allSettled(names.map((name) => pool.signUp(name)));

    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(reasons).toEqual(Array(4).fill(refused('UsernameExistsException', 'User already exists')));
    const { Users } = await pool.admin.send(
      new ListUsersCommand({ UserPoolId: pool.poolId, Filter: 'username = "GRACE"' }),
    );
    expect(Users).toHaveLength(1);
  });

  it("takes no other's `sub` for a name, in any letter case", async () => {
    const { UserSub = '' } = await pool.signUp('Noether');

    for (const name of [UserSub, UserSub.toUpperCase()])
      await expect(pool.signUp(name)).rejects.toEqual(refused('UsernameExistsException', 'User already exists'));
  });

  it.each<[string, string, Record<string, string>, string, string, string]>([
    [
      'a short password',
      'bob',
      {},
      'Ab1!',
      'InvalidPasswordException',
      'Password did not conform with policy: Password not long enough',
    ],
    [
      'a password without symbols',
      'bob',
      {},
      'Abcdefg1',
      'InvalidPasswordException',
      'Password did not conform with policy: Password must have symbol characters',
    ],
    [
      'a password with a space',
      'bob',
      {},
      'Abcdefg1 !',
      'InvalidParameterException',
      "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+",
    ],
    [
      'an attribute that is not there',
      'bob',
      { 'custom:x': '1' },
      PASSWORD,
      'InvalidParameterException',
      'Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.\n',
    ],
    [
      'an address that is none',
      'bob',
      { email: 'bob' },
      PASSWORD,
      'InvalidParameterException',
      'Invalid email address format.',
    ],
    [
      'an address that claims to be verified',
      'bob',
      { email: 'b@example.org', email_verified: 'true' },
      PASSWORD,
      'NotAuthorizedException',
      'A client attempted to write unauthorized attribute',
    ],
  ])('with %s is refused', async (_what, name, attributes, password, code, message) => {
    await expect(pool.signUp(name, attributes, password)).rejects.toEqual(refused(code, message));
  });

  it('may be tried with fifteen codes in an hour', async () => {
    await pool.signUp('guess', { email: 'guess@example.org' });
    const wrong = otherThan(pool.code());
    for (let time = 0; time < 15; time += 1)
      await expect(confirm('guess', wrong)).rejects.toThrow('Invalid verification');

    await expect(confirm('guess', pool.code())).rejects.toEqual(
      refused('LimitExceededException', 'Attempt limit exceeded, please try after some time.'),
    );

    await pool.clock.advance(60 * 60_000);
    await confirm('guess', pool.code());
  });
});

describe('a sign-in', () => {
  it('gives tokens that the keys at the issuer check, by jose and by AWS’s own verifier', async () => {
    await player('Turing');
    await pool.admin.send(
      new AdminAddUserToGroupCommand({ UserPoolId: pool.poolId, Username: 'turing', GroupName: 'gamer' }),
    );

    const { IdToken, AccessToken } = await pool.signIn('turing');

    const { issuer, clientId } = pool;
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const currentDate = new Date(pool.clock.now());
    const { payload: id } = await jwtVerify(IdToken, keys, { issuer, audience: clientId, currentDate });
    const { payload: access } = await jwtVerify(AccessToken, keys, { issuer, currentDate });
    const seconds = pool.clock.now() / 1000;
    const common = {
      iss: issuer,
      sub: id.sub,
      'cognito:groups': ['gamer'],
      auth_time: seconds,
      iat: seconds,
      origin_jti: id.origin_jti,
      event_id: id.event_id,
    };
    expect(id).toEqual({
      ...common,
      jti: id.jti,
      aud: clientId,
      token_use: 'id',
      exp: seconds + 3600,
      'cognito:username': 'Turing',
      email: 'Turing@example.org',
      email_verified: true,
    });
    expect(access).toEqual({
      ...common,
      jti: access.jti,
      client_id: clientId,
      token_use: 'access',
      exp: seconds + 600,
      username: 'Turing',
      scope: 'aws.cognito.signin.user.admin',
    });
    expect(access.jti).not.toBe(id.jti);
    // Its own fetcher takes https alone.
    const fetcher = { fetch: async (uri: string) => (await fetch(uri)).arrayBuffer() };
    const jwksUri = `${issuer}/.well-known/jwks.json`;
    const verifier = JwtVerifier.create(
      { issuer, audience: clientId, jwksUri },
      { jwksCache: new SimpleJwksCache({ fetcher }) },
    );
    // Time is virtual here, and not that verifier's: the token lies in its future.
    await expect(verifier.verify(IdToken)).resolves.toMatchObject({ sub: id.sub });
    const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({ issuer, jwks_uri: jwksUri });
  });

  it('is refused alike for a wrong password and for nobody, and locks out after five wrong ones', async () => {
    await player('Hopper');
    const wrong = refused('NotAuthorizedException', 'Incorrect username or password.');
    await expect(pool.signIn('nobody')).rejects.toEqual(wrong);
    const guesses = Array.from({ length: 8 }, (_, index) => pool.signIn('hopper', `Wrong-${index}-pass`));
    const messages = (await Promise.allSettled(guesses)).map((result) =>
      result.status === 'rejected' ? result.reason.message : 'in',
    );
    expect(messages).toEqual([
      ...Array(5).fill('Incorrect username or password.'),
      ...Array(3).fill('Password attempts exceeded'),
    ]);
    await expect(pool.signIn('hopper')).rejects.toEqual(
      refused('NotAuthorizedException', 'Password attempts exceeded'),
    );

    await pool.clock.advance(1000);

    await expect(pool.signIn('hopper', 'Wrong-again-1')).rejects.toEqual(wrong);
    await pool.clock.advance(1999);
    await expect(pool.signIn('hopper')).rejects.toThrow('Password attempts exceeded');
    await pool.clock.advance(1);
    expect(await pool.signIn('hopper')).toHaveProperty('IdToken');
  });

  it('is refreshed as long as it is not revoked, with the same origin', async () => {
    await player('Lovelace');
    const first = await pool.signIn('lovelace');
    const other = await pool.signIn('lovelace');
    await pool.clock.advance(5000);

    const { AuthenticationResult = {} } = await refreshed(first.RefreshToken);

    expect(AuthenticationResult.RefreshToken).toBeUndefined();
    const [before, after] = [decodeJwt(first.IdToken), decodeJwt(AuthenticationResult.IdToken ?? '')];
    expect(after).toMatchObject({
      origin_jti: before.origin_jti,
      auth_time: before.auth_time,
      iat: (before.iat ?? 0) + 5,
    });
    expect(after.jti).not.toBe(before.jti);
    expect(decodeJwt(other.IdToken).origin_jti).not.toBe(before.origin_jti);
    const { clientId: ClientId } = pool;
    await pool.users.send(new RevokeTokenCommand({ Token: first.RefreshToken, ClientId }));
    await expect(refreshed(first.RefreshToken)).rejects.toEqual(
      refused('NotAuthorizedException', 'Refresh Token has been revoked'),
    );
    await expect(getUser(AuthenticationResult.AccessToken ?? '')).rejects.toEqual(
      refused('NotAuthorizedException', 'Access Token has been revoked'),
    );
    expect(await getUser(other.AccessToken)).toMatchObject({ Username: 'Lovelace' });
    await pool.users.send(new GlobalSignOutCommand({ AccessToken: other.AccessToken }));
    await expect(getUser(other.AccessToken)).rejects.toThrow('Access Token has been revoked');
    await expect(refreshed(other.RefreshToken)).rejects.toThrow('Refresh Token has been revoked');
    await expect(refreshed('made up')).rejects.toEqual(refused('NotAuthorizedException', 'Invalid Refresh Token.'));
    await expect(pool.users.send(new RevokeTokenCommand({ Token: first.IdToken, ClientId }))).rejects.toMatchObject({
      name: 'UnsupportedTokenTypeException',
    });
    const { RefreshToken } = await pool.signIn('lovelace');
    await pool.clock.advance(30 * 24 * 60 * 60_000);
    await expect(refreshed(RefreshToken)).rejects.toThrow('Refresh Token has expired');
  });

  it('ends with its access token, of which an id token takes no place', async () => {
    await player('Liskov');
    const { AccessToken, IdToken } = await pool.signIn('liskov');
    await expect(getUser(IdToken)).rejects.toEqual(refused('NotAuthorizedException', 'Invalid Access Token'));

    await pool.clock.advance(600_000);

    await expect(getUser(AccessToken)).rejects.toEqual(refused('NotAuthorizedException', 'Access Token has expired'));
  });
});

describe('a password', () => {
  it('that is forgotten is set anew by a mailed code, which is good once and for an hour', async () => {
    await player('Knuth');
    const { clientId: ClientId } = pool;
    const forgot = (Username: string) => pool.users.send(new ForgotPasswordCommand({ ClientId, Username }));
    const reset = (ConfirmationCode: string, Username = 'knuth') =>
      pool.users.send(
        new ConfirmForgotPasswordCommand({ ClientId, Username, ConfirmationCode, Password: 'Another-horse2' }),
      );
    await forgot('knuth');
    await expect(reset(otherThan(pool.code()))).rejects.toThrow('Invalid verification code');
    await pool.clock.advance(60 * 60_000);
    await expect(reset(pool.code())).rejects.toThrow('Invalid code provided, please request a code again.');
    const { CodeDeliveryDetails } = await forgot('Knuth');

    await reset(pool.code());

    await expect(reset(pool.code())).rejects.toThrow('Invalid code provided');
    await expect(pool.signIn('knuth')).rejects.toThrow('Incorrect username or password.');
    expect(await pool.signIn('knuth', 'Another-horse2')).toHaveProperty('IdToken');
    expect(CodeDeliveryDetails?.Destination).toBe('K***@e***');
    // Nobody hears from it who is there and who is not.
    expect(await forgot('nobody')).toMatchObject({ CodeDeliveryDetails: { Destination: 'n***@n***' } });
    await expect(reset('123456', 'nobody')).rejects.toMatchObject({ name: 'CodeMismatchException' });
  });

  it('is changed by who knows it, five times an hour at the most', async () => {
    await player('Dijkstra');
    const { AccessToken } = await pool.signIn('dijkstra');
    const change = (PreviousPassword: string, ProposedPassword: string) =>
      pool.users.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword }));
    await expect(change('Wrong-horse1', 'Another-horse2')).rejects.toEqual(
      refused('NotAuthorizedException', 'Incorrect username or password.'),
    );

    await change(PASSWORD, 'Another-horse2');

    await expect(pool.signIn('dijkstra')).rejects.toThrow('Incorrect username or password.');
    expect(await pool.signIn('dijkstra', 'Another-horse2')).toHaveProperty('IdToken');
    for (let time = 3; time <= 5; time += 1) await change('Another-horse2', 'Another-horse2');
    await expect(change('Another-horse2', PASSWORD)).rejects.toEqual(
      refused('LimitExceededException', 'Attempt limit exceeded, please try after some time.'),
    );
  });

  it('that an administrator has set for the time being cannot be reset, nor signed in with', async () => {
    await player('Backus');
    const { poolId: UserPoolId, clientId: ClientId } = pool;
    await pool.admin.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username: 'Backus', Password: 'Given-horse1' }),
    );

    expect(await pool.signIn('backus', 'Given-horse1')).toBeUndefined();
    await expect(pool.users.send(new ForgotPasswordCommand({ ClientId, Username: 'Backus' }))).rejects.toEqual(
      refused('NotAuthorizedException', 'User password cannot be reset in the current state.'),
    );
  });
});
