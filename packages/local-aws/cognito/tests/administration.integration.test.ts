import { createHmac } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  DeleteUserCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ForgotPasswordCommand,
  GetUserCommand,
  InitiateAuthCommand,
  ListGroupsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
  ResendConfirmationCodeCommand,
  RevokeTokenCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { arn, PASSWORD, ref, startPool, type TestPool } from './harness.ts';

/** A role that may read users, and one that may do nothing. */
const role = (name: string, actions: string[]) => ({
  [name]: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      },
      Policies: [
        {
          PolicyName: 'own',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Action: actions, Resource: arn('Players') },
          },
        },
      ],
    },
  },
});

let pool: TestPool;
let UserPoolId: string;
/** A client that tells which users there are, has a secret and writes some attributes only. */
let legacy: string;
beforeAll(async () => {
  pool = await startPool({
    triggers: { PreAuthentication: 'observe' },
    pool: {
      Schema: [
        { Name: 'rank', AttributeDataType: 'Number', Mutable: false, NumberAttributeConstraints: { MaxValue: '9' } },
      ],
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
    },
    resources: {
      ...role('reader', ['cognito-idp:ListUsers']),
      Legacy: {
        Type: 'AWS::Cognito::UserPoolClient',
        Properties: {
          UserPoolId: ref('Players'),
          GenerateSecret: true,
          ExplicitAuthFlows: ['USER_PASSWORD_AUTH'],
          ReadAttributes: ['email'],
          WriteAttributes: ['email'],
        },
      },
    },
  });
  UserPoolId = pool.poolId;
  legacy = pool.cloud.stacks.get('arcade')?.resources.find(({ logicalId }) => logicalId === 'Legacy')?.physicalId ?? '';
});
afterAll(() => pool.close());

async function player(Username: string): Promise<void> {
  await pool.signUp(Username, { email: `${Username}@example.org` });
  await pool.admin.send(new AdminConfirmSignUpCommand({ UserPoolId, Username }));
}

const no = (name: string, message: string) => expect.objectContaining({ name, message });

