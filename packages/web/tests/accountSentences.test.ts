import { describe, expect, it } from '@jest/globals';
import { newGuest } from '../src/account/guest.ts';
import { NICKNAME } from '../src/account/nickname.ts';
import { errorFor } from '../src/account/sentences.ts';
import { playerOf } from '../src/account/session.ts';
import { userPool } from '../src/account/userPool.ts';
import { fakePool, idTokenOf } from './fakePool.ts';

describe('what the user pool answers', () => {
  it.each([
    [
      'InitiateAuth',
      'NotAuthorizedException',
      'Incorrect username or password.',
      'wrong-password',
      /do not belong together/,
    ],
    [
      'InitiateAuth',
      'NotAuthorizedException',
      'Password attempts exceeded',
      'attempts-limited',
      /^Too many wrong passwords/,
    ],
    ['InitiateAuth', 'NotAuthorizedException', 'User is disabled.', 'refused', /closed/],
    ['InitiateAuth', 'NotAuthorizedException', 'Refresh Token has been revoked', 'signed-out', /over/],
    ['InitiateAuth', 'NotAuthorizedException', 'Invalid Refresh Token.', 'signed-out', /over/],
    ['InitiateAuth', 'UserNotConfirmedException', 'User is not confirmed.', 'not-confirmed', /code/],
    [
      'InitiateAuth',
      'PasswordResetRequiredException',
      'Password reset required for the user',
      'new-password-needed',
      /code/,
    ],
    ['SignUp', 'UsernameExistsException', 'User already exists', 'name-taken', /another nickname/],
    [
      'SignUp',
      'InvalidPasswordException',
      'Password did not conform with policy: Password not long enough',
      'weak-password',
      /10 characters/,
    ],
    [
      'SignUp',
      'InvalidParameterException',
      "1 validation error detected: Value at 'password' failed to satisfy constraint",
      'weak-password',
      /spaces/,
    ],
    ['SignUp', 'InvalidParameterException', 'Invalid email address format.', 'refused', /no e-mail address/],
    [
      'SignUp',
      'UserLambdaValidationException',
      'PreSignUp failed with error A nickname has 3 letters.',
      'refused',
      /^A nickname has 3 letters\.$/,
    ],
    [
      'SignUp',
      'UserLambdaValidationException',
      'PostConfirmation failed with error Something went wrong on our side.',
      'welcome-failed',
      /there/,
    ],
    [
      'SignUp',
      'UnexpectedLambdaException',
      'PostConfirmation invocation failed due to error AccessDeniedException.',
      'welcome-failed',
      /there/,
    ],
    [
      'SignUp',
      'UnexpectedLambdaException',
      'PreSignUp invocation failed due to error AccessDeniedException.',
      'failed',
      /our side/,
    ],
    [
      'ConfirmSignUp',
      'CodeMismatchException',
      'Invalid verification code provided, please try again.',
      'wrong-code',
      /not the code/,
    ],
    [
      'ConfirmSignUp',
      'ExpiredCodeException',
      'Invalid code provided, please request a code again.',
      'wrong-code',
      /another one/,
    ],
    [
      'ConfirmSignUp',
      'NotAuthorizedException',
      'User cannot be confirmed. Current status is CONFIRMED',
      'refused',
      /sign in/,
    ],
    [
      'ForgotPassword',
      'LimitExceededException',
      'Attempt limit exceeded, please try after some time.',
      'attempts-limited',
      /^Too many tries/,
    ],
    [
      'ForgotPassword',
      'InvalidParameterException',
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
      'refused',
      /no e-mail address that/,
    ],
    [
      'ChangePassword',
      'NotAuthorizedException',
      'Incorrect username or password.',
      'wrong-password',
      /present password/,
    ],
    ['ChangePassword', 'NotAuthorizedException', 'Access Token has been revoked', 'signed-out', /over/],
    [
      'SignUp',
      'SomethingElseException',
      'arn:aws:lambda:eu-west-1:1:function:x',
      'failed',
      /^That did not work, for a reason on our side/,
    ],
  ] as const)('%s: %s "%s" is %s, in a sentence', (operation, code, message, kind, sentence) => {
    const error = errorFor(operation, code, message);

    expect(error.kind).toBe(kind);
    expect(error.message).toMatch(sentence);
    expect(error.message).toMatch(/^[A-Z].*\.$/);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ['nothing', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['a page of a proxy', () => new Response('<html>', { status: 502 })],
    ['a problem of the web app', () => Response.json({ title: 'Bad Gateway', status: 502 }, { status: 502 })],
  ])('is no connection when it is %s', async (_what, instead) => {
    const pool = fakePool();
    pool.instead = instead;

    await expect(userPool({ endpoint: '/', clientId: 'c' }, pool.send).signIn('Ada', 'x')).rejects.toMatchObject({
      kind: 'no-connection',
    });
  });

  it('is a new password where an administrator has made the account', async () => {
    const pool = fakePool();
    pool.instead = () => Response.json({ ChallengeName: 'NEW_PASSWORD_REQUIRED', Session: 's' });

    await expect(userPool({ endpoint: '/', clientId: 'c' }, pool.send).signIn('Ada', 'x')).rejects.toMatchObject({
      kind: 'new-password-needed',
    });
  });
});

describe('a nickname', () => {
  it('of a guest fits, whatever comes out of the hat, and its password does', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      const { name, password } = newGuest((bytes) => bytes.fill(byte));
      expect(name).toMatch(new RegExp(`^(?:${NICKNAME})$`, 'v'));
      expect(password).toMatch(/^[0-9a-f]{48}$/);
      // A bot's says what it is.
      const bot = newGuest((bytes) => bytes.fill(byte), 'bot');
      expect(bot).toEqual({ name: expect.stringMatching(/^bot-[a-z]+-\d{3}$/), password });
    }
    let next = 0;
    const one = newGuest((bytes) => bytes.map(() => (next += 1)));
    expect(one).toEqual({
      name: expect.stringMatching(/^[a-z]+-[a-z]+-\d{3}$/),
      password: expect.stringMatching(/^0506/),
    });
  });
});

describe('an id token', () => {
  it('says who plays, in whatever letters', () => {
    const claims = { sub: '1', 'cognito:username': 'Ünï😀', 'cognito:groups': ['gamer', 'manager'] };

    expect(playerOf(idTokenOf(claims))).toEqual({ id: '1', name: 'Ünï😀', groups: ['gamer', 'manager'] });
    expect(playerOf(idTokenOf({ ...claims, 'cognito:groups': undefined })).groups).toEqual([]);
  });

  it.each(['', 'x', 'a.b.c', idTokenOf({}), idTokenOf({ sub: '1' })])('that is none says nothing: %s', (token) => {
    expect(() => playerOf(token)).toThrow();
  });
});
