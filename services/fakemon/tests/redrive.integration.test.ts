import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureSucceeded } from '@arcade/events/contracts/fakemon';
import { buildEvent } from '@arcade/events/testing';
import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import { openQueues, type Queues, redrive } from '@arcade/redrive';
import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Game, startGame } from './aws.ts';

const CAPTURES = 100;
const COLLECTION = 'fakemon-local-collection';
/** Three attempts with one and two minutes between, and what comes late in each. */
const GIVEN_UP_MS = 10 * 60_000;

let game: Game;
let sqs: SQS;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'broken-'));
  await writeFile(
    join(folder, 'broken.cjs'),
    "exports.handler = async () => { throw new TypeError('broken on purpose'); };",
  );
  game = await startGame({
    // What appears meanwhile is none of this test's business.
    transform: ({ Resources }) => Object.assign(Resources.SpawnSchedule?.Properties ?? {}, { State: 'DISABLED' }),
  });
  sqs = new SQS(game.aws.rootClientConfig);
}, PATIENCE_MS);
afterAll(async () => {
  sqs.destroy();
  await game.stop();
  await rm(folder, { recursive: true });
});

const captured = (attemptId: string) => ({
  ...buildEvent(
    captureSucceeded,
    {
      player: 'anna',
      name: 'Anna',
      attemptId,
      fakemonId: 'w-1',
      species: 'pebblo',
      unitsLeft: 1,
      capturedAtMs: game.aws.clock.now(),
    },
    { id: `anna.${attemptId}.outcome` },
  ),
});

/** Does something that waits for queues, and lets the time pass in which they do. */
async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  let isOver = false;
  const result = work.finally(() => {
    isOver = true;
  });
  while (!isOver) await game.aws.advance(500);
  return result;
}

const all = async (queues: Queues, choice: 'keep' | 'send') => {
  const said: string[] = [];
  const parts = {
    queues,
    say: (text: string) => said.push(text),
    progress: () => {},
    isStopped: () => false,
    now: () => game.aws.clock.now(),
  };
  const done = await inTime(redrive(parts, { choose: () => choice, shows: 'all' }));
  return { done, said };
};

describe('a consumer that is broken', () => {
  it('delays no other, leaves its events with the reason as dead letters, and has them all once they are sent back', async () => {
    const { functions } = game.aws.cloud;
    const sound = functions.list().find(({ name }) => name === COLLECTION)?.code;
    await functions.setCode(COLLECTION, { kind: 'bundle', file: join(folder, 'broken.cjs'), handler: 'handler' });
    const captures = Array.from({ length: CAPTURES }, (_, index) => captured(`a-${index}`));
    await Promise.all(captures.map((event) => game.put('fakemon.capture_succeeded', event)));
    await game.put('fakemon.capture_succeeded', { poison: true });

    await game.aws.idle();
    expect(await game.itemsOf('ranking')).toContainEqual(expect.objectContaining({ captures: CAPTURES }));
    await game.aws.advance(GIVEN_UP_MS);
    expect(await game.itemsOf('collection')).toEqual([]);

    await functions.setCode(COLLECTION, sound);
    const names = {
      deadLetters: 'fakemon-local-dead-letters',
      redrive: 'fakemon-local-redrive',
      services: 'fakemon',
      heldSeconds: 120,
    };
    const queues = await openQueues(sqs, names);
    const { done, said } = await all(queues, 'keep');
    const ofCollection = said.filter((text) => text.includes(`function ${COLLECTION} gave up`));
    expect(ofCollection).toHaveLength(CAPTURES + 1);
    expect(ofCollection[0]).toMatch(
      /gave up fakemon\.capture_succeeded anna\.a-\d+\.outcome of player anna after 3 tries\n {2}TypeError: broken on purpose/,
    );
    // What is no capture was refused by whoever else hears of captures, too.
    expect(said.filter((text) => text.includes('EventRefusedError')).length).toBeGreaterThanOrEqual(2);

    // The transformer of notify's rule has left nothing of it that could go back.
    const back = (await all(queues, 'send')).done;
    expect(back).toMatchObject({ sent: CAPTURES + 1, kept: 1, failed: 0 });
    expect(back.sent + back.merged).toBe(done.seen - 1);
    await game.aws.idle();

    const collected = await game.itemsOf('collection');
    expect(new Set(collected.map(({ attemptId }) => attemptId)).size).toBe(CAPTURES);
    expect(collected).toHaveLength(CAPTURES);
    expect(await game.itemsOf('ranking')).toContainEqual(expect.objectContaining({ captures: CAPTURES }));
    // The one that nobody can read is dead again, and not more often than before.
    await game.aws.advance(GIVEN_UP_MS);
    const poisoned = done.seen - CAPTURES;
    expect((await all(queues, 'keep')).done.seen).toBe(poisoned + 1);
  });
});
