import { beforeEach, describe, expect, it } from '@jest/globals';
import { context, createTestCore, type TestCore, typeOf } from '../../core/tests/testCore.ts';
import { createCognito } from '../index.ts';
import { usersOf } from '../kept.ts';
import type { User } from '../model.ts';

const PASSWORD = 'Correct-horse1';
const STACK = context.stackName;
const tokens = { AccessToken: '', IdToken: '', RefreshToken: '' };

let core: TestCore;
let poolId: string;
let clientId: string;
let identityPoolId: string;
let sub: string;
let before: typeof tokens;

/** Starts Cognito with the stack's resources. */
async function start(after?: TestCore): Promise<void> {
  core = createTestCore(after ? { after } : {});
  const { services } = createCognito(core, {
    functions: { invoke: () => Promise.reject(new Error('no function is called')) },
    iam: {
      trustsWebIdentity: () => true,
      assumeWithWebIdentity: () => {
        throw new Error('nobody asks for credentials');
      },
    },
    logs: { write: () => undefined },
  });
  const make = async (type: string, logicalId: string, properties: object) => {
    const service = services.find(({ resources }) => resources.some((found) => found.type === type)) ?? services[0];
    if (!service) throw new Error(`no ${type}`);
    const { adopt, create, properties: schema } = typeOf(service, type);
    const named = { ...context, logicalId, generateName: () => `${STACK}-${logicalId}` };
    const wanted = schema.parse(properties);
    return (await adopt?.(wanted, named)) ?? (await create(wanted, named));
  };
  for (const service of services) core.add(service);
  const pool = await make('AWS::Cognito::UserPool', 'Pool', {});
  poolId = pool.physicalId;
  const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
  const client = await make('AWS::Cognito::UserPoolClient', 'Client', { UserPoolId: poolId, ExplicitAuthFlows: flows });
  clientId = client.physicalId;
  const provider = { ClientId: clientId, ProviderName: pool.attributes.ProviderName, ServerSideTokenCheck: true };
  const identities = { AllowUnauthenticatedIdentities: false, CognitoIdentityProviders: [provider] };
  identityPoolId = (await make('AWS::Cognito::IdentityPool', 'Identities', identities)).physicalId;
}

const auth = async (AuthFlow: string, AuthParameters: object): Promise<typeof tokens> => {
  const input = { ClientId: clientId, AuthFlow, AuthParameters };
  type Answer = { AuthenticationResult: typeof tokens };
  return (await core.ask<Answer>('cognito-idp', 'InitiateAuth', input)).AuthenticationResult;
};
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;

beforeEach(async () => {
  await start();
  const ada = { ClientId: clientId, Username: 'Ada', Password: PASSWORD };
  sub = (await core.ask<{ UserSub: string }>('cognito-idp', 'SignUp', ada)).UserSub;
  await core.ask('cognito-idp', 'AdminConfirmSignUp', { UserPoolId: poolId, Username: 'Ada' });
  before = await auth('USER_PASSWORD_AUTH', { USERNAME: 'Ada', PASSWORD });
  // Nobody can sign up like that: it is as if an earlier version had let him in.
  const users = core.store.collection(STACK, usersOf(poolId));
  const [[, kept] = ['', undefined]] = users.entries();
  users.put(sub, { ...(kept as User), name: sub, sub: 'another', enabled: false });
  await start(core);
});

describe('somebody whose name is the `sub` of another, who', () => {
  it('calls with an access token is not asked for', async () => {
    const { AccessToken } = before;

    expect(await core.ask('cognito-idp', 'GetUser', { AccessToken })).toMatchObject({ Username: 'Ada' });
  });

  it('refreshes tokens gets none of his', async () => {
    const after = await auth('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: before.RefreshToken });

    expect(claimsOf(after.IdToken)).toMatchObject({ sub, 'cognito:username': 'Ada' });
  });

  it('signs in does not depend on him', async () => {
    expect(claimsOf((await auth('USER_PASSWORD_AUTH', { USERNAME: 'Ada', PASSWORD })).IdToken)).toMatchObject({ sub });
  });

  it('asks an identity pool does not depend on him', async () => {
    const Logins = { [`cognito-idp.eu-west-1.amazonaws.com/${poolId}`]: before.IdToken };

    const { IdentityId } = await core.ask('cognito-identity', 'GetId', { IdentityPoolId: identityPoolId, Logins });

    expect(IdentityId).toMatch(/^eu-west-1:/);
  });
});
