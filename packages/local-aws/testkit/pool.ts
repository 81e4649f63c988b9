import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
} from '@aws-sdk/client-cognito-identity';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { LocalAws, Template } from './localAws.ts';

const PASSWORD = 'Correct-horse-9';

/** What a service's template takes of identity where nobody passes it, by its defaults, and what of this pool stands for it. */
const OF_POOL: Record<string, object> = {
  'arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_identity0': { 'Fn::GetAtt': ['UserPool', 'Arn'] },
  'identity-is-not-deployed': { Ref: 'UserPoolClient' },
  'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_identity0': { 'Fn::GetAtt': ['UserPool', 'ProviderURL'] },
  'eu-west-1_identity0': { Ref: 'UserPool' },
  'eu-west-1:00000000-0000-4000-8000-000000000000': { Ref: 'IdentityPool' },
  'managers-of-no-identity': { Ref: 'RoleOfmanager' },
};

function replaced(value: unknown): unknown {
  if (typeof value === 'string') return OF_POOL[value] ?? value;
  if (Array.isArray(value)) return value.map(replaced);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one)]));
}

/** The groups of identity's pool. */
export type Group = 'gamer' | 'manager';
const GROUPS: readonly Group[] = ['gamer', 'manager'];

const roleOf = (group: Group) => `RoleOf${group}`;

/** Changes an id token for credentials of the group's role, as identity has it. */
function identityPool(): Template['Resources'] {
  const IdentityPoolId = { Ref: 'IdentityPool' };
  const AssumeRolePolicyDocument = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: 'cognito-identity.amazonaws.com' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'cognito-identity.amazonaws.com:aud': IdentityPoolId } },
    },
  };
  const ProviderName = { 'Fn::GetAtt': ['UserPool', 'ProviderName'] };
  const byGroup = {
    Type: 'Token',
    AmbiguousRoleResolution: 'Deny',
    IdentityProvider: { 'Fn::Join': [':', [ProviderName, { Ref: 'UserPoolClient' }]] },
  };
  return {
    IdentityPool: {
      Type: 'AWS::Cognito::IdentityPool',
      Properties: {
        AllowUnauthenticatedIdentities: false,
        CognitoIdentityProviders: [{ ClientId: { Ref: 'UserPoolClient' }, ProviderName }],
      },
    },
    IdentityPoolRoles: {
      Type: 'AWS::Cognito::IdentityPoolRoleAttachment',
      Properties: { IdentityPoolId, RoleMappings: { byGroup } },
    },
    ...Object.fromEntries(
      GROUPS.map((group) => [roleOf(group), { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument } }]),
    ),
  };
}

/**
 * Gives a service's stack a user pool of its own, with the groups' roles, so that no other service is deployed for a test of this one, and the service is
 * compiled once: what identity passes is different each time.
 */
export function addPool(template: Template): void {
  Object.assign(template, { Resources: replaced(template.Resources) });
  const clientOf = (more: object = {}) => ({
    Type: 'AWS::Cognito::UserPoolClient',
    Properties: {
      UserPoolId: { Ref: 'UserPool' },
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      ...more,
    },
  });
  Object.assign(template.Resources, {
    UserPool: { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolName: 'players' } },
    UserPoolClient: clientOf(),
    OtherClient: clientOf(),
  });
  Object.assign(template.Resources, identityPool());
  for (const GroupName of GROUPS) {
    const RoleArn = { 'Fn::GetAtt': [roleOf(GroupName), 'Arn'] };
    const Properties = { UserPoolId: { Ref: 'UserPool' }, GroupName, RoleArn };
    template.Resources[`Group${GroupName}`] = { Type: 'AWS::Cognito::UserPoolGroup', Properties };
  }
  template.Outputs = {
    ...(template.Outputs as object),
    UserPoolId: { Value: { Ref: 'UserPool' } },
    UserPoolClientId: { Value: { Ref: 'UserPoolClient' } },
    OtherClientId: { Value: { Ref: 'OtherClient' } },
    IdentityPoolId: { Value: { Ref: 'IdentityPool' } },
  };
}

/** The tokens of somebody who has signed in. */
export interface Tokens {
  id: string;
  access: string;
}

/** The pool's administrator; `outputs` are those of the stack. */
export function poolOf(config: LocalAws['rootClientConfig'], outputs: Record<string, string>) {
  const idp = new CognitoIdentityProviderClient(config);
  const identities = new CognitoIdentityClient(config);
  const { UserPoolId = '', UserPoolClientId = '', OtherClientId = '', IdentityPoolId = '' } = outputs;

  const signIn = async (Username: string, ClientId: string): Promise<Tokens> => {
    const { AuthenticationResult } = await idp.send(
      new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: Username, PASSWORD },
      }),
    );
    return { id: AuthenticationResult?.IdToken ?? '', access: AuthenticationResult?.AccessToken ?? '' };
  };

  return {
    /** Makes a user, of a group or of none, and signs them in. */
    async enter(Username: string, GroupName?: Group): Promise<Tokens> {
      await idp.send(new AdminCreateUserCommand({ UserPoolId, Username, MessageAction: 'SUPPRESS' }));
      await idp.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent: true }));
      if (GroupName) await idp.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
      return signIn(Username, UserPoolClientId);
    },
    /** Signs a player in through another client of the same pool. */
    enterElsewhere: (Username: string) => signIn(Username, OtherClientId),
    /** What whoever has this id token may sign with: credentials of their group's role, as a page gets them. */
    async credentialsOf(idToken: string) {
      const Logins = { [`cognito-idp.eu-west-1.amazonaws.com/${UserPoolId}`]: idToken };
      const { IdentityId = '' } = await identities.send(new GetIdCommand({ IdentityPoolId, Logins }));
      const { Credentials } = await identities.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }));
      const { AccessKeyId = '', SecretKey = '', SessionToken = '' } = Credentials ?? {};
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretKey, sessionToken: SessionToken };
    },
    close() {
      idp.destroy();
      identities.destroy();
    },
  };
}
