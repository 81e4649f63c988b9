import { tokenVerifier } from '@arcade/lambda/token-verifier';
import {
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Arcade, claimsIn, PASSWORD, PATIENCE_MS, startArcade } from './aws.ts';

describe('on a stage that confirms at once', () => {
  let arcade: Arcade;
  beforeAll(async () => {
    arcade = await startArcade();
  }, PATIENCE_MS);
  afterAll(() => arcade.stop());

  it('somebody signs up, and has tokens that say who they are and that they are a gamer, by keys that functions find', async () => {
    const { outputs, aws } = arcade;
    expect(await arcade.signUp('Ada_1815')).toBe(true);

    const { IdToken, AccessToken } = await arcade.signIn('ada_1815');

    const verify = (use: 'id' | 'access') =>
      tokenVerifier(
        { issuer: outputs.UserPoolIssuer ?? '', audience: outputs.UserPoolClientId ?? '', use },
        // The virtual clock is years ahead, so nothing has expired by this process's.
      );
    const id = await verify('id')(IdToken);
    const access = await verify('access')(AccessToken);
    const expected = { username: 'Ada_1815', groups: ['gamer'], sub: claimsIn(IdToken).sub };
    expect(id).toMatchObject({ outcome: 'verified', claims: expected });
    expect(access).toMatchObject({ outcome: 'verified', claims: expected });
    expect(await verify('id')(AccessToken)).toMatchObject({ refusal: 'invalid' });
    expect(claimsIn(IdToken)).toMatchObject({ iss: outputs.UserPoolIssuer, token_use: 'id' });
    // Names, passwords and tokens are nobody's business.
    const written = ['check-nickname', 'welcome'].flatMap((name) => aws.logs(`identity-local-${name}`)).join('\n');
    expect(written).toContain('PlayersWelcomed');
    expect(`${written}${JSON.stringify(aws.journal())}`).not.toMatch(/Ada_1815.*@|correct-horse|eyJ[\w-]{20}/);
    expect(written).not.toMatch(/ada_1815/i);
  });

  it('a nickname is claimed once, in whatever letters, and one that does not fit is refused in a sentence', async () => {
    await arcade.signUp('Grace');

    for (const name of ['Grace', 'grace', 'GRACE'])
      await expect(arcade.signUp(name)).rejects.toMatchObject({ name: 'UsernameExistsException' });
    await expect(arcade.signUp('x')).rejects.toMatchObject({
      name: 'UserLambdaValidationException',
      message:
        'PreSignUp failed with error A nickname has 3 to 20 letters from a to z, digits, hyphens or underscores.',
    });
  });

  it('a wrong password is refused as an unknown name is, and a sign-in that was left is over', async () => {
    const { anybody, outputs } = arcade;
    await arcade.signUp('Edsger');
    const wrong = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };
    await expect(arcade.signIn('Edsger', 'another-horse')).rejects.toMatchObject(wrong);
    await expect(arcade.signIn('Nobody', 'another-horse')).rejects.toMatchObject(wrong);

    const { RefreshToken } = await arcade.signIn('Edsger');
    const ClientId = outputs.UserPoolClientId;
    const refresh = () =>
      anybody.send(
        new InitiateAuthCommand({
          ...{ ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: RefreshToken } },
        }),
      );
    expect((await refresh()).AuthenticationResult?.IdToken).toEqual(expect.any(String));
    await anybody.send(new RevokeTokenCommand({ ClientId, Token: RefreshToken }));
    await expect(refresh()).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  it('a password has ten characters, and is the only way in', async () => {
    const { anybody, outputs } = arcade;
    const ClientId = outputs.UserPoolClientId;
    const short = new SignUpCommand({ ClientId, Username: 'Barbara', Password: PASSWORD.slice(0, 9) });
    await expect(anybody.send(short)).rejects.toMatchObject({ name: 'InvalidPasswordException' });

    await anybody.send(new SignUpCommand({ ClientId, Username: 'Barbara', Password: PASSWORD.slice(0, 10) }));
    const AuthParameters = { USERNAME: 'Barbara' };
    const withoutIt = new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters });
    await expect(anybody.send(withoutIt)).rejects.toThrow(/USER_SRP_AUTH/);
  });
});

describe('on a stage that mails a code', () => {
  let arcade: Arcade;
  beforeAll(async () => {
    arcade = await startArcade({ confirmAtOnce: false });
  }, PATIENCE_MS);
  afterAll(() => arcade.stop());

  it('an account is confirmed by it, and its owner is a gamer then, and not before', async () => {
    expect(await arcade.signUp('Ada', 'ada@example.com')).toBe(false);
    await expect(arcade.signIn('Ada')).rejects.toMatchObject({ name: 'UserNotConfirmedException' });

    await arcade.confirm('Ada', arcade.codes().at(-1) ?? '');

    expect(claimsIn((await arcade.signIn('Ada')).IdToken)).toMatchObject({ 'cognito:groups': ['gamer'] });
  });

  it('an address is needed', async () => {
    await expect(arcade.signUp('Grace')).rejects.toMatchObject({
      message: 'PreSignUp failed with error An e-mail address is needed: the code is sent to it.',
    });
  });

  it('a forgotten password is set anew by a code', async () => {
    const { anybody, outputs } = arcade;
    await arcade.signUp('Edsger', 'edsger@example.com');
    await arcade.confirm('Edsger', arcade.codes().at(-1) ?? '');
    const user = { ClientId: outputs.UserPoolClientId, Username: 'edsger' };

    await anybody.send(new ForgotPasswordCommand(user));
    const ConfirmationCode = arcade.codes().at(-1);
    await anybody.send(new ConfirmForgotPasswordCommand({ ...user, ConfirmationCode, Password: 'another-horse' }));

    await expect(arcade.signIn('Edsger')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    expect(claimsIn((await arcade.signIn('Edsger', 'another-horse')).IdToken)).toHaveProperty('sub');
  });
});
