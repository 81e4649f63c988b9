import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  CognitoIdentityProviderClient,
  GetUserCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { readKeys, SECRET_HEADER } from '../../keys.ts';
import { PASSWORD, poolTemplate } from './harness.ts';

const CLI = join(import.meta.dirname, '../../cli.ts');
let running: ChildProcess | undefined;
let folder: string | undefined;

/** A local-aws in a process of its own; gives its address. */
async function start(stateFolder: string, port: string): Promise<string> {
  const options = ['--port', port, '--state', stateFolder];
  running = spawn(process.execPath, [CLI, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of running.stdout ?? []) {
    output += chunk;
    const [endpoint] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
    if (!endpoint) continue;
    running.stdout?.resume();
    return endpoint;
  }
  throw new Error(`local-aws did not start: ${output}`);
}

async function kill(): Promise<void> {
  running?.kill('SIGKILL');
  if (running?.signalCode === null) await once(running, 'exit');
}

afterEach(async () => {
  await kill();
  if (folder) await rm(folder, { recursive: true });
});

async function deploy(endpoint: string, stateFolder: string): Promise<Record<string, string>> {
  const answer = await fetch(`${endpoint}/_local/stacks/arcade`, {
    method: 'PUT',
    headers: { [SECRET_HEADER]: readKeys(stateFolder, endpoint).secret },
    body: JSON.stringify({ template: poolTemplate({}) }),
  });
  return ((await answer.json()) as { outputs: Record<string, string> }).outputs;
}

async function outputsOf(endpoint: string, stateFolder: string): Promise<unknown> {
  const headers = { [SECRET_HEADER]: readKeys(stateFolder, endpoint).secret };
  const stacks = await (await fetch(`${endpoint}/_local/stacks`, { headers })).json();
  return (stacks as { outputs: unknown }[])[0]?.outputs;
}

async function textIn(stateFolder: string): Promise<string> {
  const files = (await readdir(stateFolder, { recursive: true })).filter((name) => name.includes('sqlite'));
  const texts = await Promise.all(files.map((name) => readFile(join(stateFolder, name), 'latin1')));
  return texts.join();
}

it('comes back after kill -9 with every user that was acknowledged, with groups, sessions and keys, and keeps no password', async () => {
  folder = await mkdtemp(join(tmpdir(), 'pools-'));
  const endpoint = await start(folder, '0');
  const outputs = await deploy(endpoint, folder);
  const { PoolId: UserPoolId, ClientId, Issuer: issuer = '' } = outputs;
  const settings = { endpoint, region: 'eu-west-1', maxAttempts: 1 };
  const users = new CognitoIdentityProviderClient(settings);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const admin = new CognitoIdentityProviderClient({ ...settings, credentials });
  const signUp = (Username: string) => users.send(new SignUpCommand({ ClientId, Username, Password: PASSWORD }));
  const auth = async (AuthFlow: 'USER_PASSWORD_AUTH' | 'REFRESH_TOKEN_AUTH', AuthParameters: Record<string, string>) =>
    (await users.send(new InitiateAuthCommand({ ClientId, AuthFlow, AuthParameters }))).AuthenticationResult ?? {};
  await signUp('Ada');
  await admin.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: 'Ada' }));
  await admin.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: 'Ada', GroupName: 'gamer' }));
  const before = await auth('USER_PASSWORD_AUTH', { USERNAME: 'ada', PASSWORD });

  const acknowledged: string[] = [];
  const enough = Promise.withResolvers<void>();
  const signingUp = Array.from({ length: 20 }, (_, index) => `Player-${index}`).map(async (name) => {
    await signUp(name);
    if (acknowledged.push(name) === 8) enough.resolve();
  });
  await enough.promise;
  await kill();
  await Promise.allSettled(signingUp);
  await start(folder, new URL(endpoint).port);

  // Calls of AWS wait until the stacks are back.
  await fetch(`${issuer}/.well-known/jwks.json`);
  expect(await outputsOf(endpoint, folder)).toEqual(outputs);
  for (const Username of acknowledged) await admin.send(new AdminConfirmSignUpCommand({ UserPoolId, Username }));
  const signedIn = acknowledged.map((USERNAME) => auth('USER_PASSWORD_AUTH', { USERNAME, PASSWORD }));
  expect(await Promise.all(signedIn)).toHaveLength(acknowledged.length);
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  await jwtVerify(before.IdToken ?? '', keys, { issuer });
  const { AccessToken } = before;
  expect(await users.send(new GetUserCommand({ AccessToken }))).toMatchObject({ Username: 'Ada' });
  const after = await auth('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: before.RefreshToken ?? '' });
  const { origin_jti } = decodeJwt(before.IdToken ?? '');
  expect(decodeJwt(after.IdToken ?? '')).toMatchObject({ 'cognito:groups': ['gamer'], origin_jti });
  await expect(signUp('ADA')).rejects.toMatchObject({ name: 'UsernameExistsException' });
  await kill();
  const kept = await textIn(folder);
  expect(kept).toContain('scrypt$');
  for (const secret of [PASSWORD, before.RefreshToken, before.IdToken]) expect(kept).not.toContain(secret);
});
