// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of serverless-compose.yml.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../index.ts';

const FIXTURE = join(import.meta.dirname, 'fixture-service');
const PACKAGE = join(import.meta.dirname, '../..');

const running: LocalAws[] = [];
let folder: string;
beforeAll(async () => {
  // Inside the workspace, so that the plugins of services are found; `.cache` is ignored by git and by Jest.
  await mkdir(join(PACKAGE, '.cache'), { recursive: true });
  folder = await mkdtemp(join(PACKAGE, '.cache/compose-'));
});
afterEach(async () => {
  for (const aws of running.splice(0)) await aws.stop();
});
afterAll(() => rm(folder, { recursive: true }));

async function start(options?: LocalAwsOptions): Promise<LocalAws> {
  const aws = await startLocalAws(options);
  running.push(aws);
  return aws;
}

/** A service like the fixture, under another name; at the same place in each test, so that it is compiled once. */
async function service(name: string): Promise<string> {
  const path = join(folder, name);
  await cp(FIXTURE, path, { recursive: true });
  const text = await readFile(join(path, 'serverless.yml'), 'utf8');
  await writeFile(join(path, 'serverless.yml'), text.replace('service: fixture', `service: ${name}`));
  return path;
}

describe('services that depend on others', () => {
  it('are deployed after them, with the params that compose would pass', async () => {
    await service('first');
    const second = await service('second');
    await writeFile(
      join(folder, 'serverless-compose.yml'),
      'services: { second: { path: second, params: { greeting: "${first.NotesTableName}!" } }, first: { path: first } }',
    );
    const aws = await start();

    await aws.deploy(second);

    expect(aws.cloud.stacks.list().map(({ stackName }) => stackName)).toEqual(['first-local', 'second-local']);
    expect(aws.env('second-local-keep-note').GREETING).toBe('first-local-notes!');
    await expect(aws.deploy(second, { params: { greeting: 'mine' } })).resolves.toMatchObject({
      status: 'UPDATE_COMPLETE',
    });
    expect(aws.env('second-local-keep-note').GREETING).toBe('mine');
  });

  it('are refused when an output that they take is not there', async () => {
    await service('first');
    const second = await service('second');
    await writeFile(
      join(folder, 'serverless-compose.yml'),
      'services: { second: { path: second, params: { greeting: "${first.NotesTableNam}" } }, first: { path: first } }',
    );
    const aws = await start();

    await expect(aws.deploy(second)).rejects.toThrow(
      "the param 'greeting' of 'second' takes NotesTableNam of 'first', which has no such output (did you mean NotesTableName?)",
    );
  });
});

describe('a state folder', () => {
  it('brings stacks and data back after a restart, and deploying again changes nothing', async () => {
    const stateFolder = join(folder, 'state');
    const first = await start({ stateFolder });
    const before = await first.deploy(FIXTURE);
    const put = new DynamoDBClient(first.rootClientConfig);
    await put.send(new PutItemCommand({ TableName: 'fixture-local-notes', Item: { id: { S: 'kept' } } }));
    put.destroy();
    await running.pop()?.stop();

    const second = await start({ stateFolder });
    const restored = second.cloud.stacks.get('fixture-local');
    const again = await second.deploy(FIXTURE);

    expect(restored).toMatchObject({ outputs: before.outputs, status: 'CREATE_COMPLETE' });
    expect(again.status).toBe('CREATE_COMPLETE');
    const scan = new DynamoDBClient(second.rootClientConfig);
    const { Items } = await scan.send(new ScanCommand({ TableName: 'fixture-local-notes' }));
    scan.destroy();
    expect(Items).toEqual([{ id: { S: 'kept' } }]);
    await expect(second.invoke('fixture-local-keep-note', { Records: [] })).resolves.toBeNull();
  });
});