describe('an administrator', () => {
  it('finds users and groups, page by page', async () => {
    for (const name of ['list-a', 'list-b', 'list-c']) await pool.signUp(name, { email: `${name}@list.org` });
    const Filter = 'email ^= "list-"';
    const first = await pool.admin.send(
      new ListUsersCommand({ UserPoolId, Filter, Limit: 2, AttributesToGet: ['email'] }),
    );
    const rest = await pool.admin.send(
      new ListUsersCommand({ UserPoolId, Filter, Limit: 2, PaginationToken: first.PaginationToken }),
    );
    expect([first, rest].map(({ Users = [] }) => Users.map(({ Username }) => Username))).toEqual([
      ['list-a', 'list-b'],
      ['list-c'],
    ]);
    expect(first.Users?.[0]?.Attributes).toEqual([{ Name: 'email', Value: 'list-a@list.org' }]);
    expect(rest.PaginationToken).toBeUndefined();
    const byStatus = new ListUsersCommand({ UserPoolId, Filter: 'cognito:user_status = "unconfirmed"' });
    expect((await pool.admin.send(byStatus)).Users).toHaveLength(3);
    await expect(
      pool.admin.send(new ListUsersCommand({ UserPoolId, Filter: 'custom:rank = "1"' })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const { Groups } = await pool.admin.send(new ListGroupsCommand({ UserPoolId }));
    expect(Groups).toMatchObject([{ GroupName: 'gamer', Precedence: 10, UserPoolId }]);
  });

  it('puts users into groups and out again', async () => {
    await player('grouped');
    const membership = { UserPoolId, Username: 'grouped', GroupName: 'gamer' };
    const groups = async () =>
      (await pool.admin.send(new AdminListGroupsForUserCommand({ UserPoolId, Username: 'GROUPED' }))).Groups?.length;
    const members = async () =>
      (await pool.admin.send(new ListUsersInGroupCommand({ UserPoolId, GroupName: 'gamer' }))).Users?.length;

    await pool.admin.send(new AdminAddUserToGroupCommand(membership));
    await pool.admin.send(new AdminAddUserToGroupCommand(membership));
    expect([await groups(), await members()]).toEqual([1, 1]);
    await pool.admin.send(new AdminRemoveUserFromGroupCommand(membership));
    expect([await groups(), await members()]).toEqual([0, 0]);

    await expect(
      pool.admin.send(new AdminAddUserToGroupCommand({ ...membership, GroupName: 'nobody' })),
    ).rejects.toEqual(no('ResourceNotFoundException', 'Group not found.'));
    await expect(
      pool.admin.send(new AdminAddUserToGroupCommand({ ...membership, Username: 'nobody' })),
    ).rejects.toEqual(no('UserNotFoundException', 'User does not exist.'));
  });

  it('signs users out, shuts them out, lets them in again and deletes them', async () => {
    await player('target');
    const on = { UserPoolId, Username: 'target' };
    const first = await pool.signIn('target');
    const getUser = (AccessToken: string) => pool.users.send(new GetUserCommand({ AccessToken }));
    await pool.admin.send(new AdminUserGlobalSignOutCommand(on));
    await expect(getUser(first.AccessToken)).rejects.toThrow('Access Token has been revoked');
    const second = await pool.signIn('target');
    await pool.admin.send(new AdminDisableUserCommand(on));
    await expect(getUser(second.AccessToken)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await expect(pool.signIn('target')).rejects.toEqual(no('NotAuthorizedException', 'User is disabled.'));
    await pool.admin.send(new AdminSetUserPasswordCommand({ ...on, Password: 'Given-horse1' }));
    await expect(pool.signIn('target', 'Given-horse1')).rejects.toThrow('User is disabled.');
    await pool.admin.send(new AdminSetUserPasswordCommand({ ...on, Password: PASSWORD, Permanent: true }));
    await pool.admin.send(new AdminEnableUserCommand(on));
    await expect(getUser(second.AccessToken)).rejects.toThrow('Access Token has been revoked');
    const third = await pool.signIn('target');
    expect(await getUser(third.AccessToken)).toMatchObject({ Username: 'target' });

    await pool.admin.send(new AdminDeleteUserCommand(on));

    await expect(getUser(third.AccessToken)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await expect(pool.admin.send(new AdminGetUserCommand(on))).rejects.toMatchObject({ name: 'UserNotFoundException' });
    expect(await pool.signUp('TARGET')).toHaveProperty('UserSub');
  });

  it('gives a password for good, or signs a user in by it', async () => {
    await pool.admin.send(new AdminCreateUserCommand({ UserPoolId, Username: 'made', MessageAction: 'SUPPRESS' }));
    const set = (Password: string) =>
      pool.admin.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: 'made', Password, Permanent: true }));
    await expect(set('short')).rejects.toEqual(
      no('InvalidPasswordException', 'Password did not conform with password policy: Password not long enough'),
    );
    await set(PASSWORD);

    const { AuthenticationResult } = await pool.admin.send(
      new AdminInitiateAuthCommand({
        UserPoolId,
        ClientId: pool.clientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'made', PASSWORD },
      }),
    );

    expect(decodeJwt(AuthenticationResult?.IdToken ?? '')).toMatchObject({ 'cognito:username': 'made' });
    expect(pool.mail().join()).not.toContain('made');
  });

  it('may do what IAM allows, at the functions’ door as at the main one; users need no signature', async () => {
    const { cloud } = pool;
    const endpoint = cloud.functions.environmentOf('observe').AWS_ENDPOINT_URL ?? '';
    expect(endpoint).not.toBe(cloud.endpoint);
    const { accessKeyId, secretAccessKey, sessionToken } = cloud.iam.credentialsFor(
      'arn:aws:iam::000000000000:role/reader',
    );
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const reader = new CognitoIdentityProviderClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
    const nobody = new CognitoIdentityProviderClient({ endpoint, region: 'eu-west-1', maxAttempts: 1 });
    const raw = (operation: string) =>
      fetch(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
        },
        body: JSON.stringify({ UserPoolId }),
      });

    expect(await reader.send(new ListUsersCommand({ UserPoolId, Limit: 1 }))).toHaveProperty('Users');
    await expect(
      reader.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: 'x', GroupName: 'gamer' })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await nobody.send(new SignUpCommand({ ClientId: pool.clientId, Username: 'unsigned', Password: PASSWORD }));
    expect(await raw('ListUsers')).toMatchObject({ status: 403 });
    const refusal = await raw('SignUp');
    expect(refusal.headers.get('x-amzn-errortype')).toBe('InvalidParameterException:');
    expect(refusal.headers.get('x-amzn-errormessage')).toMatch(
      /^1 validation error detected: Value null at 'clientId'/,
    );
    const path = `/${UserPoolId}/.well-known/jwks.json`;
    const [main, theirs] = await Promise.all(
      [cloud.endpoint, endpoint].map(async (at) => (await fetch(at + path)).json()),
    );
    expect(theirs).toEqual(main);
    expect(await fetch(`${cloud.endpoint}/eu-west-1_Nobody123/.well-known/jwks.json`)).toMatchObject({ status: 400 });
  });

  it('reads what a pool and its clients are', async () => {
    const { UserPool } = await pool.admin.send(new DescribeUserPoolCommand({ UserPoolId }));
    expect(UserPool).toMatchObject({
      Id: UserPoolId,
      Arn: pool.poolArn,
      UsernameConfiguration: { CaseSensitive: false },
    });
    const { UserPoolClient } = await pool.admin.send(
      new DescribeUserPoolClientCommand({ UserPoolId, ClientId: legacy }),
    );
    expect(UserPoolClient).toMatchObject({ ClientSecret: expect.any(String), PreventUserExistenceErrors: 'LEGACY' });
  });
});

