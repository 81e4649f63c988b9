import { AccountError, type AccountErrorKind } from './accountError.ts';

/** As the pool's policy has it (services/identity/resources/userPool.yml). */
export const LEAST_PASSWORD = 10;

/** An answer of the pool: its code; the operation that was asked for, and a part of its message, where they matter. */
interface Answer {
  code: string;
  of?: string;
  says?: RegExp;
  kind: AccountErrorKind;
  sentence: string;
}

/** The first that fits counts. Nothing of the pool's own words is shown, but for what a trigger says to people. */
const ANSWERS: readonly Answer[] = [
  {
    code: 'NotAuthorizedException',
    says: /attempts exceeded/i,
    kind: 'attempts-limited',
    sentence: 'Too many wrong passwords: wait a little before the next one.',
  },
  { code: 'NotAuthorizedException', says: /disabled/i, kind: 'refused', sentence: 'This account is closed.' },
  {
    code: 'NotAuthorizedException',
    of: 'InitiateAuth',
    says: /refresh token/i,
    kind: 'signed-out',
    sentence: 'This sign-in is over: sign in again.',
  },
  {
    code: 'NotAuthorizedException',
    of: 'ChangePassword',
    says: /access token/i,
    kind: 'signed-out',
    sentence: 'This sign-in is over: sign in again.',
  },
  {
    code: 'NotAuthorizedException',
    of: 'ChangePassword',
    kind: 'wrong-password',
    sentence: 'That is not your present password.',
  },
  {
    code: 'NotAuthorizedException',
    of: 'ConfirmSignUp',
    kind: 'refused',
    sentence: 'This account is confirmed: sign in.',
  },
  {
    code: 'NotAuthorizedException',
    kind: 'wrong-password',
    sentence: 'Nickname and password do not belong together.',
  },
  { code: 'UserNotFoundException', kind: 'wrong-password', sentence: 'Nickname and password do not belong together.' },
  {
    code: 'UserNotConfirmedException',
    kind: 'not-confirmed',
    sentence: 'Confirm your account first, by the code that was mailed.',
  },
  {
    code: 'PasswordResetRequiredException',
    kind: 'new-password-needed',
    sentence: 'This account needs a new password: have a code sent.',
  },
  {
    code: 'UsernameExistsException',
    kind: 'name-taken',
    sentence: 'Somebody is called that already. Choose another nickname.',
  },
  { code: 'AliasExistsException', kind: 'refused', sentence: 'This e-mail address belongs to another account.' },
  {
    code: 'InvalidPasswordException',
    kind: 'weak-password',
    sentence: `A password has ${LEAST_PASSWORD} characters or more.`,
  },
  { code: 'CodeMismatchException', kind: 'wrong-code', sentence: 'That is not the code that was sent last.' },
  { code: 'ExpiredCodeException', kind: 'wrong-code', sentence: 'This code is no longer good: have another one sent.' },
  {
    code: 'LimitExceededException',
    kind: 'attempts-limited',
    sentence: 'Too many tries: wait a while before the next one.',
  },
  {
    code: 'TooManyRequestsException',
    kind: 'attempts-limited',
    sentence: 'Too many sign in at once: try again in a moment.',
  },
  {
    code: 'TooManyFailedAttemptsException',
    kind: 'attempts-limited',
    sentence: 'Too many tries: wait a while before the next one.',
  },
  {
    code: 'CodeDeliveryFailureException',
    kind: 'failed',
    sentence: 'The code could not be sent: look at the e-mail address.',
  },
  {
    code: 'InvalidParameterException',
    says: /no registered|verified email/i,
    kind: 'refused',
    sentence: 'This account has no e-mail address that a code could be sent to.',
  },
  { code: 'InvalidParameterException', says: /e-?mail/i, kind: 'refused', sentence: 'That is no e-mail address.' },
  {
    code: 'InvalidParameterException',
    says: /password/i,
    kind: 'weak-password',
    sentence: 'A password has no spaces.',
  },
  {
    code: 'InvalidParameterException',
    says: /already confirmed/i,
    kind: 'refused',
    sentence: 'This account is confirmed: sign in.',
  },
  {
    code: 'InvalidParameterException',
    says: /code/i,
    kind: 'wrong-code',
    sentence: 'A code is a number of six digits.',
  },
];

/** What of Cognito's sentence a trigger has written: `PreSignUp failed with error <sentence>.` */
const OF_TRIGGER = /^(\w+) failed with error ([\s\S]+?)\.?$/;

/** What the pool's answer means to whoever tried. `operation` is Cognito's name of what was tried. */
export function errorFor(operation: string, code: string, message: string): AccountError {
  if (code === 'UserLambdaValidationException') {
    const [, trigger, sentence] = OF_TRIGGER.exec(message) ?? [];
    if (trigger === 'PostConfirmation') return new AccountError('welcome-failed', 'The account is there.');
    if (sentence !== undefined) return new AccountError('refused', `${sentence}.`);
  }
  if (/^(Unexpected|InvalidLambda)/.test(code) && /PostConfirmation/.test(message))
    return new AccountError('welcome-failed', 'The account is there.');
  const answer = ANSWERS.find(
    ({ code: expected, of = operation, says }) =>
      expected === code && of === operation && (says === undefined || says.test(message)),
  );
  if (answer) return new AccountError(answer.kind, answer.sentence);
  return new AccountError('failed', 'That did not work, for a reason on our side. Try again in a moment.');
}
