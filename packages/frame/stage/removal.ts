import { setTimeout as wait } from 'node:timers/promises';
import type { Log, Serverless } from '../plugin/serverlessTypes.ts';
import { emptyBucket, type FilledBucket } from './emptyBucket.ts';
import { type RemovalPlan, removalPlan } from './removalPlan.ts';
import { removeRetained } from './retained.ts';
import { deployedStack } from './stacks.ts';

/** Set, `sls remove` also removes what the template retains. */
export const RETAINED_TOO = 'ARCADE_REMOVE_RETAINED';
/** While the stack is removed, what delivers to a bucket (Firehose, logs) may still do so. */
const EMPTY_AGAIN_MS = 5000;

/** Has `sls remove` see to what CloudFormation does not: buckets that are not empty, and what outlives the stack, by name. */
export class Removal {
  readonly #serverless: Serverless;
  readonly #log: Log;
  readonly #isOver = new AbortController();
  #plan: RemovalPlan = { emptied: [], retained: [] };
  #emptying: Promise<void> = Promise.resolve();

  constructor(serverless: Serverless, log: Log) {
    this.#serverless = serverless;
    this.#log = log;
  }

  /** Before the stack is removed. Throws FrameError for what cannot be deleted. */
  async begin(): Promise<void> {
    const provider = this.#serverless.getProvider('aws');
    const stack = await deployedStack(provider, provider.naming.getStackName());
    if (!stack) return;
    this.#plan = removalPlan(stack.resources, stack.template);
    const { emptied } = this.#plan;
    if (emptied.length === 0) return;
    const counts = await this.#empty(emptied);
    for (const [at, { name }] of emptied.entries())
      this.#log.notice(`Emptied the bucket ${name}: ${counts[at]} objects`);
    this.#emptying = this.#keepEmpty(emptied);
  }

  /** After it, however it went. */
  async stop(): Promise<void> {
    this.#isOver.abort();
    await this.#emptying;
  }

  /** After it went well. Throws what AWS refuses. */
  async finish(): Promise<void> {
    await this.stop();
    const { retained } = this.#plan;
    if (retained.length === 0) return;
    if (process.env[RETAINED_TOO]) {
      for (const sentence of await removeRetained(this.#serverless.getProvider('aws'), retained))
        this.#log.notice(sentence);
      return;
    }
    this.#log.notice('These outlive the stack, as its template says:');
    for (const { id, type } of retained) this.#log.notice(`  ${id} (${type})`);
    this.#log.notice('npm run remove -- --stage <stage> --retained removes them with the stage.');
  }

  async #empty(buckets: readonly FilledBucket[]): Promise<number[]> {
    const { S3Client } = await import('@aws-sdk/client-s3');
    const client = new S3Client(await this.#serverless.getProvider('aws').getAwsSdkV3Config());
    const counts = await Promise.all(buckets.map((bucket) => emptyBucket(client, bucket)));
    client.destroy();
    return counts;
  }

  async #keepEmpty(buckets: readonly FilledBucket[]): Promise<void> {
    const { signal } = this.#isOver;
    while (!signal.aborted) {
      await wait(EMPTY_AGAIN_MS, undefined, { signal }).catch(() => {});
      // What fails now is told by CloudFormation, which finds the bucket not empty.
      if (!signal.aborted) await this.#empty(buckets).catch(() => {});
    }
  }
}
