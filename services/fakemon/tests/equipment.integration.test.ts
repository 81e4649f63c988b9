import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDocumentClient } from '@arcade/dynamodb';
import { fakemonEvents, unitTaken } from '@arcade/events/contracts/fakemon';
import { PATIENCE_MS } from '@arcade/local-aws/testkit';
import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Game, startGame } from './aws.ts';

const LOG_GROUP = '/aws/events/fakemon-local';
const BUS = 'arn:aws:events:eu-west-1:000000000000:event-bus/fakemon-local';
const ruleArn = (name: string) => `arn:aws:events:eu-west-1:000000000000:rule/fakemon-local/fakemon-local-${name}`;

/** What a partner has heard. */
interface Heard {
  headers: IncomingHttpHeaders;
  event: { type: string; detail: { player: string } };
}

let partner: Server;
let heard: Heard[];
let game: Game;
let client: EventBridgeClient;
let tables: ReturnType<typeof createDocumentClient>;

beforeAll(async () => {
  heard = [];
  partner = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    heard.push({ headers: request.headers, event: JSON.parse(body) as Heard['event'] });
    response.end();
  });
  await new Promise<void>((listening) => partner.listen(0, '127.0.0.1', listening));
  const { port } = partner.address() as AddressInfo;
  // Its port is another one each time: a param would have the service compiled anew.
  game = await startGame({
    params: { partnerUrl: 'https://partner.example/captures' },
    transform({ Resources: { PartnerDestination } }) {
      if (PartnerDestination) PartnerDestination.Properties.InvocationEndpoint = `http://127.0.0.1:${port}/captures`;
    },
  });
  client = new EventBridgeClient(game.aws.rootClientConfig);
  tables = createDocumentClient(game.aws.rootClientConfig);
}, PATIENCE_MS);
afterAll(async () => {
  client?.destroy();
  tables?.destroy();
  await game?.stop();
  partner?.close();
});

/** Ann catches two, Ben one; both are connected. Gives how much each has been told so far of captures, and whether all of it was new. */
async function played() {
  const [ann, ben] = [await game.enter('Ann'), await game.enter('Ben')];
  const sockets = [await game.connect(`?token=${ann.tokens.id}`), await game.connect(`?token=${ben.tokens.id}`)];
  for (const [fakemonId, species] of [
    ['f-1', 'cindle'],
    ['f-2', 'puddlop'],
    ['f-3', 'cindle'],
  ] as const)
    await game.place({ fakemonId, species });
  await ann.throwAt('f-1');
  await ann.throwAt('f-2');
  await ben.throwAt('f-3');
  await game.aws.idle();
  await game.aws.waitFor(() => sockets.every((socket) => socket.heard.length >= 4));
  return () =>
    sockets.map(({ heard }) => {
      const ids = heard.map(({ type, id }) => `${type} ${id}`);
      const captures = heard.filter(({ type }) => type !== 'fakemon.fakemon_appeared');
      return { captures: captures.length, isAllNew: new Set(ids).size === ids.length };
    });
}

const tableContents = async () => ({
  collection: sorted(await game.itemsOf('collection')),
  ranking: sorted(await game.itemsOf('ranking')),
});
const sorted = (items: object[]) => items.map((item) => JSON.stringify(item, Object.keys(item).sort())).sort();
async function empty(table: string, keys: readonly string[]) {
  for (const item of await game.itemsOf(table)) {
    const Key = Object.fromEntries(keys.map((key) => [key, item[key]]));
    await tables.send(new DeleteCommand({ TableName: `fakemon-local-${table}`, Key }));
  }
}
async function replay(name: string, rules?: string[]) {
  const archive = await client.send(new DescribeArchiveCommand({ ArchiveName: 'fakemon-local' }));
  await client.send(
    new StartReplayCommand({
      ReplayName: name,
      EventSourceArn: archive.ArchiveArn,
      EventStartTime: new Date(Date.parse('2030-01-01T00:00:00Z')),
      EventEndTime: new Date(game.aws.clock.now() + 60_000),
      Destination: { Arn: BUS, ...(rules && { FilterArns: rules.map(ruleArn) }) },
    }),
  );
  await game.aws.waitFor(async () => {
    const { State } = await client.send(new DescribeReplayCommand({ ReplayName: name }));
    return State === 'COMPLETED';
  });
  await game.aws.idle();
}
const logged = () =>
  game.aws.cloud.logs
    .lines(LOG_GROUP)
    .map((line) => JSON.parse(line) as { 'detail-type': string; 'replay-name'?: string });

