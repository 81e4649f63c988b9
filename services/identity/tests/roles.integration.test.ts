import { GetCredentialsForIdentityCommand, GetIdCommand } from '@aws-sdk/client-cognito-identity';
import {
  AdminAddUserToGroupCommand,
  AdminRemoveUserFromGroupCommand,
  GlobalSignOutCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Arcade, PATIENCE_MS, startArcade } from './aws.ts';

let arcade: Arcade;
beforeAll(async () => {
  arcade = await startArcade();
  // Another service, whose page managers may call a topic of.
  const statement = { Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: 'Announcements' } };
  await arcade.aws.cloud.stacks.deploy({
    stackName: 'scoreboard-local',
    template: {
      Resources: {
        Announcements: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'announcements' } },
        ForManagers: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            PolicyName: 'scoreboard',
            Roles: [arcade.outputs.ManagerRoleName],
            PolicyDocument: { Version: '2012-10-17', Statement: [statement] },
          },
        },
      },
    },
    functions: {},
  });
}, PATIENCE_MS);
afterAll(() => arcade.stop());

/** The credentials that the identity pool gives for a sign-in. */
async function credentialsOf(IdToken: string) {
  const { identities, outputs } = arcade;
  const Logins = { [`cognito-idp.eu-west-1.amazonaws.com/${outputs.UserPoolId}`]: IdToken };
  const { IdentityId } = await identities.send(new GetIdCommand({ IdentityPoolId: outputs.IdentityPoolId, Logins }));
  const { Credentials } = await identities.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }));
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

async function announce(IdToken: string): Promise<unknown> {
  const sns = new SNSClient({ ...arcade.aws.rootClientConfig, credentials: await credentialsOf(IdToken) });
  try {
    const TopicArn = 'arn:aws:sns:eu-west-1:000000000000:announcements';
    return await sns.send(new PublishCommand({ TopicArn, Message: 'Round two' }));
  } finally {
    sns.destroy();
  }
}

it('a gamer gets credentials by which they cannot do what a manager can', async () => {
  await arcade.signUp('Ada');
  const asGamer = (await arcade.signIn('Ada')).IdToken;
  await expect(announce(asGamer)).rejects.toThrow(/is not authorized to perform: SNS:Publish/i);

  const manager = { UserPoolId: arcade.outputs.UserPoolId, Username: 'Ada', GroupName: 'manager' };
  await arcade.owner.send(new AdminAddUserToGroupCommand(manager));

  // By the token of before they are what they were.
  await expect(announce(asGamer)).rejects.toThrow(/is not authorized/);
  expect(await announce((await arcade.signIn('Ada')).IdToken)).toHaveProperty('MessageId');
});

it('nobody gets credentials without a sign-in, or by a token that is not for it', async () => {
  const { identities, outputs } = arcade;
  await arcade.signUp('Grace');
  const { AccessToken, IdToken } = await arcade.signIn('Grace');

  const asGuest = identities.send(new GetIdCommand({ IdentityPoolId: outputs.IdentityPoolId }));
  await expect(asGuest).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  await expect(credentialsOf(AccessToken)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  await expect(credentialsOf(`${IdToken.slice(0, -4)}AAAA`)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
});

it('whoever has signed out everywhere gets none, although the token has not expired', async () => {
  await arcade.signUp('Edsger');
  const { AccessToken, IdToken } = await arcade.signIn('Edsger');
  expect(await credentialsOf(IdToken)).toMatchObject({ sessionToken: expect.stringMatching(/./) });

  await arcade.anybody.send(new GlobalSignOutCommand({ AccessToken }));

  await expect(credentialsOf(IdToken)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
});

it('whoever is in no group gets none', async () => {
  await arcade.signUp('Barbara');
  const gamer = { UserPoolId: arcade.outputs.UserPoolId, Username: 'Barbara', GroupName: 'gamer' };
  await arcade.owner.send(new AdminRemoveUserFromGroupCommand(gamer));

  const { IdToken } = await arcade.signIn('Barbara');

  await expect(credentialsOf(IdToken)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
});
