import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anyValues } from '../../core/tests/anyValues.ts';
import { createTestCore, type TestCore } from '../../core/tests/testCore.ts';
import { createSqs } from '../../sqs/index.ts';
import { createStacks } from '../stacks.ts';
import { BoxWorld } from './fakes.ts';

let stateFolder: string;
let running: TestCore | undefined;
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'restoring-'));
});
afterEach(() => {
  running?.store.close();
  rmSync(stateFolder, { recursive: true });
});

/** Starts SQS and stacks on the folder, on a port, after whoever had it before. */
function startOn(port: number) {
  running?.store.close();
  const core = createTestCore({ stateFolder });
  running = Object.assign(core, { endpoint: () => `http://127.0.0.1:${port}` });
  const sqs = core.add(createSqs(core));
  const stacks = createStacks(core, [...sqs.resources, new BoxWorld().type]);
  return { core, stacks, deploy: (Resources: object) => stacks.deploy({ stackName: 'test', template: { Resources } }) };
}

const jobs = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } };
const box = (Properties: object = {}) => ({ Type: 'Arcade::Test::Box', Properties });
const urlOn = (port: number) => `http://127.0.0.1:${port}/000000000000/jobs`;

/** A stack with a message in its queue, which comes back with the export that it needs, and then not. */
async function keptButLost(port: number): Promise<ReturnType<typeof startOn>> {
  const first = startOn(1);
  const exporting = { Resources: { Box: box() }, Outputs: { Out: { Value: 'v', Export: { Name: 'theirs' } } } };
  await first.stacks.deploy({ stackName: 'other', template: exporting });
  await first.deploy({ Jobs: jobs, Box: box({ Label: { 'Fn::ImportValue': 'theirs' } }) });
  await first.core.ask('sqs', 'SendMessage', { QueueUrl: urlOn(1), MessageBody: 'job' });
  // As when the other stack's file is lost.
  first.core.store.drop('other');

  const second = startOn(port);
  expect(await second.stacks.restore()).toMatchObject([{ stackName: 'test' }]);
  return second;
}

const messagesOn = async ({ core }: ReturnType<typeof startOn>, port: number) =>
  (await core.ask<{ Messages?: { Body: string }[] }>('sqs', 'ReceiveMessage', { QueueUrl: urlOn(port) })).Messages;

describe('a stack that could not be brought back', () => {
  it('keeps the messages of its queue when it is deployed on another port', async () => {
    const lost = await keptButLost(2);

    await lost.deploy({ Jobs: jobs });

    expect(await messagesOn(lost, 2)).toMatchObject([{ Body: 'job' }]);
  });

  it('keeps them when the queue has another logical id meanwhile', async () => {
    const lost = await keptButLost(1);

    await lost.deploy({ Work: jobs });

    expect(await messagesOn(lost, 1)).toMatchObject([{ Body: 'job' }]);
  });

  it('keeps them when the queue was about to go and is wanted again', async () => {
    const first = startOn(1);
    await first.deploy({ Jobs: jobs });
    const kept = first.core.store.collection('test', anyValues<{ kept: object[] }>('cloudformation/stacks'));
    const stored = kept.get('test') ?? { kept: [] };
    kept.put('test', { ...stored, going: stored.kept, kept: [] } as typeof stored);
    await first.core.ask('sqs', 'SendMessage', { QueueUrl: urlOn(1), MessageBody: 'job' });

    const second = startOn(1);
    await second.deploy({ Jobs: jobs });

    expect(await messagesOn(second, 1)).toMatchObject([{ Body: 'job' }]);
  });

  it('is refused another type under a logical id, with nothing of it lost', async () => {
    const lost = await keptButLost(1);

    const deployed = lost.deploy({ Jobs: box() });

    await expect(deployed).rejects.toThrow(/Update of resource type is not permitted.*\[Jobs\]/);
    expect(await messagesOn(lost, 1)).toMatchObject([{ Body: 'job' }]);
  });
});
