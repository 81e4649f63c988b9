import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { DescribeParametersCommand, GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../packages/local-aws/testkit/index.ts';
import { askHidden } from '../secrets/asking.ts';
import { putSecrets } from '../secrets/secrets.ts';
import { ROOT } from '../workspace.ts';

const NAMES = ['lwa-client', 'push-secret', 'hub-secret'];

let aws: LocalAws;
let client: SSMClient;
beforeEach(async () => {
  aws = await startLocalAws();
  client = new SSMClient(aws.rootClientConfig);
});
afterEach(async () => {
  client.destroy();
  await aws.stop();
});

const textOf = async (service: string, name: string) => {
  const asked = new GetParameterCommand({ Name: `/${service}/local/${name}`, WithDecryption: true });
  return (await client.send(asked)).Parameter?.Value ?? '';
};
const texts = (service: string) => Promise.all(NAMES.map((name) => textOf(service, name)));
const outcomes = async (wanted: object = {}) =>
  (await putSecrets(client, { stage: 'local', ...wanted })).map(({ outcome }) => outcome);

/** Runs the command against this local AWS. */
const run = (...args: string[]) =>
  new Promise<{ status: number | null; output: string }>((resolve) => {
    const command = spawn(process.execPath, [join(ROOT, 'scripts/secrets.ts'), ...args], {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        LOCAL_AWS_PORT: new URL(aws.endpoint).port,
        AWS_ENDPOINT_URL: undefined,
      },
    });
    let output = '';
    for (const stream of [command.stdout, command.stderr]) stream.on('data', (said) => (output += said));
    command.on('close', (status) => resolve({ status, output }));
  });

describe('npm run secrets', () => {
  it('puts each secret once, the same for both sides, sealed, and prints none', async () => {
    const first = await run('--stage', 'local');
    const before = await texts('smart-home');
    const second = await run('--stage', 'local');

    expect([first.status, second.status]).toEqual([0, 0]);
    expect(first.output).toBe(NAMES.map((name) => `${name} was put.\n`).join(''));
    expect(second.output).toBe(NAMES.map((name) => `${name} is there, and stays as it is.\n`).join(''));
    expect(await texts('smart-home')).toEqual(before);
    expect(await texts('smart-home-world')).toEqual(before);
    expect(new Set(before).size).toBe(3);
    for (const text of before) expect(first.output + JSON.stringify(aws.journal())).not.toContain(text);
    expect(JSON.parse(before[0] ?? '')).toEqual({ clientId: expect.any(String), clientSecret: expect.any(String) });
    const { Parameters = [] } = await client.send(new DescribeParametersCommand({}));
    expect(Parameters.map(({ Type }) => Type)).toEqual(Array.from({ length: 6 }, () => 'SecureString'));
  });

  it('puts what somebody says, for a real skill where its outside cannot read it', async () => {
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return question.includes('hubs') ? undefined : `said-${asked.length}`;
    };

    expect(await outcomes({ isSkillOnly: true, ask })).toEqual(['made', 'made', 'made']);

    const [lwaClient = '', pushSecret, hubSecret] = await texts('smart-home');
    expect(JSON.parse(lwaClient)).toEqual({ clientId: 'said-1', clientSecret: 'said-2' });
    expect(pushSecret).toBe('said-3');
    expect(hubSecret).toMatch(/^[\w-]{43}$/);
    expect(asked).toHaveLength(4);
    await expect(textOf('smart-home-world', 'push-secret')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  it('gives one side what the other has, says when they differ, and puts all anew when that is wanted', async () => {
    await outcomes({ isSkillOnly: true });
    const before = await texts('smart-home');

    expect(await outcomes()).toEqual(['copied', 'copied', 'copied']);
    expect(await texts('smart-home-world')).toEqual(before);
    await outcomes({ isSkillOnly: true, isRenewal: true });
    expect(await outcomes()).toEqual(['differs', 'differs', 'differs']);
    expect(await outcomes({ isRenewal: true })).toEqual(['made', 'made', 'made']);
    const after = await texts('smart-home');
    expect(await texts('smart-home-world')).toEqual(after);
    for (const [at, text] of after.entries()) expect(text).not.toBe(before[at]);
  });

  it.each([
    [['--help'], 0, 'npm run secrets -- --stage <stage>'],
    [[], 2, '--stage is missing'],
    [['--stage', 'local', '--print'], 2, "Unknown option '--print'"],
  ])('%j exits with %d and says how it is called', async (args, status, sentence) => {
    const ran = await run(...args);

    expect(ran.status).toBe(status);
    expect(ran.output).toContain(sentence);
  });
});

describe('what is asked for on a terminal', () => {
  const terminal = () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    return { input, output, shown: () => String(output.read() ?? '') };
  };

  it.each([
    ['the-secret', 'the-secret'],
    ['', undefined],
  ])('is taken as it is typed, and not shown: %j', async (typed, taken) => {
    const { input, output, shown } = terminal();
    const asking = askHidden('The key', { input, output });
    input.write(`${typed}\n`);

    expect(await asking).toBe(taken);
    expect(shown()).toBe('The key (Enter: one is made): \n');
  });

  it('is nothing when the input ends', async () => {
    const { input, output } = terminal();
    const asking = askHidden('The key', { input, output });
    input.end();

    await expect(asking).rejects.toThrow('Nothing more was put.');
  });
});
