import {
  AdminListGroupsForUserCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Arcade, startArcade } from './aws.ts';

const running: Arcade[] = [];
afterEach(async () => {
  for (const arcade of running.splice(0)) await arcade.stop();
});

async function start(options?: Parameters<typeof startArcade>[0]): Promise<Arcade> {
  const arcade = await startArcade(options);
  running.push(arcade);
  return arcade;
}

async function groupsOf({ owner, outputs }: Arcade, Username: string): Promise<(string | undefined)[]> {
  const command = new AdminListGroupsForUserCommand({ UserPoolId: outputs.UserPoolId, Username });
  return ((await owner.send(command)).Groups ?? []).map(({ GroupName }) => GroupName);
}

describe('a welcome', () => {
  // By these seeds the first call is throttled, and a later one is not.
  it.each([
    ['the pool cannot call the function at first', { service: 'lambda', target: '*welcome*' }, 1],
    ['the function cannot reach the pool at first', { service: 'cognito-idp', operation: 'AdminAddUserToGroup' }, 6],
  ])('is done although %s', async (_what, match, seed) => {
    const arcade = await start({ faults: { seed, rules: [{ match, throttle: 0.5 }] } });

    await arcade.signUp('Ada');

    expect(await groupsOf(arcade, 'Ada')).toEqual(['gamer']);
    expect(arcade.aws.journal().some(({ kind, action }) => kind === 'fault' && action === 'throttle')).toBe(true);
  });

  it('that failed leaves an account that can be used, and is made up for when a password is set anew', async () => {
    const arcade = await start({
      transform({ Resources }) {
        delete Resources.WelcomePolicy;
      },
    });
    const failed = { message: 'PostConfirmation failed with error Something went wrong on our side.' };
    await expect(arcade.signUp('Ada', 'ada@example.com')).rejects.toMatchObject(failed);
    expect(await groupsOf(arcade, 'Ada')).toEqual([]);
    await arcade.signIn('Ada');
    const log = arcade.aws.logs('identity-local-welcome').join('\n');
    expect(log).toContain('not authorized to perform: cognito-idp:AdminAddUserToGroup');

    // The statement comes back with the next deployment.
    await arcade.aws.deploy(new URL('..', import.meta.url).pathname);
    const user = { ClientId: arcade.outputs.UserPoolClientId, Username: 'Ada' };
    await arcade.anybody.send(new ForgotPasswordCommand(user));
    const ConfirmationCode = arcade.codes().at(-1);
    await arcade.anybody.send(
      new ConfirmForgotPasswordCommand({ ...user, ConfirmationCode, Password: 'another-horse' }),
    );

    expect(await groupsOf(arcade, 'Ada')).toEqual(['gamer']);
  });
});
