import { createDocumentClient } from '@arcade/dynamodb';
import { PATIENCE_MS, receiveAll, type Template, withoutSchedules } from '@arcade/local-aws/testkit';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openQueues } from '../../../scripts/redrive/queue.ts';
import { redrive } from '../../../scripts/redrive/redrive.ts';
import { replay } from '../../../scripts/replay/replay.ts';
import { type Game, type OpenSocket, type Player, startGame } from './aws.ts';

const CAPTURES = 100;
/** Lambda's two retries, after one and two minutes. */
const RETRIES_MS = 200_000;

function quick({ Resources }: Template): void {
  withoutSchedules({ Resources });
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === 'AWS::ApiGateway::Stage') delete Properties.MethodSettings;
  }
}

function withBrokenCollection(template: Template): void {
  quick(template);
  const collection = template.Resources.CollectionLambdaFunction;
  Object.assign(collection?.Properties.Environment.Variables, { COLLECTION_TABLE: 'no-such-table' });
}

let game: Game;
let ann: Player;
let socket: OpenSocket;
beforeAll(async () => {
  game = await startGame({ transform: withBrokenCollection });
  ann = await game.enter('Ann');
  socket = await game.connect(`?token=${ann.tokens.id}`);
}, PATIENCE_MS);
afterAll(() => game.stop());

/** Does something that waits, while time goes on. */
async function whileTimeGoesOn<Result>(work: Promise<Result>): Promise<Result> {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  while (!isOver) await game.aws.advance(1000);
  return over;
}

const byKey = (items: Record<string, unknown>[]) => items.map((item) => JSON.stringify(item)).sort();

it(
  `a broken collection delays nobody: ${CAPTURES} letters wait with the reason, and come to ${CAPTURES} entries when it is mended`,
  async () => {
    await game.place({ units: CAPTURES, unitsLeft: CAPTURES });

    for (let thrown = 0; thrown < CAPTURES; thrown += 1) await ann.throwAt('f-1');
    await game.aws.idle();

    // Before anything is tried again, all others are done.
    expect(await game.itemsOf('attempts')).toHaveLength(CAPTURES);
    expect((await game.ask('GET', '/ranking')).body.ranking).toEqual([{ name: 'Ann', captures: CAPTURES }]);
    const outcomes = socket.heard.filter(({ type }) => type === 'fakemon.capture_succeeded');
    expect(new Set(outcomes.map(({ id }) => id)).size).toBe(CAPTURES);
    expect(await game.itemsOf('collection')).toEqual([]);

    await game.aws.advance(RETRIES_MS);
    await game.deploy(quick);
    const sqs = new SQSClient(game.aws.rootClientConfig);
    const names = { deadLetters: 'fakemon-local-dead-letters', redrive: 'fakemon-local-redrive', heldSeconds: 300 };
    const letters: string[] = [];
    const parts = {
      queues: await openQueues(sqs, names),
      ...{ say: () => {}, progress: () => {}, isStopped: () => false, now: game.aws.clock.now },
    };
    const done = await whileTimeGoesOn(
      redrive(parts, {
        shows: 'all',
        choose(letter) {
          letters.push(JSON.stringify(letter));
          return 'send';
        },
      }),
    );
    await game.aws.advance(60_000);

    expect(done).toEqual({ seen: CAPTURES, sent: CAPTURES, discarded: 0, kept: 0, failed: 0 });
    expect(letters.filter((letter) => letter.includes('no-such-table'))).toHaveLength(CAPTURES);
    expect(await receiveAll(game.aws, 'fakemon-local-dead-letters')).toEqual([]);
    expect(await game.itemsOf('collection')).toHaveLength(CAPTURES);
    expect((await game.ask('GET', '/ranking')).body.ranking).toEqual([{ name: 'Ann', captures: CAPTURES }]);
    sqs.destroy();
  },
  PATIENCE_MS,
);

it(
  'emptied tables are the same as before after a replay, and nobody is told anything again',
  async () => {
    const before = { collection: await game.itemsOf('collection'), ranking: await game.itemsOf('ranking') };
    const documents = createDocumentClient(game.aws.rootClientConfig);
    const empty = async (table: string, items: Record<string, unknown>[], key: [string, string]) => {
      for (let from = 0; from < items.length; from += 25) {
        const requests = items.slice(from, from + 25).map((item) => ({
          DeleteRequest: { Key: Object.fromEntries(key.map((name) => [name, item[name]])) },
        }));
        await documents.send(new BatchWriteCommand({ RequestItems: { [`fakemon-local-${table}`]: requests } }));
      }
    };
    await empty('collection', before.collection, ['player', 'attemptId']);
    await empty('ranking', before.ranking, ['board', 'player']);
    expect([await game.itemsOf('collection'), await game.itemsOf('ranking')]).toEqual([[], []]);
    const heard = socket.heard.length;
    const { lastSeq } = game.aws.cloud.journal;

    const client = new EventBridgeClient(game.aws.rootClientConfig);
    const isDone = await replay(
      {
        client,
        ...{ say: () => {}, progress: () => {}, isStopped: () => false, now: game.aws.clock.now },
        pause: (ms) => game.aws.advance(ms),
      },
      { service: 'fakemon', stage: 'local', rules: ['collection', 'ranking'], pollMs: 1000 },
    );
    await game.aws.advance(60_000);

    expect(isDone).toBe(true);
    expect(byKey(await game.itemsOf('collection'))).toEqual(byKey(before.collection));
    expect(byKey(await game.itemsOf('ranking'))).toEqual(byKey(before.ranking));
    expect(socket.heard).toHaveLength(heard);
    const invoked = game.aws.journal(lastSeq).filter(({ kind }) => kind === 'invocation');
    const names = new Set(invoked.map(({ to }) => String(to).split(':').at(-1)));
    expect([...names].sort()).toEqual(['fakemon-local-collection', 'fakemon-local-ranking']);
    for (const one of [client, documents]) one.destroy();
  },
  PATIENCE_MS,
);