describe('a client', () => {
  it('with a secret must show that it has it, and with LEGACY tells which users there are', async () => {
    const { UserPoolClient } = await pool.admin.send(
      new DescribeUserPoolClientCommand({ UserPoolId, ClientId: legacy }),
    );
    const SecretHash = createHmac('sha256', UserPoolClient?.ClientSecret ?? '')
      .update(`ghost${legacy}`)
      .digest('base64');
    const ghost = { ClientId: legacy, Username: 'ghost' };
    await expect(pool.users.send(new ForgotPasswordCommand(ghost))).rejects.toEqual(
      no('NotAuthorizedException', `Unable to verify secret hash for client ${legacy}`),
    );
    const combination = no('UserNotFoundException', 'Username/client id combination not found.');
    await expect(pool.users.send(new ForgotPasswordCommand({ ...ghost, SecretHash }))).rejects.toEqual(combination);
    await expect(pool.users.send(new ResendConfirmationCodeCommand({ ...ghost, SecretHash }))).rejects.toEqual(
      combination,
    );
    const confirmation = { ...ghost, SecretHash, ConfirmationCode: '1' };
    await expect(pool.users.send(new ConfirmSignUpCommand(confirmation))).rejects.toEqual(combination);
    const AuthParameters = { USERNAME: 'ghost', PASSWORD, SECRET_HASH: SecretHash };
    await expect(
      pool.users.send(new InitiateAuthCommand({ ClientId: legacy, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })),
    ).rejects.toEqual(no('UserNotFoundException', 'User does not exist.'));
  });

  it.each(['USER_SRP_AUTH', 'CUSTOM_AUTH', 'USER_AUTH'] as const)(
    'that wants %s is refused by its name',
    async (AuthFlow) => {
      const command = new InitiateAuthCommand({ ClientId: pool.clientId, AuthFlow, AuthParameters: { USERNAME: 'x' } });

      await expect(pool.users.send(command)).rejects.toThrow(`local-aws does not support the AuthFlow ${AuthFlow}.`);
    },
  );

  it('signs in only as it is allowed to, and revokes only what is its own', async () => {
    await player('revoker');
    const { RefreshToken } = await pool.signIn('revoker');
    const { UserPoolClient } = await pool.admin.send(
      new DescribeUserPoolClientCommand({ UserPoolId, ClientId: legacy }),
    );
    const revoke = { Token: RefreshToken, ClientId: legacy, ClientSecret: UserPoolClient?.ClientSecret };
    await expect(pool.users.send(new RevokeTokenCommand(revoke))).rejects.toMatchObject({
      name: 'UnauthorizedException',
    });
    const command = new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId: legacy,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'revoker', PASSWORD },
    });
    await expect(pool.admin.send(command)).rejects.toEqual(
      no('InvalidParameterException', 'ADMIN_USER_PASSWORD_AUTH flow not enabled for this client'),
    );
  });

  it('that is none is told so', async () => {
    const command = new SignUpCommand({ ClientId: 'nothere', Username: 'x', Password: PASSWORD });

    await expect(pool.users.send(command)).rejects.toEqual(
      no('ResourceNotFoundException', 'User pool client nothere does not exist.'),
    );
  });
});

describe('a user', () => {
  it('changes an address, which is verified by a code, but not what is given once', async () => {
    await pool.signUp('mover', { email: 'old@example.org', 'custom:rank': '3' });
    await pool.admin.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: 'mover' }));
    const { AccessToken } = await pool.signIn('mover');
    const update = (Name: string, Value: string) =>
      pool.users.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: [{ Name, Value }] }));
    const verified = async () => {
      const { UserAttributes } = await pool.users.send(new GetUserCommand({ AccessToken }));
      return UserAttributes?.find(({ Name }) => Name === 'email_verified')?.Value;
    };

    const { CodeDeliveryDetailsList } = await update('email', 'new@example.org');

    expect(CodeDeliveryDetailsList).toEqual([
      { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'n***@e***' },
    ]);
    expect(await verified()).toBe('false');
    const Code = pool.code();
    await pool.users.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: 'email', Code }));
    expect(await verified()).toBe('true');
    await expect(update('custom:rank', '4')).rejects.toEqual(
      no(
        'InvalidParameterException',
        'Attributes did not conform to the schema: custom:rank: Attribute cannot be updated.\n',
      ),
    );
    await expect(update('email_verified', 'true')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  it('takes leave, and the name is free again', async () => {
    await player('leaver');
    const { AccessToken, RefreshToken } = await pool.signIn('leaver');

    await pool.users.send(new DeleteUserCommand({ AccessToken }));

    await expect(pool.signIn('leaver')).rejects.toThrow('Incorrect username or password.');
    const AuthParameters = { REFRESH_TOKEN: RefreshToken };
    const refresh = { ClientId: pool.clientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters } as const;
    await expect(pool.users.send(new InitiateAuthCommand(refresh))).rejects.toThrow('Invalid Refresh Token.');
    expect(await pool.signUp('Leaver')).toHaveProperty('UserSub');
  });

  it('without a verified address cannot forget the password', async () => {
    await pool.signUp('silent');
    const ClientId = pool.clientId;

    await expect(pool.users.send(new ForgotPasswordCommand({ ClientId, Username: 'silent' }))).rejects.toEqual(
      no(
        'InvalidParameterException',
        'Cannot reset password for the user as there is no registered/verified email or phone_number',
      ),
    );
  });
});
