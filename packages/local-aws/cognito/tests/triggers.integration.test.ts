import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { PASSWORD, type PoolOptions, startPool, type TestPool } from './harness.ts';

let pool: TestPool | undefined;
afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

async function started(options: PoolOptions): Promise<TestPool> {
  pool = await startPool(options);
  return pool;
}

describe('the functions of a pool', () => {
  it('confirm a sign-up at once and put the user into a group, by the permission of the pool and by their own role', async () => {
    const { signUp, signIn, calls, clientId, journal, admin, poolId } = await started({
      triggers: { PreSignUp: 'preSignUp', PostConfirmation: 'postConfirmation' },
    });

    const { UserConfirmed, UserSub } = await signUp('Ada', { nickname: 'confirmed', email: 'ada@example.org' });

    expect(UserConfirmed).toBe(true);
    const { IdToken } = await signIn('ada');
    expect(decodeJwt(IdToken)).toMatchObject({ 'cognito:groups': ['gamer'], email_verified: true });
    const callerContext = { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId };
    const attributes = { nickname: 'confirmed', email: 'ada@example.org' };
    expect(calls('preSignUp')).toEqual([
      {
        triggerSource: 'PreSignUp_SignUp',
        userName: 'Ada',
        request: { userAttributes: attributes, validationData: null },
        callerContext,
      },
    ]);
    expect(calls('postConfirmation')).toEqual([
      {
        triggerSource: 'PostConfirmation_ConfirmSignUp',
        userName: 'Ada',
        request: {
          userAttributes: { ...attributes, sub: UserSub, 'cognito:user_status': 'CONFIRMED', email_verified: 'true' },
        },
        callerContext,
      },
    ]);
    const invocations = journal().filter(({ kind }) => kind === 'invocation');
    expect(invocations).toHaveLength(2);
    expect(JSON.stringify(journal())).not.toContain(PASSWORD);
    const groups = await admin.send(new AdminListGroupsForUserCommand({ UserPoolId: poolId, Username: 'ADA' }));
    expect(groups.Groups).toMatchObject([{ GroupName: 'gamer', Precedence: 10, UserPoolId: poolId }]);
  });

  it('refuse a sign-up by throwing, and leave nobody behind; what answers nothing is no answer', async () => {
    const { signUp } = await started({ triggers: { PreSignUp: 'preSignUp' } });

    await expect(signUp('forbidden')).rejects.toMatchObject({
      name: 'UserLambdaValidationException',
      message: 'PreSignUp failed with error Choose another name.',
    });
    await expect(signUp('nothing')).rejects.toMatchObject({
      name: 'InvalidLambdaResponseException',
      message: 'Unrecognizable lambda output',
    });

    await expect(pool?.signIn('forbidden')).rejects.toThrow('Incorrect username or password.');
  });

  it('fail for the caller after the confirmation, and the user stays confirmed', async () => {
    const { signUp, signIn, cloud } = await started({ triggers: { PostConfirmation: 'postConfirmation' } });
    await cloud.functions.setCode('postConfirmation', { kind: 'bundle', file: '/nowhere.mjs', handler: 'x' });
    await signUp('Ada');

    const confirming = pool?.admin.send(new AdminConfirmSignUpCommand({ UserPoolId: pool.poolId, Username: 'Ada' }));

    await expect(confirming).rejects.toMatchObject({
      name: 'UserLambdaValidationException',
      message: expect.stringMatching(/^PostConfirmation failed with error .*\.$/),
    });
    expect(await signIn('ada')).toHaveProperty('IdToken');
  });

  it('fail the deployment where the pool may not call them', async () => {
    await expect(started({ triggers: { PreSignUp: 'preSignUp' }, isForbidden: true })).rejects.toThrow(
      /lambda:InvokeFunction on .*:function:preSignUp is not allowed: add an AWS::Lambda::Permission that lets cognito-idp.amazonaws.com/,
    );
  });

  it('stand around a sign-in, change what the tokens say but not who they are for, and write the mail', async () => {
    const { signUp, signIn, calls, mail, users, clientId } = await started({
      triggers: {
        PreAuthentication: 'observe',
        PostAuthentication: 'observe',
        PreTokenGeneration: 'preToken',
        CustomMessage: 'message',
      },
    });
    const { UserSub } = await signUp('Ada', { email: 'ada@example.org', nickname: 'a' });
    expect(mail()).toEqual([expect.stringMatching(/^To: ada@example.org \| Subject: Hello Ada \| <b>\d{6}<\/b>$/)]);
    await pool?.admin.send(new AdminConfirmSignUpCommand({ UserPoolId: pool.poolId, Username: 'Ada' }));

    const { IdToken, AccessToken, RefreshToken } = await signIn('ada');

    const [id, access] = [decodeJwt(IdToken), decodeJwt(AccessToken)];
    expect(id).toMatchObject({ sub: UserSub, iss: pool?.issuer, team: 'red', 'cognito:groups': ['gamer', 'tester'] });
    expect(id).not.toHaveProperty('nickname');
    expect(access['cognito:groups']).toEqual(['gamer', 'tester']);
    expect(access).not.toHaveProperty('team');
    const AuthParameters = { REFRESH_TOKEN: RefreshToken };
    await users.send(new InitiateAuthCommand({ ClientId: clientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters }));
    expect(calls('preToken').map(({ triggerSource }) => triggerSource)).toEqual([
      'TokenGeneration_Authentication',
      'TokenGeneration_RefreshTokens',
    ]);
    await expect(signIn('nobody')).rejects.toThrow('Incorrect username or password.');
    await expect(signIn('ada', 'Wrong-horse1')).rejects.toThrow('Incorrect username or password.');
    const seen = calls('observe').map(({ triggerSource, request }) => [triggerSource, request.userNotFound]);
    expect(seen).toEqual([
      ['PreAuthentication_Authentication', false],
      ['PostAuthentication_Authentication', undefined],
      ['PreAuthentication_Authentication', true],
      ['PreAuthentication_Authentication', false],
    ]);
    const told = { AuthParameters: { USERNAME: 'ada', PASSWORD }, ClientMetadata: { from: 'web' } };
    await users.send(new InitiateAuthCommand({ ClientId: clientId, AuthFlow: 'USER_PASSWORD_AUTH', ...told }));
    const [before, after] = calls('observe').slice(-2);
    expect(before?.request.validationData).toEqual({ from: 'web' });
    for (const request of [after?.request, calls('preToken').at(-1)?.request])
      expect(request).not.toHaveProperty('clientMetadata');
  });

  it('are told of a user whom an administrator makes, and not of his first password of his own', async () => {
    const {
      admin,
      poolId: UserPoolId,
      signIn,
      mail,
      calls,
      users,
      clientId: ClientId,
    } = await started({
      triggers: { PreSignUp: 'preSignUp', PostConfirmation: 'postConfirmation' },
      pool: { Schema: [{ Name: 'nickname', Required: true }] },
    });
    const UserAttributes = [
      { Name: 'email', Value: 'ada@example.org' },
      { Name: 'nickname', Value: 'confirmed' },
    ];
    const set = { UserPoolId, Username: 'Eve', TemporaryPassword: PASSWORD, UserAttributes: UserAttributes.slice(1) };
    await admin.send(new AdminCreateUserCommand(set));
    const { User } = await admin.send(new AdminCreateUserCommand({ UserPoolId, Username: 'Ada', UserAttributes }));
    expect(User).toMatchObject({ Username: 'Ada', Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD' });
    const [, temporary = ''] = /temporary password is (\S+)\.$/.exec(mail()[0] ?? '') ?? [];

    const AuthParameters = { USERNAME: 'Ada', PASSWORD: temporary };
    const flow = { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters } as const;
    const { ChallengeName, Session, ChallengeParameters } = await users.send(new InitiateAuthCommand(flow));
    expect(ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    expect(JSON.parse(ChallengeParameters?.userAttributes ?? '')).toMatchObject({ nickname: 'confirmed' });
    const answer = (session: string | undefined, NEW_PASSWORD: string) =>
      users.send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName: 'NEW_PASSWORD_REQUIRED',
          Session: session,
          ChallengeResponses: { USERNAME: 'ada', NEW_PASSWORD, 'userAttributes.name': 'Ada L.' },
        }),
      );
    const hers = { ...flow, AuthParameters: { USERNAME: 'Eve', PASSWORD } };
    const { Session: another } = await users.send(new InitiateAuthCommand(hers));
    await expect(answer(another, PASSWORD)).rejects.toMatchObject({ message: 'Invalid session provided' });
    await expect(answer(`${Session}x`, PASSWORD)).rejects.toMatchObject({ message: 'Invalid session provided' });
    await expect(answer(Session, 'short')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
    const { AuthenticationResult } = await answer(Session, PASSWORD);

    expect(decodeJwt(AuthenticationResult?.IdToken ?? '')).toMatchObject({ name: 'Ada L.', nickname: 'confirmed' });
    await expect(answer(Session, 'Another-horse2')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    expect(await signIn('Ada')).toHaveProperty('IdToken');
    expect(calls('preSignUp').map(({ triggerSource }) => triggerSource)).toEqual([
      'PreSignUp_AdminCreateUser',
      'PreSignUp_AdminCreateUser',
    ]);
    expect(calls('postConfirmation')).toEqual([]);
    const { UserStatus } = await admin.send(new AdminGetUserCommand({ UserPoolId, Username: 'ada' }));
    expect(UserStatus).toBe('CONFIRMED');
    expect(JSON.stringify(pool?.journal())).not.toContain(temporary);
  });
});
