import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Cloud, createCloud, createVirtualClock } from '../index.ts';
import { type Hosted, hostFunctions } from '../plugin/client.ts';

const TEMPLATE = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
    Echo: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'echo',
        Runtime: 'nodejs24.x',
        Handler: 'functions.echo',
        Code: { ZipFile: 'placed by whoever hosts it' },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      },
    },
  },
};
const FILE = fileURLToPath(new URL('../lambda/tests/fixtures/functions.mjs', import.meta.url));
const place = (handler: string) => ({ echo: { kind: 'bundle' as const, file: FILE, handler } });

let cloud: Cloud;
let hosts: Hosted[];
let lines: { functionName: string; message: string }[];

const host = async (handler = 'functions.echo', stackName = 'echoes') => {
  const hosted = await hostFunctions(cloud.endpoint, stackName, place(handler), (line) => lines.push(line));
  hosts.push(hosted);
  return hosted;
};
const invoke = () => cloud.functions.invoke('echo', { ball: 1 });
/** The server learns of a closed connection a turn or two later. */
const untilLetGo = async () => {
  while (cloud.functions.list()[0]?.code) await new Promise((resume) => setImmediate(resume));
};

beforeEach(async () => {
  cloud = await createCloud({ port: 0, clock: createVirtualClock(), seed: 1 });
  await cloud.stacks.deploy({ stackName: 'echoes', template: TEMPLATE });
  hosts = [];
  lines = [];
});
afterEach(async () => {
  for (const hosted of hosts) hosted.close();
  await cloud.close();
});

describe('functions that somebody stands for', () => {
  it('run while the connection lasts, and not a moment longer', async () => {
    const hosted = await host();
    const { payload } = await invoke();

    hosted.close();
    await untilLetGo();

    expect(JSON.parse(payload)).toMatchObject({ event: { ball: 1 }, functionName: 'echo' });
    await expect(invoke()).rejects.toThrow('echo has no code yet');
  });

  it('have their lines told, without those that Lambda writes around them', async () => {
    await host();

    await invoke();
    while (lines.length === 0) await new Promise((resume) => setImmediate(resume));

    expect(lines).toEqual([{ functionName: 'echo', message: expect.stringMatching(/\tINFO\tgot \{ ball: 1 \}$/) }]);
  });

  it('go on running for the one who came last when the one before goes', async () => {
    const first = await host();
    await host('functions.fail');

    first.close();
    await first.ended;
    const { functionError } = await invoke();

    expect(functionError).toBe('Unhandled');
  });

  it('are refused for a stack that does not exist, and the ones that run stay', async () => {
    await host();

    await expect(host('functions.echo', 'nothing')).rejects.toThrow('Stack with id nothing does not exist');

    await expect(invoke()).resolves.toMatchObject({ log: expect.anything() });
  });

  it('make local-aws no harder to end', async () => {
    const { ended } = await host();

    await cloud.close();

    await expect(ended).resolves.toBeUndefined();
  });
});
