import { z } from 'zod';
import { NotSupportedError } from '../../core/errors.ts';
import type { CallContext } from '../../core/service.ts';
import { hidesUsers } from '../accounts.ts';
import { invalidParameter, notAuthorized, userNotFound } from '../errors.ts';
import type { PoolClient, User } from '../model.ts';
import { isPassword } from '../passwords.ts';
import { allows } from '../resources/clientProperties.ts';
import {
  checkSecret,
  clientId,
  clientMetadata,
  onPool,
  type PoolState,
  poolOperation,
  targetOf,
  userPoolId,
} from '../service.ts';
import { checkStatus, type SignIn, signedIn } from '../signIns.ts';
import { attributesFor } from '../triggers.ts';
import { challenge } from './challenge.ts';
import { refresh } from './refresh.ts';

/** The flows that AWS has and local-aws does not. */
const UNKNOWN_FLOWS = ['USER_SRP_AUTH', 'CUSTOM_AUTH', 'USER_AUTH'];

const authParameters = z
  .strictObject({
    USERNAME: z.string().optional(),
    PASSWORD: z.string().max(256).optional(),
    SECRET_HASH: z.string().optional(),
    REFRESH_TOKEN: z.string().max(20_000).optional(),
  })
  .default({});

const initiateInput = z.strictObject({
  AuthFlow: z.string(),
  AuthParameters: authParameters,
  ClientId: clientId,
  ClientMetadata: clientMetadata,
});

/** InitiateAuth: with a name and a password, or with what refreshes an earlier sign-in. */
export const initiateAuth = (state: PoolState) =>
  poolOperation('InitiateAuth', {
    input: initiateInput,
    target: ({ ClientId }) => targetOf(state, ClientId),
    async run({ AuthFlow, AuthParameters, ClientId, ClientMetadata }, context) {
      const signIn = { ...state.pools.client(ClientId), clientMetadata: ClientMetadata };
      switch (AuthFlow) {
        case 'USER_PASSWORD_AUTH':
          return withPassword(state, signIn, AuthFlow, AuthParameters, context);
        case 'REFRESH_TOKEN_AUTH':
        case 'REFRESH_TOKEN':
          return refresh(state, signIn, AuthParameters, context);
        default:
          throw unknownFlow(AuthFlow, 'USER_PASSWORD_AUTH, REFRESH_TOKEN_AUTH');
      }
    },
  });

/** AdminInitiateAuth: the same for who may sign others in, by IAM. */
export const adminInitiateAuth = (state: PoolState) =>
  poolOperation('AdminInitiateAuth', {
    input: initiateInput.extend({ UserPoolId: userPoolId }),
    permissions: ({ UserPoolId }) => onPool('AdminInitiateAuth', UserPoolId),
    async run({ UserPoolId, AuthFlow, AuthParameters, ClientId, ClientMetadata }, context) {
      const signIn = { ...state.pools.client(ClientId), clientMetadata: ClientMetadata };
      if (signIn.pool.id !== UserPoolId)
        throw invalidParameter(`User pool client ${ClientId} is not of ${UserPoolId}.`);
      switch (AuthFlow) {
        case 'ADMIN_USER_PASSWORD_AUTH':
        case 'ADMIN_NO_SRP_AUTH':
          return withPassword(state, signIn, 'ADMIN_USER_PASSWORD_AUTH', AuthParameters, context);
        case 'REFRESH_TOKEN_AUTH':
        case 'REFRESH_TOKEN':
          return refresh(state, signIn, AuthParameters, context);
        default:
          throw unknownFlow(AuthFlow, 'ADMIN_USER_PASSWORD_AUTH, REFRESH_TOKEN_AUTH');
      }
    },
  });

function unknownFlow(flow: string, known: string): Error {
  if (!UNKNOWN_FLOWS.includes(flow))
    return invalidParameter(
      `1 validation error detected: Value '${flow}' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set`,
    );
  return new NotSupportedError(`the AuthFlow ${flow}`, `It knows ${known}`);
}

/** PreAuthentication, the password, then the tokens or a challenge. */
async function withPassword(
  state: PoolState,
  signIn: SignIn,
  flow: 'USER_PASSWORD_AUTH' | 'ADMIN_USER_PASSWORD_AUTH',
  { USERNAME: name, PASSWORD: password, SECRET_HASH }: z.output<typeof authParameters>,
  context: CallContext,
) {
  const { pool, client } = signIn;
  if (!allows(client.properties, flow)) throw invalidParameter(`${flow} flow not enabled for this client`);
  if (!name) throw invalidParameter('Missing required parameter USERNAME');
  if (!password) throw invalidParameter('Missing required parameter PASSWORD');
  checkSecret(client, name, SECRET_HASH);
  const user = pool.users.find(name);
  await beforeSignIn(state, signIn, name, user, context);
  if (!user) return refuseUnknown(client, password);
  const known = await state.gate.pass(pool, user, password);
  checkStatus(state, known);
  if (known.status === 'FORCE_CHANGE_PASSWORD') return challenge(state, signIn, known);
  // What the client tells beside goes no further: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
  return signedIn(state, { pool, client }, known, 'TokenGeneration_Authentication', context);
}

async function beforeSignIn(
  { triggers }: PoolState,
  { pool, client, clientMetadata: metadata }: SignIn,
  name: string,
  user: User | undefined,
  context: CallContext,
): Promise<void> {
  if (!user && !hidesUsers(client)) return;
  const request = {
    userAttributes: user ? attributesFor(user) : {},
    validationData: metadata ?? null,
    userNotFound: user === undefined,
  };
  const call = {
    source: 'PreAuthentication_Authentication',
    userName: user?.name ?? name,
    clientId: client.id,
    request,
  };
  await triggers.call(pool, 'PreAuthentication', call, z.unknown(), context);
}

async function refuseUnknown(client: PoolClient, password: string): Promise<never> {
  if (!hidesUsers(client)) throw userNotFound('User does not exist.');
  await isPassword(password, undefined);
  throw notAuthorized('Incorrect username or password.');
}
