import { describe, expect, it } from '@jest/globals';
import { createTestCore } from '../../core/tests/testCore.ts';
import { createCognito } from '../index.ts';

const core = createTestCore();
const nothing = () => {
  throw new Error('is not called');
};
const { services } = createCognito(core, {
  functions: { invoke: nothing },
  iam: { assumeWithWebIdentity: nothing, trustsWebIdentity: nothing },
  logs: { write: nothing },
});
const types = new Map(services.flatMap(({ resources }) => resources).map((type) => [type.type, type]));

/** The path of the first property that is refused; undefined when all are taken. */
function refusedIn(type: string, properties: object): string | undefined {
  const issue = types.get(`AWS::Cognito::${type}`)?.properties.safeParse(properties).error?.issues[0];
  return issue && [...issue.path, ...(issue.code === 'unrecognized_keys' ? [issue.keys[0]] : [])].join('.');
}

const client = (more: object) => ({ UserPoolId: 'eu-west-1_Abc', ...more });
const password = (more: object) => ({ Policies: { PasswordPolicy: more } });
const identities = (more: object) => ({ AllowUnauthenticatedIdentities: false, ...more });

describe('what a template may ask of Cognito', () => {
  it.each<[string, object]>([
    ['UserPool', {}],
    ['UserPool', { UserPoolTags: { a: 'b' }, EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' } }],
    [
      'UserPool',
      {
        Schema: [
          { Name: 'email', Required: true },
          { Name: 'team', AttributeDataType: 'String' },
        ],
      },
    ],
    ['UserPool', password({ MinimumLength: 12 })],
    ['UserPoolClient', client({ ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] })],
    ['UserPoolClient', client({ SupportedIdentityProviders: ['COGNITO'], EnableTokenRevocation: true })],
    ['UserPoolClient', client({ IdTokenValidity: 5, TokenValidityUnits: { IdToken: 'minutes' } })],
    ['UserPoolGroup', { UserPoolId: 'eu-west-1_Abc', RoleArn: 'arn:aws:iam::000000000000:role/x' }],
    ['IdentityPool', identities({})],
  ])('a %s takes %j', (type, properties) => {
    expect(refusedIn(type, properties)).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['UserPool', { UsernameAttributes: ['email'] }, 'UsernameAttributes'],
    ['UserPool', { AliasAttributes: ['email'] }, 'AliasAttributes'],
    ['UserPool', { AutoVerifiedAttributes: ['phone_number'] }, 'AutoVerifiedAttributes.0'],
    ['UserPool', { MfaConfiguration: 'ON' }, 'MfaConfiguration'],
    [
      'UserPool',
      { LambdaConfig: { UserMigration: 'arn:aws:lambda:eu-west-1:000000000000:function:x' } },
      'LambdaConfig.UserMigration',
    ],
    ['UserPool', { LambdaConfig: { PreTokenGenerationConfig: {} } }, 'LambdaConfig.PreTokenGenerationConfig'],
    ['UserPool', { LambdaConfig: { PreSignUp: 'arn:aws:sqs:eu-west-1:000000000000:x' } }, 'LambdaConfig.PreSignUp'],
    ['UserPool', { Schema: [{ Name: 'team', Required: true }] }, 'Schema.0'],
    ['UserPool', { SmsConfiguration: {} }, 'SmsConfiguration'],
    ['UserPool', password({ MinimumLength: 5 }), 'Policies.PasswordPolicy.MinimumLength'],
    ['UserPool', password({ PasswordHistorySize: 2 }), 'Policies.PasswordPolicy.PasswordHistorySize'],
    ['UserPool', { EmailVerificationMessage: 'without a place for it' }, 'EmailVerificationMessage'],
    ['UserPoolClient', client({ ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }), 'ExplicitAuthFlows.0'],
    ['UserPoolClient', client({ ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] }), 'ExplicitAuthFlows.0'],
    ['UserPoolClient', client({ AllowedOAuthFlows: ['code'] }), 'AllowedOAuthFlows'],
    ['UserPoolClient', client({ SupportedIdentityProviders: ['Google'] }), 'SupportedIdentityProviders.0'],
    ['UserPoolClient', client({ EnableTokenRevocation: false }), 'EnableTokenRevocation'],
    ['UserPoolClient', client({ IdTokenValidity: 25 }), ''],
    ['UserPoolClient', client({ AccessTokenValidity: 4, TokenValidityUnits: { AccessToken: 'minutes' } }), ''],
    [
      'UserPoolClient',
      client({ RefreshTokenValidity: 1, TokenValidityUnits: { RefreshToken: 'hours' }, IdTokenValidity: 2 }),
      '',
    ],
    ['UserPoolGroup', { UserPoolId: 'eu-west-1_Abc', Precedence: -1 }, 'Precedence'],
    ['IdentityPool', { AllowUnauthenticatedIdentities: true }, 'AllowUnauthenticatedIdentities'],
    ['IdentityPool', identities({ AllowClassicFlow: true }), 'AllowClassicFlow'],
    ['IdentityPool', identities({ SupportedLoginProviders: {} }), 'SupportedLoginProviders'],
    ['IdentityPoolRoleAttachment', { IdentityPoolId: 'x', Roles: { unauthenticated: 'x' } }, 'Roles.unauthenticated'],
  ])('a %s refuses %j by name', (type, properties, path) => {
    expect(refusedIn(type, properties)).toBe(path);
  });

  it('is no domain, no resource server and no user', () => {
    expect([...types.keys()].sort()).toEqual([
      'AWS::Cognito::IdentityPool',
      'AWS::Cognito::IdentityPoolRoleAttachment',
      'AWS::Cognito::UserPool',
      'AWS::Cognito::UserPoolClient',
      'AWS::Cognito::UserPoolGroup',
    ]);
  });
});
