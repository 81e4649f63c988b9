import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
} from '@aws-sdk/client-cognito-identity';
import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  GlobalSignOutCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { arn, poolTemplate, type Resources, ref, startPool, type TestPool } from './harness.ts';

const sub = (text: string) => ({ 'Fn::Sub': text });
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are Fn::Sub's and IAM's own placeholders.
const MINE = '${cognito-identity.amazonaws.com:sub}';
const CLIENT = sub('${Players.ProviderName}:${Web}');
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.

/** A role that who has signed in by the identity pool may take on. */
const webRole = (statement: object, audience: unknown = ref('Identities')) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Federated: 'cognito-identity.amazonaws.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { 'cognito-identity.amazonaws.com:aud': audience },
          'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
        },
      },
    },
    Policies: [
      { PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: { Effect: 'Allow', ...statement } } },
    ],
  },
});

const resources: Resources = {
  Notes: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'notes',
      AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  },
  Other: {
    Type: 'AWS::Cognito::UserPoolClient',
    Properties: { UserPoolId: ref('Players'), ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] },
  },
  Identities: {
    Type: 'AWS::Cognito::IdentityPool',
    Properties: {
      AllowUnauthenticatedIdentities: false,
      CognitoIdentityProviders: [
        {
          ClientId: ref('Web'),
          ProviderName: { 'Fn::GetAtt': ['Players', 'ProviderName'] },
          ServerSideTokenCheck: true,
        },
      ],
    },
  },
  GamerRole: webRole({
    Action: 'dynamodb:PutItem',
    Resource: arn('Notes'),
    Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': MINE } },
  }),
  ManagerRole: webRole({ Action: 'dynamodb:Scan', Resource: arn('Notes') }),
  Managers: {
    Type: 'AWS::Cognito::UserPoolGroup',
    Properties: { UserPoolId: ref('Players'), GroupName: 'manager', Precedence: 1, RoleArn: arn('ManagerRole') },
  },
  Throwers: {
    Type: 'AWS::Cognito::UserPoolGroup',
    Properties: { UserPoolId: ref('Players'), GroupName: 'thrower', Precedence: 5, RoleArn: arn('GamerRole') },
  },
  Roles: {
    Type: 'AWS::Cognito::IdentityPoolRoleAttachment',
    Properties: {
      IdentityPoolId: ref('Identities'),
      Roles: { authenticated: arn('GamerRole') },
      RoleMappings: {
        players: { Type: 'Token', AmbiguousRoleResolution: 'AuthenticatedRole', IdentityProvider: CLIENT },
      },
    },
  },
};

let pool: TestPool;
let identities: CognitoIdentityClient;
let poolId: string;
let provider: string;
beforeAll(async () => {
  pool = await startPool({ resources });
  const stack = pool.cloud.stacks.get('arcade');
  const idOf = (logicalId: string) => stack?.resources.find((one) => one.logicalId === logicalId)?.physicalId ?? '';
  poolId = idOf('Identities');
  provider = pool.outputs.Provider ?? '';
  identities = new CognitoIdentityClient({ endpoint: pool.cloud.endpoint, region: 'eu-west-1', maxAttempts: 1 });
});
afterAll(async () => {
  identities.destroy();
  await pool.close();
});

async function player(name: string, ...groups: string[]) {
  await pool.signUp(name);
  const UserPoolId = pool.poolId;
  await pool.admin.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: name }));
  for (const GroupName of groups)
    await pool.admin.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: name, GroupName }));
  return pool.signIn(name);
}

const getId = (Logins: Record<string, string>) => identities.send(new GetIdCommand({ IdentityPoolId: poolId, Logins }));
const getCredentials = (IdentityId: string, Logins?: Record<string, string>, CustomRoleArn?: string) =>
  identities.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins, CustomRoleArn }));

/** What somebody who has signed in signs with, as the SDK takes it. */
async function credentialsOf(idToken: string, customRoleArn?: string) {
  const logins = { [provider]: idToken };
  const { IdentityId: identityId = '' } = await getId(logins);
  const { Credentials: made = {} } = await getCredentials(identityId, logins, customRoleArn);
  const { AccessKeyId: accessKeyId = '', SecretKey: secretAccessKey = '', SessionToken: sessionToken = '' } = made;
  const settings = {
    endpoint: pool.cloud.endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  };
  return { identityId, made, settings };
}

const put = (owner: string) => new PutItemCommand({ TableName: 'notes', Item: { owner: { S: owner } } });
const refused = (name: string, message: string) => expect.objectContaining({ name, message });