describe('what stands around the bus', () => {
  it('builds the collection and the ranking again from the archive, and tells nobody; full tables stay as they are', async () => {
    const told = await played();
    const before = await tableContents();
    expect(before.collection).toHaveLength(3);
    const heardBefore = { sockets: told(), partner: heard.length, attempts: await game.itemsOf('attempts') };
    await empty('collection', ['player', 'attemptId']);
    await empty('ranking', ['board', 'player']);
    expect(await tableContents()).toEqual({ collection: [], ranking: [] });

    const { lastSeq } = game.aws.cloud.journal;
    await replay('two-rules', ['collection', 'ranking']);

    expect(await tableContents()).toEqual(before);
    const ran = game.aws.journal(lastSeq).filter(({ kind }) => kind === 'invocation');
    const names = new Set(ran.map(({ to }) => String(to).split(':').at(-1)));
    expect([...names].sort()).toEqual(['fakemon-local-collection', 'fakemon-local-ranking']);
    await replay('all-rules');
    expect(await tableContents()).toEqual(before);
    expect({ sockets: told(), partner: heard.length, attempts: await game.itemsOf('attempts') }).toEqual(heardBefore);
  });

  it('keeps a month of events on a laptop, which makes thousands a day while nobody plays', async () => {
    const { RetentionDays } = await client.send(new DescribeArchiveCommand({ ArchiveName: 'fakemon-local' }));

    expect(RetentionDays).toBe(30);
  });

  it('has a line for everything that was on the bus, and a schema for each type of it', async () => {
    const lines = logged();
    const types = new Set(lines.map((line) => line['detail-type']));
    const { Schemas } = (await game.aws.cloud.core.call({
      service: 'schemas',
      operation: 'ListSchemas',
      input: { RegistryName: 'fakemon-local' },
      principal: { kind: 'root', arn: 'arn:aws:iam::000000000000:root' },
    })) as { Schemas: { SchemaName: string }[] };

    const ofFirst = lines.filter((line) => line['replay-name'] === undefined).map((line) => line['detail-type']);
    expect(ofFirst.filter((type) => type === 'fakemon.capture_attempt')).toHaveLength(3);
    expect(ofFirst.filter((type) => type === 'fakemon.capture_succeeded')).toHaveLength(3);
    const known = Schemas.map(({ SchemaName }) => SchemaName);
    expect(known).toEqual(
      fakemonEvents
        .filter((contract) => contract !== unitTaken)
        .map(({ type }) => `fakemon@${type}`)
        .sort(),
    );
    for (const type of types) expect(known).toContain(`fakemon@${type}`);
  });

  it('tells a partner of each capture, and of none again after a replay, with the key that stands in Secrets Manager', async () => {
    const secret = (await game.aws.cloud.core.call({
      service: 'secretsmanager',
      operation: 'GetSecretValue',
      input: { SecretId: 'fakemon-local/partner' },
      principal: { kind: 'root', arn: 'arn:aws:iam::000000000000:root' },
    })) as { SecretString: string };
    const { apiKey } = JSON.parse(secret.SecretString) as { apiKey: string };

    expect(heard.map(({ event }) => event.type)).toEqual(Array(3).fill('fakemon.capture_succeeded'));
    expect(heard.map(({ headers }) => headers['x-api-key'])).toEqual(Array(3).fill(apiKey));
    expect(JSON.stringify(game.aws.journal())).not.toContain(apiKey);
  });
});

describe('without a partner', () => {
  it('nothing of one is made', async () => {
    const alone = await startGame();

    const made = alone.aws.cloud.stacks.get('fakemon-local')?.resources.map(({ logicalId }) => logicalId) ?? [];

    await alone.stop();
    expect(made).toContain('AuditRule');
    expect(made.filter((id) => id.startsWith('Partner'))).toEqual([]);
  });
});
