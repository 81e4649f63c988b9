import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Cloud, createCloud } from '@arcade/local-aws';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clientSettings } from '../stageClients.ts';
import { ROOT } from '../workspace.ts';

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });

/** A service with what a redrive needs, as services/fakemon/resources/redrive.yml has it. */
const TEMPLATE = {
  Resources: {
    Dead: queue('game-local-dead-letters'),
    Redrive: queue('game-local-redrive'),
    Inbox: queue('inbox'),
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'game-local' } },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: { Ref: 'Bus' },
        EventPattern: { source: ['game'] },
        Targets: [{ Id: 'inbox', Arn: arnOf('Inbox') }],
      },
    },
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Inbox' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: arnOf('Inbox'),
            },
          ],
        },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'pipes.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'redrive',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
                  Resource: arnOf('Redrive'),
                },
                { Effect: 'Allow', Action: 'events:PutEvents', Resource: arnOf('Bus') },
              ],
            },
          },
        ],
      },
    },
    Pipe: {
      Type: 'AWS::Pipes::Pipe',
      Properties: {
        RoleArn: arnOf('Role'),
        Source: arnOf('Redrive'),
        Target: arnOf('Bus'),
        TargetParameters: {
          InputTemplate: '<$.body.detail>',
          EventBridgeEventBusParameters: {
            Source: '$.body.source',
            DetailType: '$.body.detail-type',
            Time: '$.body.time',
          },
        },
      },
    },
  },
};

let cloud: Cloud;
let sqs: SQSClient;
beforeAll(async () => {
  cloud = await createCloud({ port: 0 });
  await cloud.stacks.deploy({ stackName: 'game-local', template: TEMPLATE });
  sqs = new SQSClient(clientSettings({ stage: 'local' }, { LOCAL_AWS_PORT: String(cloud.port) }));
});
afterAll(() => cloud.close());

const environment = () => ({
  ...process.env,
  LOCAL_AWS_PORT: String(cloud.port),
  AWS_ENDPOINT_URL: undefined,
  NODE_OPTIONS: '',
});

/** Runs the command; what it prints, and how it ends. */
async function redrive(...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  const command = [join(ROOT, 'scripts/redrive.ts'), ...args];
  const ended = promisify(execFile)(process.execPath, command, { env: environment(), encoding: 'utf8' });
  return ended.then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
}

const letter = (id: string, body = JSON.stringify(event(id))) => ({
  Id: id,
  MessageBody: body,
  MessageAttributes: Object.fromEntries(
    Object.entries({
      RULE_ARN: 'arn:aws:events:eu-west-1:000000000000:rule/game-local/inbox',
      TARGET_ARN: 'arn:aws:sqs:eu-west-1:000000000000:inbox',
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: 'not allowed',
      RETRY_ATTEMPTS: '0',
    }).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  ),
});
const event = (id: string) => ({
  version: '0',
  id: `e-${id}`,
  'detail-type': 'game.won',
  source: 'game',
  account: '000000000000',
  time: '2030-01-01T00:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: { id, type: 'game.won', source: 'game', detail: { player: 'anna' } },
});

async function arrived(): Promise<string[]> {
  await cloud.core.clock.idle();
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'inbox' }));
  const ids: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 600 }),
    );
    if (Messages.length === 0) return ids.sort();
    for (const { Body = '' } of Messages) {
      const { time, detail } = JSON.parse(Body) as { time: string; detail: { id: string } };
      expect(time).toBe('2030-01-01T00:00:00Z');
      ids.push(detail.id);
    }
  }
}

describe('npm run redrive', () => {
  it('shows what is dead, sends one or all back over the Pipe, and keeps what is no event until it is told to discard that', async () => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'game-local-dead-letters' }));
    const ids = Array.from({ length: 24 }, (_, index) => `id-${String(index).padStart(2, '0')}`);
    const entries = [...ids.map((id) => letter(id)), letter('poison', 'poison')];
    for (let start = 0; start < entries.length; start += 10)
      await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries.slice(start, start + 10) }));

    const shown = await redrive('--service', 'game');
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('25 letters, 25 still there') });
    expect(shown.stdout).toContain('rule inbox to queue inbox gave up game.won id-00 of player anna after 1 try');
    expect(shown.stdout).toContain('NO_PERMISSIONS: not allowed');
    expect(await arrived()).toEqual([]);

    const [, first = ''] = /^(\S+) {2}.*\n.*gave up game\.won id-07 /m.exec(shown.stdout) ?? [];
    const one = await redrive('--service', 'game', '--send', first.slice(0, 13));
    expect(one.stdout).toContain('25 letters, 1 sent back, 24 still there');
    expect(await arrived()).toEqual(['id-07']);

    const all = await redrive('--service', 'game', '--all');
    expect(all).toMatchObject({ code: 0, stdout: expect.stringContaining('24 letters, 23 sent back, 1 still there') });
    expect(await arrived()).toEqual(ids.filter((id) => id !== 'id-07'));

    const [, poison = ''] = /^(\S+) {2}.*\n.*gave up something/m.exec(all.stdout) ?? [];
    expect(all.stdout).toContain('stays here: there is no event in it');
    const gone = await redrive('--service', 'game', '--discard', poison);
    expect(gone.stdout).toContain('1 letter, 1 discarded');
    expect((await redrive('--service', 'game')).stdout).toContain('No letters.');
  });

  it('loses no letter when it is killed while it sends', async () => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'game-local-dead-letters' }));
    const ids = Array.from({ length: 200 }, (_, index) => `kill-${index}`);
    for (let start = 0; start < ids.length; start += 10)
      await sqs.send(
        new SendMessageBatchCommand({ QueueUrl, Entries: ids.slice(start, start + 10).map((id) => letter(id)) }),
      );

    const child = spawn(process.execPath, [join(ROOT, 'scripts/redrive.ts'), '--service', 'game', '--all'], {
      env: environment(),
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const back: string[] = [];
    while (back.length === 0 && child.exitCode === null) back.push(...(await arrived()));
    child.kill('SIGKILL');
    await ended;
    back.push(...(await arrived()));

    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
    const waiting = names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
    expect(waiting).toBeGreaterThan(0);
    // What was sent and not yet taken away is there twice.
    expect(new Set(back).size + waiting).toBeGreaterThanOrEqual(ids.length);
    expect(new Set(back).size + waiting).toBeLessThanOrEqual(ids.length + 10);
  });

  it.each<[string, string[], RegExp]>([
    [
      'a service without such a queue',
      ['--service', 'nobody'],
      /no queue nobody-local-dead-letters: .* A redrive queue is in: fakemon$/m,
    ],
    ['two wishes at once', ['--all', '--ask'], /one at a time/],
    ['an id that fits too many', ['--discard', 'a'], /too short/],
    ['an option that it does not know', ['--everything'], /--everything/],
    ['a limit that is none', ['--limit', 'many'], /--limit is a number of letters/],
  ])('refuses %s in words', async (_what, args, expected) => {
    expect(await redrive(...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(expected) });
  });
});
