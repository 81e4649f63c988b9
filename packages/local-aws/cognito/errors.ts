import { AwsError } from '../core/errors.ts';

const error = (code: string) => (message: string) => new AwsError(`${code}Exception`, message);

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html, and each operation's own page. */
export const notAuthorized = error('NotAuthorized');
export const invalidParameter = error('InvalidParameter');
export const resourceNotFound = error('ResourceNotFound');
export const userNotFound = error('UserNotFound');
export const codeMismatch = error('CodeMismatch');
export const expiredCode = error('ExpiredCode');
export const invalidPassword = error('InvalidPassword');
export const limitExceeded = error('LimitExceeded');
export const usernameExists = error('UsernameExists');
export const userNotConfirmed = error('UserNotConfirmed');
export const unsupportedUserState = error('UnsupportedUserState');
export const unsupportedToken = error('UnsupportedTokenType');
export const unsupportedOperation = error('UnsupportedOperation');
export const unauthorized = error('Unauthorized');
export const userLambdaValidation = error('UserLambdaValidation');
export const unexpectedLambda = error('UnexpectedLambda');
export const invalidLambdaResponse = error('InvalidLambdaResponse');