describe('credentials of an identity pool', () => {
  it('let a player do what the role of all allows to him by name, and nothing else, for an hour', async () => {
    const { IdToken } = await player('gamer');
    const { identityId, made, settings } = await credentialsOf(IdToken);
    const table = new DynamoDBClient(settings);

    await table.send(put(identityId));

    await expect(table.send(put('eu-west-1:somebody-else'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(table.send(new ScanCommand({ TableName: 'notes' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('/CognitoIdentityCredentials is not authorized to perform: dynamodb:Scan'),
    });
    const { Arn } = await new STSClient(settings).send(new GetCallerIdentityCommand({}));
    expect(Arn).toMatch(/^arn:aws:sts::000000000000:assumed-role\/arcade-GamerRole-\w+\/CognitoIdentityCredentials$/);
    expect(made.Expiration?.getTime()).toBe(pool.clock.now() + 60 * 60_000);
    expect((await credentialsOf(IdToken)).identityId).toBe(identityId);
    await pool.clock.advance(60 * 60_000);
    await expect(table.send(put(identityId))).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });

  it('are those of the strongest group, or of another that is asked for and in the token', async () => {
    const { IdToken } = await player('boss', 'thrower', 'manager');
    const roleOf = async (name?: string) => {
      const role = name && pool.cloud.stacks.get('arcade')?.resources.find(({ logicalId }) => logicalId === name);
      const asked = role && `arn:aws:iam::000000000000:role/${role.physicalId}`;
      const { settings } = await credentialsOf(IdToken, asked || undefined);
      return (await new STSClient(settings).send(new GetCallerIdentityCommand({}))).Arn?.split('/')[1]?.split('-')[1];
    };

    expect(await roleOf()).toBe('ManagerRole');
    expect(await roleOf('GamerRole')).toBe('GamerRole');
    await expect(roleOf('Caller')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    const manager = new DynamoDBClient((await credentialsOf(IdToken)).settings);
    expect(await manager.send(new ScanCommand({ TableName: 'notes' }))).toHaveProperty('Items');
  });

  it('are given to nobody without a good id token of a known client, whose own identity it is', async () => {
    const [one, other] = [await player('one'), await player('other')];
    const { IdentityId = '' } = await getId({ [provider]: one.IdToken });
    const no = (message: string) => refused('NotAuthorizedException', message);
    await expect(getId({})).rejects.toEqual(no('Unauthenticated access is not supported for this identity pool.'));
    await expect(getId({ 'accounts.google.com': one.IdToken })).rejects.toEqual(
      no('Token is not from a supported provider of this identity pool.'),
    );
    await expect(getId({ [provider]: one.AccessToken })).rejects.toEqual(
      no('Invalid login token. Missing a required claim: aud'),
    );
    const [header, payload] = one.IdToken.split('.');
    await expect(getId({ [provider]: `${header}.${payload}.${other.IdToken.split('.')[2]}` })).rejects.toEqual(
      no("Invalid login token. Couldn't verify signed token."),
    );
    await expect(getCredentials(IdentityId)).rejects.toEqual(no(`Access to Identity '${IdentityId}' is forbidden.`));
    await expect(getCredentials(IdentityId, { [provider]: other.IdToken })).rejects.toEqual(
      no("Logins don't match. Please include at least one valid login for this identity or identity pool."),
    );
    await pool.users.send(new GlobalSignOutCommand({ AccessToken: other.AccessToken }));
    await expect(getId({ [provider]: other.IdToken })).rejects.toThrow('Token is revoked');
    await pool.clock.advance(60 * 60_000);
    const now = pool.clock.now() / 1000;
    await expect(getId({ [provider]: one.IdToken })).rejects.toEqual(
      no(`Invalid login token. Token expired: ${now} >= ${now}`),
    );
  });

  it('of a role that does not trust the pool fail the deployment; where it stops to, nobody gets any', async () => {
    const untrusting = {
      ...resources,
      GamerRole: webRole({ Action: 'dynamodb:PutItem', Resource: '*' }, 'another-pool'),
    };
    const deploying = startPool({ resources: untrusting }).then((deployed) => deployed.close());
    await expect(deploying).rejects.toThrow(/does not trust who has signed in by eu-west-1:/);

    const template = poolTemplate({ resources: untrusting });
    const { Roles: _attachment, ...rest } = (template as { Resources: Resources }).Resources;
    const { IdToken } = await player('last');
    const attachment = resources.Roles as Resources[string];
    await pool.cloud.stacks.deploy({
      stackName: 'arcade',
      template: { ...template, Resources: { ...rest, Roles: attachment } },
    });

    await expect(credentialsOf(IdToken)).rejects.toEqual(
      refused(
        'InvalidIdentityPoolConfigurationException',
        'Invalid identity pool configuration. Check assigned IAM roles for this pool.',
      ),
    );
  });
});
