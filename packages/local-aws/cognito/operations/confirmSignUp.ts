import { z } from 'zod';
import { afterConfirmation, confirm, countAttempt, hidesUsers, sendSignUpCode, takeCode } from '../accounts.ts';
import { expiredCode, invalidParameter, notAuthorized, userNotFound } from '../errors.ts';
import { madeUpDelivery } from '../mail.ts';
import {
  checkSecret,
  clientId,
  clientMetadata,
  code,
  type PoolState,
  poolOperation,
  secretHash,
  targetOf,
  userName,
} from '../service.ts';

const onUser = z.strictObject({
  ClientId: clientId,
  Username: userName,
  SecretHash: secretHash,
  ClientMetadata: clientMetadata,
});

/** ConfirmSignUp */
export const confirmSignUp = (state: PoolState) =>
  poolOperation('ConfirmSignUp', {
    input: onUser.extend({ ConfirmationCode: code, ForceAliasCreation: z.boolean().optional() }),
    target: ({ ClientId }) => targetOf(state, ClientId),
    async run({ ClientId, Username, SecretHash, ConfirmationCode, ClientMetadata }, context) {
      const { pool, client } = state.pools.client(ClientId);
      checkSecret(client, Username, SecretHash);
      const user = pool.users.find(Username);
      if (!user) {
        if (hidesUsers(client)) throw expiredCode('Invalid code provided, please request a code again.');
        throw userNotFound('Username/client id combination not found.');
      }
      const tried = countAttempt(state, pool, user, 'ConfirmSignUp');
      if (user.status !== 'UNCONFIRMED')
        throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
      const taken = takeCode(state, pool, tried, 'signUp', ConfirmationCode);
      const confirmed = confirm(state, pool, taken, { email_verified: 'true' });
      const chosen = { clientId: client.id, clientMetadata: ClientMetadata };
      await afterConfirmation(state, pool, confirmed, 'PostConfirmation_ConfirmSignUp', chosen, context);
      return {};
    },
  });

/** ResendConfirmationCode */
export const resendConfirmationCode = (state: PoolState) =>
  poolOperation('ResendConfirmationCode', {
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
      if (user.status !== 'UNCONFIRMED') throw invalidParameter('User is already confirmed.');
      if (!pool.properties.AutoVerifiedAttributes.includes('email') || !user.attributes.email)
        throw invalidParameter('Cannot resend codes. Auto verification not turned on.');
      const tried = countAttempt(state, pool, user, 'ResendConfirmationCode');
      const chosen = { clientId: client.id, clientMetadata: ClientMetadata };
      const source = 'CustomMessage_ResendCode';
      return { CodeDeliveryDetails: await sendSignUpCode(state, pool, tried, source, chosen, context) };
    },
  });
