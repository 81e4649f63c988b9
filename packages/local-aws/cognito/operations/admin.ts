import { z } from 'zod';
import type { CallContext } from '../../core/service.ts';
import { addUser, afterConfirmation, confirm } from '../accounts.ts';
import { invalidPassword, notAuthorized, unsupportedUserState, usernameExists } from '../errors.ts';
import type { User } from '../model.ts';
import { hashPassword, newTemporaryPassword, passwordPolicyOf, policyProblem } from '../passwords.ts';
import type { Pool } from '../pools.ts';
import { checkAttributes } from '../schema.ts';
import {
  attributeList,
  attributesFrom,
  attributesOf,
  clientMetadata,
  findUser,
  newPassword,
  noBody,
  onPool,
  type PoolState,
  poolOperation,
  seconds,
  userName,
  userPoolId,
} from '../service.ts';
import { changeAttributes } from './self.ts';

const DAY_MS = 24 * 60 * 60_000;

const onUser = z.strictObject({ UserPoolId: userPoolId, Username: userName });

/** A user as lists have him. */
export function userType(user: User) {
  return {
    Username: user.name,
    Attributes: attributesOf(user, user.attributes),
    UserCreateDate: seconds(user.createdAtMs),
    UserLastModifiedDate: seconds(user.changedAtMs),
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}

/** Makes what an administrator does to one user; `run` gives the answer. */
function adminOperation<Extra extends z.ZodRawShape>(
  name: string,
  extra: Extra,
  run: (
    state: PoolState,
    found: { pool: Pool; user: User },
    input: z.output<z.ZodObject<typeof onUser.shape & Extra, z.core.$strict>>,
    context: CallContext,
  ) => unknown,
) {
  const input = onUser.extend(extra);
  return (state: PoolState) =>
    poolOperation(name, {
      input,
      permissions: (given) => onPool(name, (given as z.output<typeof onUser>).UserPoolId),
      async run(given, context) {
        const { UserPoolId, Username } = given as z.output<typeof onUser>;
        const pool = state.pools.get(UserPoolId);
        return run(state, { pool, user: findUser(pool, Username) }, given as never, context);
      },
    });
}

/** AdminGetUser */
export const adminGetUser = adminOperation('AdminGetUser', {}, (_state, { user }) => {
  const { Attributes: UserAttributes, ...described } = userType(user);
  return { ...described, UserAttributes };
});

/** AdminConfirmSignUp */
export const adminConfirmSignUp = adminOperation(
  'AdminConfirmSignUp',
  { ClientMetadata: clientMetadata },
  async (state, { pool, user }, { ClientMetadata }, context) => {
    if (user.status !== 'UNCONFIRMED')
      throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
    const confirmed = confirm(state, pool, user);
    const chosen = { clientMetadata: ClientMetadata as Record<string, string> | undefined };
    await afterConfirmation(state, pool, confirmed, 'PostConfirmation_ConfirmSignUp', chosen, context);
    return {};
  },
);

/** AdminDeleteUser */
export const adminDeleteUser = adminOperation('AdminDeleteUser', {}, (_state, { pool, user }) => {
  pool.sessions.revokeAll(user.sub);
  pool.users.remove(user);
  return noBody();
});

/** AdminDisableUser: what the user has of tokens is revoked. */
export const adminDisableUser = adminOperation('AdminDisableUser', {}, ({ core }, { pool, user }) => {
  pool.sessions.revokeAll(user.sub);
  pool.users.change(user, () => ({ enabled: false, changedAtMs: core.clock.now() }));
  return {};
});

/** AdminEnableUser */
export const adminEnableUser = adminOperation('AdminEnableUser', {}, ({ core }, { pool, user }) => {
  pool.users.change(user, () => ({ enabled: true, changedAtMs: core.clock.now() }));
  return {};
});

/** AdminUserGlobalSignOut */
export const adminUserGlobalSignOut = adminOperation('AdminUserGlobalSignOut', {}, (_state, { pool, user }) => {
  pool.sessions.revokeAll(user.sub);
  return {};
});

/** AdminSetUserPassword */
export const adminSetUserPassword = adminOperation(
  'AdminSetUserPassword',
  { Password: newPassword, Permanent: z.boolean().default(false) },
  async ({ core }, { pool, user }, { Password, Permanent }) => {
    checkPolicy(pool, Password);
    const passwordHash = await hashPassword(Password);
    pool.users.change(user, () => ({
      passwordHash,
      changedAtMs: core.clock.now(),
      ...(Permanent
        ? { status: 'CONFIRMED', temporaryUntilMs: undefined }
        : { status: 'FORCE_CHANGE_PASSWORD', temporaryUntilMs: temporaryUntil(pool, core.clock.now()) }),
    }));
    return {};
  },
);

/** AdminUpdateUserAttributes */
export const adminUpdateUserAttributes = adminOperation(
  'AdminUpdateUserAttributes',
  { UserAttributes: attributeList },
  (state, { pool, user }, { UserAttributes }) => {
    changeAttributes(state, pool, user, attributesFrom(UserAttributes));
    return {};
  },
);

function checkPolicy({ properties }: Pool, password: string): void {
  const problem = policyProblem(properties.Policies, password);
  if (problem) throw invalidPassword(`Password did not conform with password policy: ${problem}`);
}

/** Until when a password that an administrator has set is good; 0 days mean seven. */
function temporaryUntil({ properties }: Pool, nowMs: number): number {
  return nowMs + (passwordPolicyOf(properties.Policies).TemporaryPasswordValidityDays || 7) * DAY_MS;
}

const createInput = onUser.extend({
  TemporaryPassword: newPassword.optional(),
  UserAttributes: attributeList,
  ValidationData: attributeList,
  MessageAction: z.enum(['RESEND', 'SUPPRESS']).optional(),
  DesiredDeliveryMediums: z.array(z.literal('EMAIL', 'local-aws sends no SMS')).optional(),
  ForceAliasCreation: z.boolean().optional(),
  ClientMetadata: clientMetadata,
});

/** AdminCreateUser */
export const adminCreateUser = (state: PoolState) =>
  poolOperation('AdminCreateUser', {
    input: createInput,
    permissions: ({ UserPoolId }) => onPool('AdminCreateUser', UserPoolId),
    async run(input, context) {
      const { UserPoolId, Username, TemporaryPassword, MessageAction, ClientMetadata } = input;
      const pool = state.pools.get(UserPoolId);
      const attributes = attributesFrom(input.UserAttributes);
      checkAttributes(pool.properties.Schema, attributes, MessageAction === 'RESEND' ? {} : undefined);
      const password = TemporaryPassword ?? newTemporaryPassword(pool.properties.Policies);
      checkPolicy(pool, password);
      const known = invited(pool, Username, MessageAction === 'RESEND');
      if (!known) await beforeCreation(state, pool, input, context);
      const passwordHash = await hashPassword(password);
      const temporaryUntilMs = temporaryUntil(pool, state.core.clock.now());
      const user = known
        ? pool.users.change(known, () => ({ passwordHash, temporaryUntilMs }))
        : addUser(state, pool, Username, {
            attributes,
            status: 'FORCE_CHANGE_PASSWORD',
            passwordHash,
            temporaryUntilMs,
          });
      if (MessageAction !== 'SUPPRESS' && user.attributes.email) {
        const about = { secret: password, clientMetadata: ClientMetadata };
        await state.mail.send(pool, user, 'CustomMessage_AdminCreateUser', about, context);
      }
      return { User: userType(user) };
    },
  });

/** The user who gets another invitation; undefined for a new one. Throws AwsError. */
function invited(pool: Pool, name: string, again: boolean): User | undefined {
  const known = again ? findUser(pool, name) : pool.users.find(name);
  if (known && !again) throw usernameExists('User account already exists');
  if (known && known.status !== 'FORCE_CHANGE_PASSWORD')
    throw unsupportedUserState(`Resend not possible. User's current status: ${known.status}`);
  return known;
}

/** What the function answers is passed over: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html */
async function beforeCreation(
  { triggers }: PoolState,
  pool: Pool,
  { Username, UserAttributes, ValidationData, ClientMetadata }: z.output<typeof createInput>,
  context: CallContext,
): Promise<void> {
  const request = {
    userAttributes: attributesFrom(UserAttributes),
    validationData: ValidationData.length > 0 ? attributesFrom(ValidationData) : null,
    ...(ClientMetadata && { clientMetadata: ClientMetadata }),
  };
  const response = { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false };
  const call = { source: 'PreSignUp_AdminCreateUser', userName: Username, request, response };
  await triggers.call(pool, 'PreSignUp', call, z.unknown(), context);
}
