import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createDocumentClient } from '@arcade/dynamodb';
import { addPool, apiOf, compileService, poolOf, type Template, withoutSchedules } from '@arcade/local-aws/testkit';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { expect, it } from '@jest/globals';
import { readKeys, SECRET_HEADER } from '../../../packages/local-aws/keys.ts';
import { type Killable, startKillable } from '../../../packages/local-aws/tests/kills/killable.ts';
import { createWorldTable } from '../storage/worldTable.ts';
import { SERVICE_FOLDER } from './aws.ts';
import { wildOf } from './parts.ts';

const BOTS = 50;
const ROUNDS = 6;
/** A kill comes so long after the bots began, at most. */
const MOST_MS = 4000;
/** Between a bot's throws. */
const PAUSE_MS = 400;
/** What a kill has interrupted is tried again by Lambda after a minute, and after two more. */
const DECIDED_WITHIN_MS = 400_000;

const CONFIG = { region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Deploys the service, as `npm start` does each time it begins, and gives the stack's outputs. */
async function deploy(endpoint: string, stateFolder: string): Promise<Record<string, string>> {
  const { stackName, functions, ...compiled } = await compileService(SERVICE_FOLDER);
  const template = structuredClone(compiled.template) as unknown as Template;
  addPool(template);
  withoutSchedules(template);
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::ApiGateway::Stage') delete Properties.MethodSettings;
  }
  const answer = await fetch(`${endpoint}/_local/stacks/${stackName}`, {
    method: 'PUT',
    headers: { [SECRET_HEADER]: readKeys(stateFolder, endpoint).secret },
    body: JSON.stringify({ template, functions }),
  });
  if (!answer.ok) throw new Error(`the stack was not deployed: ${await answer.text()}`);
  return ((await answer.json()) as { outputs: Record<string, string> }).outputs;
}

interface Accepted {
  token: string;
  attemptId: string;
}

it(`${BOTS} bots capture through ${ROUNDS} kills: no unit is given twice, no accepted attempt stays without an outcome`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'captures-'));
  const stateFolder = join(folder, 'state');
  const faults = join(folder, 'faults.json');
  await writeFile(faults, JSON.stringify({ rules: [] }));
  // Tokens name the pool by its address: it must be the same after each kill.
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const documents = createDocumentClient({ ...CONFIG, endpoint });
  const wilds = createWorldTable(documents, 'fakemon-local-world');
  const accepted: Accepted[] = [];
  const tokens: string[] = [];
  let aws: Killable = await startKillable(stateFolder, faults, port);
  let outputs = await deploy(endpoint, stateFolder);
  const api = () => {
    const [, id] = /^https:\/\/([^.]+)\./.exec(outputs.ServiceEndpoint ?? '') ?? [];
    return apiOf(`${endpoint}/_api/${id}/local`);
  };
  const itemsOf = async (table: string) => {
    const items: Record<string, unknown>[] = [];
    for await (const { Items = [] } of paginateScan({ client: documents }, { TableName: `fakemon-local-${table}` }))
      items.push(...Items);
    return items;
  };
  try {
    const pool = poolOf({ ...CONFIG, endpoint }, outputs);
    for (let bot = 0; bot < BOTS; bot += 1) tokens.push((await pool.enter(`bot-${bot}`)).id);
    pool.close();

    for (let round = 0; round < ROUNDS; round += 1) {
      const targets = Array.from({ length: 40 }, (_, at) => `r${round}-${at}`);
      for (const fakemonId of targets) {
        await wilds.appear(wildOf({ fakemonId, units: 4, unitsLeft: 4, appearsAtMs: 1, expiresAtMs: 4e12 }));
      }
      let isOver = false;
      const ask = api();
      const bot = async (token: string) => {
        while (!isOver) {
          const fakemonId = targets[Math.floor(Math.random() * targets.length)];
          const body = { fakemonId, attemptId: crypto.randomUUID() };
          const answer = await ask('POST', '/captures', body, { authorization: token }).catch(() => undefined);
          if (answer?.status === 202) accepted.push({ token, attemptId: body.attemptId });
          await delay(PAUSE_MS);
        }
      };
      const bots = tokens.map(bot);
      await delay(500 + Math.random() * MOST_MS);
      await aws.kill();
      isOver = true;
      await Promise.all(bots);
      aws = await startKillable(stateFolder, faults, port);
      outputs = await deploy(endpoint, stateFolder);
    }

    const ask = api();
    const endMs = Date.now() + DECIDED_WITHIN_MS;
    let open = [...accepted];
    while (open.length > 0 && Date.now() < endMs) {
      const still: Accepted[] = [];
      for (const one of open) {
        const { status } = await ask('GET', `/captures/${one.attemptId}`, undefined, { authorization: one.token });
        if (status !== 200) still.push(one);
      }
      open = still;
      if (open.length > 0) await delay(2000);
    }

    expect(accepted.length).toBeGreaterThan(BOTS);
    expect(open).toEqual([]);
    const captured = Map.groupBy(
      (await itemsOf('attempts')).filter(({ outcome }) => outcome === 'captured'),
      ({ fakemonId }) => String(fakemonId),
    );
    for (const { fakemonId, units, unitsLeft } of await itemsOf('world')) {
      const left = (captured.get(String(fakemonId)) ?? []).map((one) => Number(one.unitsLeft)).sort();
      const gone = Number(units) - Number(unitsLeft);
      expect([fakemonId, left]).toEqual([fakemonId, Array.from({ length: gone }, (_, at) => Number(unitsLeft) + at)]);
    }
    const won = [...captured.values()].flat().map(({ attemptId }) => attemptId);
    while ((await itemsOf('collection')).length < won.length && Date.now() < endMs) await delay(2000);
    expect((await itemsOf('collection')).map(({ attemptId }) => attemptId).sort()).toEqual(won.sort());
    console.info(`${accepted.length} accepted attempts, ${won.length} captures`);
  } finally {
    documents.destroy();
    await aws.kill();
    await rm(folder, { recursive: true });
  }
}, 900_000);
