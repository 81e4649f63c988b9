import { z } from 'zod';
import { afterConfirmation, confirm, countAttempt, hidesUsers, takeCode } from '../accounts.ts';
import { accessToken, bearerOf } from '../bearer.ts';
import { codeMismatch, invalidParameter, invalidPassword, notAuthorized, userNotFound } from '../errors.ts';
import { madeUpDelivery, newCode } from '../mail.ts';
import type { User } from '../model.ts';
import { hashPassword, policyProblem } from '../passwords.ts';
import type { Pool } from '../pools.ts';
import {
  checkSecret,
  clientId,
  clientMetadata,
  code,
  newPassword,
  type PoolState,
  poolOperation,
  secretHash,
  targetOf,
  userName,
} from '../service.ts';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html */
const CODE_MS = 60 * 60_000;

const onUser = z.strictObject({
  ClientId: clientId,
  Username: userName,
  SecretHash: secretHash,
  ClientMetadata: clientMetadata,
});

/** ForgotPassword */
export const forgotPassword = (state: PoolState) =>
  poolOperation('ForgotPassword', {
    input: onUser,
    target: ({ ClientId }) => targetOf(state, ClientId),
    async run({ ClientId, Username, SecretHash, ClientMetadata }, context) {
      const { pool, client } = state.pools.client(ClientId);
      checkSecret(client, Username, SecretHash);
      const user = pool.users.find(Username);
      if (!user) {
        if (hidesUsers(client)) return { CodeDeliveryDetails: madeUpDelivery(Username) };
        throw userNotFound('Username/client id combination not found.');
      }
      checkResettable(pool, user);
      const secret = newCode();
      const expiresAtMs = state.core.clock.now() + CODE_MS;
      const tried = countAttempt(state, pool, user, 'ForgotPassword');
      const asked = pool.users.change(tried, ({ codes }) => ({
        codes: { ...codes, forgotPassword: { code: secret, expiresAtMs } },
      }));
      const about = { secret, clientId: client.id, clientMetadata: ClientMetadata };
      return {
        CodeDeliveryDetails: await state.mail.send(pool, asked, 'CustomMessage_ForgotPassword', about, context),
      };
    },
  });

function checkResettable({ properties }: Pool, { enabled, status, attributes }: User): void {
  if (!enabled) throw notAuthorized('User is disabled.');
  if (status === 'FORCE_CHANGE_PASSWORD') throw notAuthorized('User password cannot be reset in the current state.');
  const ways = [...(properties.AccountRecoverySetting?.RecoveryMechanisms ?? [])];
  const [first] = ways.sort((left, right) => left.Priority - right.Priority);
  if (first?.Name === 'admin_only') throw notAuthorized('Contact administrator to reset password.');
  if (!attributes.email || attributes.email_verified !== 'true')
    throw invalidParameter(
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    );
}

/** ConfirmForgotPassword */
export const confirmForgotPassword = (state: PoolState) =>
  poolOperation('ConfirmForgotPassword', {
    input: onUser.extend({ ConfirmationCode: code, Password: newPassword }),
    target: ({ ClientId }) => targetOf(state, ClientId),
    async run({ ClientId, Username, SecretHash, ConfirmationCode, Password, ClientMetadata }, context) {
      const { pool, client } = state.pools.client(ClientId);
      checkSecret(client, Username, SecretHash);
      const user = pool.users.find(Username);
      if (!user) {
        if (hidesUsers(client)) throw codeMismatch('Invalid verification code provided, please try again.');
        throw userNotFound('Username/client id combination not found.');
      }
      if (!user.enabled) throw notAuthorized('User is disabled.');
      const problem = policyProblem(pool.properties.Policies, Password);
      if (problem) throw invalidPassword(`Password does not conform to policy: ${problem}`);
      const tried = countAttempt(state, pool, user, 'ConfirmForgotPassword');
      const taken = takeCode(state, pool, tried, 'forgotPassword', ConfirmationCode);
      const passwordHash = await hashPassword(Password);
      // A lockout goes on: the new password does not end it.
      const known = pool.users.change(taken, () => ({ passwordHash }));
      const confirmed = confirm(state, pool, known);
      const chosen = { clientId: client.id, clientMetadata: ClientMetadata };
      await afterConfirmation(state, pool, confirmed, 'PostConfirmation_ConfirmForgotPassword', chosen, context);
      return {};
    },
  });

/** ChangePassword */
export const changePassword = (state: PoolState) =>
  poolOperation('ChangePassword', {
    input: z.strictObject({
      AccessToken: accessToken,
      PreviousPassword: z.string().max(256),
      ProposedPassword: newPassword,
    }),
    async run({ AccessToken, PreviousPassword, ProposedPassword }) {
      const { pool, user } = await bearerOf(state, AccessToken);
      const problem = policyProblem(pool.properties.Policies, ProposedPassword);
      if (problem) throw invalidPassword(`Password does not conform to policy: ${problem}`);
      const tried = countAttempt(state, pool, user, 'ChangePassword');
      const known = await state.gate.pass(pool, tried, PreviousPassword);
      const passwordHash = await hashPassword(ProposedPassword);
      pool.users.change(known, () => ({ passwordHash, changedAtMs: state.core.clock.now() }));
      return {};
    },
  });
