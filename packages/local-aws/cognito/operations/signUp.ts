import { z } from 'zod';
import type { CallContext } from '../../core/service.ts';
import { addUser, afterConfirmation, sendSignUpCode } from '../accounts.ts';
import { invalidLambdaResponse, invalidPassword, notAuthorized, usernameExists } from '../errors.ts';
import type { PoolClient } from '../model.ts';
import { hashPassword, policyProblem } from '../passwords.ts';
import type { Pool } from '../pools.ts';
import { checkAttributes, checkWritable } from '../schema.ts';
import {
  attributeList,
  attributesFrom,
  checkSecret,
  clientId,
  clientMetadata,
  newPassword,
  type PoolState,
  poolOperation,
  secretHash,
  targetOf,
  userName,
} from '../service.ts';

const preSignUp = z.looseObject({
  autoConfirmUser: z.boolean().nullish(),
  autoVerifyEmail: z.boolean().nullish(),
  autoVerifyPhone: z.boolean().nullish(),
});

const signUpInput = z.strictObject({
  ClientId: clientId,
  Username: userName,
  Password: newPassword,
  SecretHash: secretHash,
  UserAttributes: attributeList,
  ValidationData: attributeList,
  ClientMetadata: clientMetadata,
});
type SignUpInput = z.output<typeof signUpInput>;

/** SignUp */
export const signUp = (state: PoolState) =>
  poolOperation('SignUp', {
    input: signUpInput,
    target: ({ ClientId }) => targetOf(state, ClientId),
    async run(input, context) {
      const { pool, client } = state.pools.client(input.ClientId);
      const attributes = attributesFrom(input.UserAttributes);
      checkSignUp(pool, client, input, attributes);
      const verified = await beforeSignUp(state, pool, input, attributes, context);
      const passwordHash = await hashPassword(input.Password);
      // Others may have signed up in the meantime: from here to the end nothing is waited for.
      const user = addUser(state, pool, input.Username, {
        attributes: { ...attributes, ...verified.attributes },
        status: verified.isConfirmed ? 'CONFIRMED' : 'UNCONFIRMED',
        passwordHash,
      });
      const chosen = { clientId: client.id, clientMetadata: input.ClientMetadata };
      if (verified.isConfirmed) {
        await afterConfirmation(state, pool, user, 'PostConfirmation_ConfirmSignUp', chosen, context);
        return { UserConfirmed: true, UserSub: user.sub };
      }
      const isMailed = pool.properties.AutoVerifiedAttributes.includes('email') && user.attributes.email;
      const delivery = isMailed && (await sendSignUpCode(state, pool, user, 'CustomMessage_SignUp', chosen, context));
      return { UserConfirmed: false, UserSub: user.sub, ...(delivery && { CodeDeliveryDetails: delivery }) };
    },
  });

function checkSignUp(
  pool: Pool,
  client: PoolClient,
  { Username, Password, SecretHash }: SignUpInput,
  attributes: Record<string, string>,
): void {
  checkSecret(client, Username, SecretHash);
  const { properties } = pool;
  if (properties.AdminCreateUserConfig?.AllowAdminCreateUserOnly)
    throw notAuthorized('SignUp is not permitted for this user pool');
  const problem = policyProblem(properties.Policies, Password);
  if (problem) throw invalidPassword(`Password did not conform with policy: ${problem}`);
  checkWritable(client, Object.keys(attributes));
  checkAttributes(properties.Schema, attributes);
  if (pool.users.find(Username)) throw usernameExists('User already exists');
}

/** What the pool's function says of somebody who wants to sign up. */
async function beforeSignUp(
  { triggers }: PoolState,
  pool: Pool,
  { ClientId, Username, ValidationData, ClientMetadata }: SignUpInput,
  attributes: Record<string, string>,
  context: CallContext,
): Promise<{ isConfirmed: boolean; attributes: Record<string, string> }> {
  const answer = await triggers.call(
    pool,
    'PreSignUp',
    {
      source: 'PreSignUp_SignUp',
      userName: Username,
      clientId: ClientId,
      request: {
        userAttributes: attributes,
        validationData: ValidationData.length > 0 ? attributesFrom(ValidationData) : null,
        ...(ClientMetadata && { clientMetadata: ClientMetadata }),
      },
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    },
    preSignUp,
    context,
  );
  const verified: Record<string, string> = {};
  for (const [wanted, attribute] of [
    [answer?.autoVerifyEmail, 'email'],
    [answer?.autoVerifyPhone, 'phone_number'],
  ] as const) {
    if (!wanted) continue;
    if (!attributes[attribute])
      throw invalidLambdaResponse(`PreSignUp verifies ${attribute}, which the user does not have`);
    verified[`${attribute}_verified`] = 'true';
  }
  return { isConfirmed: answer?.autoConfirmUser ?? false, attributes: verified };
}
