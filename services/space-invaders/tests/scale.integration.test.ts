import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { DescribeStreamSummaryCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Invaders, startInvaders } from './aws.ts';
import { sessionOf } from './parts.ts';

const StreamName = 'space-invaders-local-statuses';
/** The schedule's next run, and ten seconds for the shards. */
const RUN_MS = 70_000;

let invaders: Invaders;
let kinesis: KinesisClient;
beforeAll(async () => {
  invaders = await startInvaders();
  kinesis = new KinesisClient(invaders.aws.rootClientConfig);
}, PATIENCE_MS);
afterAll(async () => {
  kinesis.destroy();
  await invaders.stop();
});

const shards = async () =>
  (await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }))).StreamDescriptionSummary?.OpenShardCount;
const put = (count: number) =>
  kinesis.send(
    new PutRecordsCommand({
      StreamName,
      Records: Array.from({ length: count }, () => ({ PartitionKey: 'player', Data: Buffer.from('{}\n') })),
    }),
  );

it(
  'gives the stream one shard more when records were refused, and what a crowd needs before it starts, step by step',
  async () => {
    const counts = [await shards()];
    for (const count of [500, 500, 1]) await put(count);
    await invaders.aws.advance(RUN_MS);
    counts.push(await shards());
    await invaders.open(sessionOf({ seats: 900, isSynchronized: true }));
    await invaders.aws.advance(RUN_MS);
    counts.push(await shards());

    const items = await invaders.itemsOf('sessions');
    expect(counts).toEqual([1, 2, 4]);
    expect(items.filter(({ kind }) => kind === 'scaling').map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [2, 4],
    ]);
  },
  PATIENCE_MS,
);
