import { cpSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT } from '../core/principal.ts';
import { createVirtualClock } from '../index.ts';
import type { FunctionCode } from '../lambda/runtime/runtime.ts';
import { type LocalAws, startLocalAws } from '../testkit/index.ts';
import { described, differences, kept } from './restarts/kept.ts';
import { CLOCK, HOUSE } from './restarts/templates.ts';

const SERVICES = join(import.meta.dirname, '../../../services');

let folder: string;
const running: LocalAws[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restarts-'));
});
afterEach(async () => {
  for (const aws of running.splice(0)) await aws.stop();
  await rm(folder, { recursive: true });
});

async function start(stateFolder: string, startMs?: number): Promise<LocalAws> {
  const clock = createVirtualClock(startMs === undefined ? {} : { startMs });
  const aws = await startLocalAws({ stateFolder, clock });
  running.push(aws);
  return aws;
}

/** No pauses, and balls are soon missed: a rally must end before local-aws can be idle. */
const PARAMS = {
  'ping-pong': { strokePauseMs: '0', restBetweenRalliesMs: '0', missProbability: '0.2', maxRalliesPerServe: '2' },
  mafia: {},
};

describe.each(['ping-pong', 'mafia'] as const)('%s', (service) => {
  it('is the same after ten restarts', async () => {
    const first = await start(folder);
    await first.deploy(join(SERVICES, service), { params: PARAMS[service] });
    await first.advance(3 * 60_000);
    const stacks = described(first);
    const startMs = first.clock.now();
    await first.stop();
    const before = kept(folder);
    expect([...before.keys()].some((key) => key.includes('dynamodb/table'))).toBe(true);

    for (let restart = 1; restart <= 10; restart += 1) {
      const again = await start(folder, startMs);
      await again.idle();
      expect(described(again)).toEqual(stacks);
      await again.stop();
      expect(differences(before, kept(folder))).toEqual([]);
    }
  }, 120_000);
});

