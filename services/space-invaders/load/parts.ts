import { DescribeStreamSummaryCommand, KinesisClient, UpdateShardCountCommand } from '@aws-sdk/client-kinesis';
import { type Accounts, accountsOf, LOCAL } from './accounts.ts';
import { type Archive, archiveOf } from './archive.ts';
import { type Crowd, createCrowd } from './crowd.ts';
import { type Laptop, startLaptop } from './laptop.ts';
import type { Progress } from './progress.ts';
import { type Sessions, sessionsOf } from './sessions.ts';

/** All that a load test works with. */
export interface LoadParts {
  laptop: Laptop;
  accounts: Accounts;
  sessions: Sessions;
  archive: Archive;
  crowd: Crowd;
  progress: Progress;
  /** Gives the stream as many shards as so many statuses a second need. */
  scaleTo(perSecond: number): Promise<void>;
}

/** What a shard takes, with room for one that gets more than its share of the players. */
const PER_SHARD = 800;
const STREAM = 'space-invaders-local-statuses';
const MOST_TRIES = 100;
const POLL_MS = 500;

/** What a run is to be limited by is the machine: what AWS would have changed by params for more players is wide from the start. */
const MUCH = '20000';
const WIDE = {
  ...{ throttleRate: MUCH, throttleBurst: MUCH, statusRate: MUCH, maxShards: '16' },
  ...{ boardRate: MUCH, boardBurst: MUCH, allocateRate: MUCH, allocateBurst: MUCH },
};

/** Starts the service; what is said about it goes to `report`. All of it ends with `ending`, however far the start has come. */
export async function openParts(
  ending: AsyncDisposableStack,
  progress: Progress,
  { params = {}, report = () => {} }: { params?: Record<string, string>; report?: (line: string) => void } = {},
): Promise<LoadParts> {
  progress.at('starting the service');
  const laptop = await startLaptop(ending, { params: { ...WIDE, ...params }, report });
  const accounts = ending.adopt(accountsOf(laptop), (one) => one.close());
  const sessions = ending.adopt(sessionsOf(laptop, await accounts.manager()), (one) => one.close());
  const archive = ending.adopt(archiveOf(laptop), (one) => one.close());
  const crowd = ending.adopt(createCrowd(), (one) => one.end());
  const stream = { StreamName: STREAM };
  const kinesis = ending.adopt(new KinesisClient({ ...LOCAL, endpoint: laptop.endpoint }), (one) => one.destroy());
  return {
    ...{ laptop, accounts, sessions, archive, crowd, progress },
    async scaleTo(perSecond) {
      const wanted = Math.ceil(perSecond / PER_SHARD);
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand(stream));
        const { OpenShardCount = 1, StreamStatus } = StreamDescriptionSummary ?? {};
        if (StreamStatus === 'ACTIVE' && OpenShardCount >= wanted) return;
        // At most twice as many at a time, and ten times a day: docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
        const wish = { ...stream, TargetShardCount: OpenShardCount * 2, ScalingType: 'UNIFORM_SCALING' } as const;
        if (StreamStatus === 'ACTIVE') await kinesis.send(new UpdateShardCountCommand(wish));
        await new Promise((resume) => setTimeout(resume, POLL_MS));
      }
      throw new Error(`the stream did not get ${wanted} shards`);
    },
  };
}
