import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminListGroupsForUserCommand,
  CognitoIdentityProviderClient,
  type ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newKeys, writeKeys } from '../../packages/local-aws/keys.ts';
import { type LocalAws, startService } from '../../packages/local-aws/testkit/index.ts';
import { changeManager, ManagerError, poolHere, userPoolOf } from '../managers.ts';
import { ROOT } from '../workspace.ts';

const STARTING_MS = 120_000;

describe('npm run manager', () => {
  let aws: LocalAws;
  let client: CognitoIdentityProviderClient;
  let userPoolId: string;
  beforeAll(async () => {
    aws = await startService(join(ROOT, 'services/identity'));
    client = new CognitoIdentityProviderClient(aws.rootClientConfig);
    userPoolId = aws.outputs('identity').UserPoolId ?? '';
    await client.send(new AdminCreateUserCommand({ UserPoolId: userPoolId, Username: 'Ada_1815' }));
  }, STARTING_MS);
  afterAll(async () => {
    client.destroy();
    await aws.stop();
  });

  const groups = async () => {
    const { Groups = [] } = await client.send(
      new AdminListGroupsForUserCommand({ UserPoolId: userPoolId, Username: 'ada_1815' }),
    );
    return Groups.map(({ GroupName }) => GroupName);
  };
  const change = (nickname: string, isRemoval: boolean) => changeManager(client, { userPoolId, nickname, isRemoval });

  it('makes somebody a manager and no longer one, by their nickname in any letters, as often as one likes', async () => {
    expect(await change('ADA_1815', false)).toMatch(/^Ada_1815 is a manager\./);
    await change('ada_1815', false);
    expect(await groups()).toEqual(['manager']);

    expect(await change('ada_1815', true)).toMatch(/^Ada_1815 is no manager any more\./);
    await change('ada_1815', true);
    expect(await groups()).toEqual([]);
  });

  it('says that nobody is called so', async () => {
    await expect(change('Nobody', false)).rejects.toThrow(
      new ManagerError("Nobody is called 'Nobody' there. They sign up first, with the button of any page."),
    );
  });

  it('says in the words of local-aws that it is another one than the keys are for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manager-'));
    try {
      writeKeys(folder, { ...newKeys(), endpoint: aws.endpoint });

      const asked = poolHere({ LOCAL_AWS_PORT: new URL(aws.endpoint).port, LOCAL_AWS_STATE: folder });

      await expect(asked).rejects.toThrow('needs the header x-local-aws-secret');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    [[['one', 'identity-dev']], 'one'],
    [[['one', 'identity-prod']], /no user pool 'identity-dev': npm run deploy -- --stage dev/],
    [
      [
        ['one', 'identity-dev'],
        ['two', 'identity-dev'],
      ],
      /2 user pools 'identity-dev': one, two/,
    ],
  ])('finds the pool of a stage on AWS by its name, on whichever page of the list: %j', async (pools, expected) => {
    // AWS lists some at a time.
    const listing = {
      async send({ input }: ListUserPoolsCommand) {
        const at = Number(input.NextToken ?? 0);
        const [Id, Name] = pools[at] ?? [];
        return { UserPools: [{ Id, Name }], NextToken: pools[at + 1] && String(at + 1) };
      },
    } as unknown as CognitoIdentityProviderClient;

    const found = userPoolOf(listing, 'dev');

    if (typeof expected === 'string') expect(await found).toBe(expected);
    else await expect(found).rejects.toThrow(expected);
  });
});

describe('the command', () => {
  const run = (...args: string[]) =>
    new Promise<{ code: number | string; said: string }>((resolve) => {
      const env = { ...process.env, LOCAL_AWS_PORT: '9', LOCAL_AWS_STATE: '/nowhere' };
      execFile(process.execPath, [join(ROOT, 'scripts/manager.ts'), ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, said: stdout + stderr }),
      );
    });

  it.each([
    [['--help'], 0, /^npm run manager -- <nickname>/],
    [[], 2, /^whose nickname\?\n\nnpm run manager/],
    [['Ada', 'Grace'], 2, /^one nickname at a time, not also Grace/],
    [['Ada', '--delete'], 2, /^Unknown option '--delete'/],
    [['Ada'], 2, /^No arcade runs at http:\/\/127\.0\.0\.1:9: npm start/],
  ])('with %j ends with %i and a sentence', async (args, code, sentence) => {
    expect(await run(...args)).toEqual({ code, said: expect.stringMatching(sentence) });
  });
});