describe('a stack with one of each kind', () => {
  const clients: { destroy(): void }[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });
  const clientsOf = ({ rootClientConfig }: LocalAws) => {
    const made = { sqs: new SQSClient(rootClientConfig), dynamodb: new DynamoDBClient(rootClientConfig) };
    clients.push(...Object.values(made));
    return made;
  };
  const resourcesOf = ({ cloud }: LocalAws) =>
    Object.fromEntries((cloud.stacks.get('house')?.resources ?? []).map((one) => [one.logicalId, one]));
  const nameOf = (url = '') => url.split('/').at(-1) ?? '';
  const urlOf = ({ endpoint }: LocalAws, queue: string) => `${endpoint}/000000000000/${queue}`;
  const waitingOn = (aws: LocalAws, queue: string) =>
    aws.cloud.core
      .call({
        service: 'sqs',
        operation: 'GetQueueAttributes',
        input: { QueueUrl: urlOf(aws, queue), AttributeNames: ['ApproximateNumberOfMessages'] },
        principal: ROOT,
      })
      .then((answer) =>
        Number((answer as { Attributes: Record<string, string> }).Attributes.ApproximateNumberOfMessages),
      );
  const events = (aws: LocalAws, operation: string, input: object) =>
    aws.cloud.core.call({ service: 'events', operation, input, principal: ROOT });
  const post = (aws: LocalAws, operation: string, input: object) =>
    aws.cloud.core.call({ service: 'kinesis', operation, input, principal: ROOT });
  const notice = (aws: LocalAws, operation: string, input: object) =>
    aws.cloud.core.call({ service: 'ssm', operation, input: { Name: '/house/notice', ...input }, principal: ROOT });
  const runsOf = (aws: LocalAws) => aws.cloud.journal.ended().filter(({ kind }) => kind === 'invocation').length;

  /** Deploys both stacks, writes to all that keeps something, and lets three minutes pass. */
  async function begin(stateFolder: string, code: FunctionCode): Promise<LocalAws> {
    const aws = await start(stateFolder);
    await aws.cloud.stacks.deploy({ stackName: 'clock', template: CLOCK });
    await aws.cloud.stacks.deploy({ stackName: 'house', template: HOUSE, functions: { Answer: code } });
    const { sqs, dynamodb } = clientsOf(aws);
    const { Orders, Rows } = resourcesOf(aws);
    const order = { QueueUrl: Orders?.physicalId, MessageBody: 'tea', MessageGroupId: 'table-1' };
    await sqs.send(new SendMessageCommand(order));
    await sqs.send(new SendMessageCommand({ QueueUrl: urlOf(aws, 'treasure'), MessageBody: 'gold' }));
    await dynamodb.send(new PutItemCommand({ TableName: Rows?.physicalId, Item: { id: { S: 'row' } } }));
    const visit = { EventBusName: 'house', Source: 'window', DetailType: 'visit', Detail: '{"by":"aunt"}' };
    await events(aws, 'PutEvents', { Entries: [visit] });
    await post(aws, 'PutRecord', { StreamName: 'post', PartitionKey: 'a', Data: 'bGV0dGVy' });
    await notice(aws, 'PutParameter', { Value: 'open', Overwrite: true });
    await aws.advance(3 * 60_000);
    expect([runsOf(aws), await waitingOn(aws, 'ticks')]).toEqual([1, 3]);
    return aws;
  }

  it('is the same after ten restarts, every other one after a kill, and goes on from there', async () => {
    const code = { kind: 'bundle' as const, file: join(folder, 'answer.cjs'), handler: 'handler' };
    await writeFile(code.file, 'exports.handler = async () => ({ statusCode: 200, body: "here" });');
    let stateFolder = join(folder, 'state-0');
    const first = await begin(stateFolder, code);
    const stacks = described(first);
    const startMs = first.clock.now();
    await first.stop();
    const before = kept(stateFolder);
    const again = () => start(stateFolder, startMs);

    for (let round = 1; round <= 5; round += 1) {
      const killed = await again();
      await killed.idle();
      expect([described(killed), runsOf(killed)]).toEqual([stacks, 0]);
      // A kill leaves what the files hold now.
      const copy = join(folder, `state-${round}`);
      cpSync(stateFolder, copy, { recursive: true });
      await killed.stop();
      stateFolder = copy;

      const ended = await again();
      await ended.idle();
      expect([described(ended), runsOf(ended)]).toEqual([stacks, 0]);
      await ended.stop();
      expect(differences(before, kept(stateFolder))).toEqual([]);
    }

    const last = await again();
    await last.cloud.stacks.place('house', { Answer: code });
    const { sqs, dynamodb } = clientsOf(last);
    const { Http, Orders, Rows } = resourcesOf(last);
    const page = await fetch(`${Http?.attributes.ApiEndpoint}/door`);
    const order = { QueueUrl: urlOf(last, nameOf(Orders?.physicalId)), MessageBody: 'tea', MessageGroupId: 'table-1' };
    await sqs.send(new SendMessageCommand(order));
    await last.advance(60_000);
    expect([page.status, await page.text(), runsOf(last), await waitingOn(last, 'ticks')]).toEqual([200, 'here', 1, 4]);
    expect((await dynamodb.send(new ScanCommand({ TableName: Rows?.physicalId }))).Items).toEqual([
      { id: { S: 'row' } },
    ]);
    expect(await events(last, 'DescribeArchive', { ArchiveName: 'house' })).toMatchObject({ EventCount: 1 });
    const oldest = { StreamName: 'post', ShardId: '0', ShardIteratorType: 'TRIM_HORIZON' };
    const letters = await post(last, 'GetRecords', (await post(last, 'GetShardIterator', oldest)) as object);
    expect(letters).toMatchObject({ Records: [{ PartitionKey: 'a', Data: 'bGV0dGVy' }] });
    expect(await notice(last, 'GetParameter', {})).toMatchObject({ Parameter: { Value: 'open', Version: 2 } });
    await last.cloud.stacks.remove('house');
    const gold = await sqs.send(new ReceiveMessageCommand({ QueueUrl: urlOf(last, 'treasure') }));
    expect(gold.Messages).toMatchObject([{ Body: 'gold' }]);
    await last.stop();
  }, 120_000);
});
