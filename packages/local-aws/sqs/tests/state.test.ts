import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { StateFile } from '../../core/store/stateFile.ts';
import { anyValues } from '../../core/tests/anyValues.ts';
import { arnOfQueue, bodiesOf, type Harness, receive, send, startSqs } from './harness.ts';

describe('state on disk', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'sqs-'));
    folders.push(folder);
    return folder;
  };
  /** What another local-aws finds when this one is killed now. */
  const afterKill = async ({ store, clock }: Harness) => {
    await store.settled();
    const folder = newFolder();
    cpSync(folders[0] ?? '', folder, { recursive: true });
    return startSqs({ stateFolder: folder, startMs: clock.now() });
  };

  it('has every message that was acknowledged, with its receipt, and none that was deleted', async () => {
    const killed = startSqs({ stateFolder: newFolder() });
    const url = await killed.queue('inbox', { VisibilityTimeout: '60' });
    for (const body of ['deleted', 'in flight', 'visible']) await send(killed, url, body);
    await send(killed, url, 'delayed', { DelaySeconds: 30 });
    const [deleted, inFlight] = await receive(killed, url, { MaxNumberOfMessages: 2 });
    await killed.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: deleted?.ReceiptHandle });

    const restarted = await afterKill(killed);
    expect(bodiesOf(await receive(restarted, url))).toEqual(['visible']);
    await restarted.clock.advance(30_000);
    expect(bodiesOf(await receive(restarted, url))).toEqual(['delayed']);
    await restarted.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: inFlight?.ReceiptHandle });
    await restarted.clock.advance(60_000);

    const left = await receive(restarted, url);
    expect(bodiesOf(left).sort()).toEqual(['delayed', 'visible']);
    expect(left[0]?.Attributes?.ApproximateReceiveCount).toBe('2');
    restarted.store.close();
    killed.store.close();
  });

  it.each(['dead letters', 'a move task'])(
    'has what %s move from one owner to another, killed at any moment',
    async (by) => {
      const folder = newFolder();
      const killed = startSqs({ stateFolder: folder });
      const theirs = await killed.queue('theirs');
      const dead = await killed.provision('AWS::SQS::Queue', { QueueName: 'dead' });
      const RedrivePolicy = {
        maxReceiveCount: 1,
        deadLetterTargetArn: by === 'a move task' ? dead.attributes.Arn : arnOfQueue('theirs'),
      };
      const jobs = await killed.provision('AWS::SQS::Queue', {
        QueueName: 'jobs',
        RedrivePolicy,
        VisibilityTimeout: 0,
      });
      await send(killed, by === 'a move task' ? dead.physicalId : jobs.physicalId, 'moved');
      if (by === 'dead letters') await receive(killed, jobs.physicalId);
      await killed.store.settled();
      const kills: string[] = [];
      const commit = StateFile.prototype.write;
      jest.spyOn(StateFile.prototype, 'write').mockImplementation(function write(this: StateFile, writes) {
        commit.call(this, writes);
        const copy = newFolder();
        cpSync(folder, copy, { recursive: true });
        kills.push(copy);
      });

      if (by === 'dead letters') await receive(killed, jobs.physicalId);
      else {
        const [SourceArn, DestinationArn] = [arnOfQueue('dead'), arnOfQueue('theirs')];
        await killed.call('StartMessageMoveTask', { SourceArn, DestinationArn });
      }
      await killed.clock.idle();
      await killed.store.settled();
      jest.restoreAllMocks();

      expect(kills.length).toBeGreaterThan(1);
      for (const stateFolder of kills) {
        const restarted = startSqs({ stateFolder, startMs: killed.clock.now() });
        const found = await Promise.all(
          [theirs, dead.physicalId, jobs.physicalId].map((url) => receive(restarted, url)),
        );
        expect(bodiesOf(found.flat())).toContain('moved');
        restarted.store.close();
      }
      expect(bodiesOf(await receive(killed, theirs))).toEqual(['moved']);
      killed.store.close();
    },
  );

  it('has the queues that no stack made, with their attributes, but not those that were deleted or purged', async () => {
    const killed = startSqs({ stateFolder: newFolder() });
    const kept = await killed.queue('kept', { DelaySeconds: '7' });
    const emptied = await killed.queue('emptied');
    const gone = await killed.queue('gone');
    for (const url of [emptied, gone]) await send(killed, url);
    await killed.call('PurgeQueue', { QueueUrl: emptied });
    await killed.call('DeleteQueue', { QueueUrl: gone });

    const restarted = await afterKill(killed);

    expect(restarted.sqs.queues.all().map(({ name }) => name)).toEqual(['emptied', 'kept']);
    const { Attributes } = await restarted.call<{ Attributes: object }>('GetQueueAttributes', {
      QueueUrl: kept,
      AttributeNames: ['DelaySeconds'],
    });
    expect(Attributes).toEqual({ DelaySeconds: '7' });
    expect(await receive(restarted, await restarted.queue('gone'))).toEqual([]);
    expect(await receive(restarted, emptied)).toEqual([]);
    restarted.store.close();
    killed.store.close();
  });

  it('has the queue of a stack as the template wants it, for that stack alone, and keeps one that is retained', async () => {
    const killed = startSqs({ stateFolder: newFolder() });
    const { physicalId } = await killed.provision('AWS::SQS::Queue', { QueueName: 'jobs', DelaySeconds: 1 });
    await send(killed, physicalId, 'job', { DelaySeconds: 0 });

    const restarted = await afterKill(killed);
    const adopted = await restarted.adopt('AWS::SQS::Queue', { QueueName: 'jobs', DelaySeconds: 2 });
    expect(adopted?.physicalId).toBe(physicalId);
    expect(restarted.sqs.queues.find('jobs')).toMatchObject({ owner: 'stack', settings: { delaySeconds: 2 } });
    expect(await restarted.adopt('AWS::SQS::Queue', { QueueName: 'other' })).toBeUndefined();

    await restarted.sqs.queues.retain(restarted.sqs.queues.byUrl(physicalId));
    restarted.store.drop('stack');

    expect(bodiesOf(await receive(restarted, physicalId))).toEqual(['job']);
    expect(restarted.store.all(anyValues('sqs/queues'))).toMatchObject([{ owner: '@account', key: 'jobs' }]);
    expect(await restarted.adopt('AWS::SQS::Queue', { QueueName: 'jobs' })).toBeUndefined();
    restarted.store.close();
    killed.store.close();
  });
});
