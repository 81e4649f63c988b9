import { z } from 'zod';
import { countAttempt, takeCode } from '../accounts.ts';
import { accessToken, bearerOf } from '../bearer.ts';
import { invalidParameter, unauthorized, unsupportedToken } from '../errors.ts';
import { newCode } from '../mail.ts';
import type { User } from '../model.ts';
import { kidOf } from '../poolKeys.ts';
import type { Pool } from '../pools.ts';
import { checkAttributes, checkWritable, readable } from '../schema.ts';
import {
  attributeList,
  attributesFrom,
  attributesOf,
  clientId,
  clientMetadata,
  code,
  noBody,
  type PoolState,
  poolOperation,
  targetOf,
} from '../service.ts';

const CODE_MS = 24 * 60 * 60_000;
const bearer = z.strictObject({ AccessToken: accessToken });

/** GetUser */
export const getUser = (state: PoolState) =>
  poolOperation('GetUser', {
    input: bearer,
    async run({ AccessToken }) {
      const { user, clientId: id } = await bearerOf(state, AccessToken);
      const { client } = state.pools.client(id);
      return { Username: user.name, UserAttributes: attributesOf(user, readable(client, user.attributes)) };
    },
  });

/** GlobalSignOut: all of a user's sessions end; who only checks signatures takes the tokens until they expire. */
export const globalSignOut = (state: PoolState) =>
  poolOperation('GlobalSignOut', {
    input: bearer,
    async run({ AccessToken }) {
      const { pool, user } = await bearerOf(state, AccessToken);
      pool.sessions.revokeAll(user.sub);
      return {};
    },
  });

/** RevokeToken: one session ends. */
export const revokeToken = (state: PoolState) =>
  poolOperation('RevokeToken', {
    input: z.strictObject({
      Token: z.string().min(1).max(20_000),
      ClientId: clientId,
      ClientSecret: z.string().optional(),
    }),
    target: ({ ClientId }) => targetOf(state, ClientId),
    run({ Token, ClientId, ClientSecret }) {
      const { pool, client } = state.pools.client(ClientId);
      if (client.secret !== undefined && client.secret !== ClientSecret) throw unauthorized('Invalid client secret.');
      if (kidOf(Token) !== undefined) throw unsupportedToken('Only refresh tokens can be revoked.');
      const session = pool.sessions.ofToken(Token);
      if (session && session.clientId !== client.id) throw unauthorized('The token was not issued to this client.');
      // A token that is none is as good as revoked: https://datatracker.ietf.org/doc/html/rfc7009#section-2.2
      if (session) pool.sessions.revoke(session);
      return {};
    },
  });

/** UpdateUserAttributes */
export const updateUserAttributes = (state: PoolState) =>
  poolOperation('UpdateUserAttributes', {
    input: bearer.extend({ UserAttributes: attributeList, ClientMetadata: clientMetadata }),
    async run({ AccessToken, UserAttributes, ClientMetadata }, context) {
      const { pool, user, clientId: id } = await bearerOf(state, AccessToken);
      const attributes = attributesFrom(UserAttributes);
      checkWritable(state.pools.client(id).client, Object.keys(attributes));
      const changed = changeAttributes(state, pool, user, attributes);
      const isMailed = attributes.email && pool.properties.AutoVerifiedAttributes.includes('email');
      if (!isMailed) return { CodeDeliveryDetailsList: [] };
      const asked = withAttributeCode(state, pool, changed);
      const about = { secret: asked.secret, clientId: id, clientMetadata: ClientMetadata };
      const source = 'CustomMessage_UpdateUserAttribute';
      return { CodeDeliveryDetailsList: [await state.mail.send(pool, asked.user, source, about, context)] };
    },
  });

/** Changes attributes; an address that is another one is not verified any more. Throws AwsError InvalidParameterException. */
export function changeAttributes({ core }: PoolState, pool: Pool, user: User, changes: Record<string, string>): User {
  checkAttributes(pool.properties.Schema, changes, user.attributes);
  return pool.users.change(user, ({ attributes: before }) => {
    const attributes: Record<string, string> = { ...before, ...changes };
    for (const name of ['email', 'phone_number'])
      if (changes[name] !== undefined && changes[name] !== before[name] && changes[`${name}_verified`] === undefined)
        attributes[`${name}_verified`] = 'false';
    // An empty value takes an attribute away.
    const kept = Object.entries(attributes).filter(([, value]) => value !== '');
    return { attributes: Object.fromEntries(kept), changedAtMs: core.clock.now() };
  });
}

function withAttributeCode({ core }: PoolState, pool: Pool, user: User): { user: User; secret: string } {
  const secret = newCode();
  const expiresAtMs = core.clock.now() + CODE_MS;
  const asked = pool.users.change(user, ({ codes }) => ({
    codes: { ...codes, attribute: { code: secret, expiresAtMs } },
  }));
  return { user: asked, secret };
}

const attributeName = z.literal('email', 'local-aws verifies email alone');

/** GetUserAttributeVerificationCode */
export const getUserAttributeVerificationCode = (state: PoolState) =>
  poolOperation('GetUserAttributeVerificationCode', {
    input: bearer.extend({ AttributeName: attributeName, ClientMetadata: clientMetadata }),
    async run({ AccessToken, ClientMetadata }, context) {
      const { pool, user, clientId: id } = await bearerOf(state, AccessToken);
      if (!user.attributes.email) throw invalidParameter('User does not have email registered.');
      const tried = countAttempt(state, pool, user, 'GetUserAttributeVerificationCode');
      const asked = withAttributeCode(state, pool, tried);
      const about = { secret: asked.secret, clientId: id, clientMetadata: ClientMetadata };
      const source = 'CustomMessage_VerifyUserAttribute';
      return { CodeDeliveryDetails: await state.mail.send(pool, asked.user, source, about, context) };
    },
  });

/** VerifyUserAttribute */
export const verifyUserAttribute = (state: PoolState) =>
  poolOperation('VerifyUserAttribute', {
    input: bearer.extend({ AttributeName: attributeName, Code: code }),
    async run({ AccessToken, Code }) {
      const { pool, user } = await bearerOf(state, AccessToken);
      const tried = countAttempt(state, pool, user, 'VerifyUserAttribute');
      const taken = takeCode(state, pool, tried, 'attribute', Code);
      pool.users.change(taken, ({ attributes }) => ({ attributes: { ...attributes, email_verified: 'true' } }));
      return {};
    },
  });

/** DeleteUser */
export const deleteUser = (state: PoolState) =>
  poolOperation('DeleteUser', {
    input: bearer,
    async run({ AccessToken }) {
      const { pool, user } = await bearerOf(state, AccessToken);
      pool.sessions.revokeAll(user.sub);
      pool.users.remove(user);
      return noBody();
    },
  });
