import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../core/random.ts';
import { readKeys, SECRET_HEADER } from '../../keys.ts';
import { type Killable, startKillable } from './killable.ts';
import { Load, TEMPLATE } from './load.ts';
import { recordsIn } from './objects.ts';

/** The function writes down whose event or records it got, and when. */
const NOTE = `
const { appendFileSync } = require('node:fs');
const note = (id) => appendFileSync(require('node:path').join(__dirname, 'notes'), id + ' ' + Date.now() + '\\n');
exports.handler = async ({ id, Records = [] }) => {
  if (id) note(id);
  for (const { kinesis } of Records) note(Buffer.from(kinesis.data, 'base64'));
};
`;
/** A kill comes after at most so many acknowledgements, and up to so much later: not only when one has just come. */
const MOST_ACKNOWLEDGEMENTS = 120;
const LATER_MS = 5;

/** Half of what is published is still on its way for a while: a kill must find some of it there. */
const SLOW_NEWS = {
  rules: ['sns', 'events'].map((service) => ({ match: { service }, delay: { probability: 0.5, maxMs: 2000 } })),
};

/** What came of it. */
export interface Survival {
  kills: number;
  /** Things that were written, and whose fate is known. */
  known: number;
  /** What was lost or came back, in words. */
  wrong: string[];
}

/**
 * Kills a local-aws again and again at random moments while it is written to, and checks each time what it comes back with.
 * In every other round the function has no code, so that its events wait.
 */
export async function surviveKills(kills: number, seed: number): Promise<Survival> {
  const folder = await mkdtemp(join(tmpdir(), 'kills-'));
  const random = seededRandom(seed);
  const load = new Load(random);
  const wrong: string[] = [];
  const doneAtMs = new Map<string, number>();
  await writeFile(join(folder, 'note.cjs'), NOTE);
  await writeFile(join(folder, 'notes'), '');
  const faults = join(folder, 'faults.json');
  await writeFile(faults, JSON.stringify(SLOW_NEWS));
  let aws = await startKillable(join(folder, 'state'), faults);
  try {
    for (let round = 1; round <= kills; round += 1) {
      await deploy(aws, folder, round % 2 === 1);
      const loading = load.runUntilKilled(aws);
      await Promise.race([load.acknowledgements(1 + Math.floor(random() * MOST_ACKNOWLEDGEMENTS)), loading]);
      await delay(random() * LATER_MS);
      const done = await Promise.race([load.eventsDone(aws), loading]);
      // An answer that comes after the journal's: by then it is committed that they are done.
      await Promise.race([load.acknowledgements(1), loading]);
      for (const id of done ?? []) doneAtMs.set(id, doneAtMs.get(id) ?? Date.now());
      await aws.kill();
      await loading;
      aws = await startKillable(join(folder, 'state'), faults);
      wrong.push(...(await load.check(aws)).map((what) => `after kill ${round}: ${what}`));
    }
    await deploy(aws, folder, true);
    wrong.push(...(await checkEvents(load, join(folder, 'notes'), doneAtMs)));
    wrong.push(...(await checkNews(load, aws)));
    wrong.push(...(await checkFiles(load, aws)));
    wrong.push(...(await load.turns.check(aws)));
    return { kills, known: load.known, wrong };
  } finally {
    await aws.kill();
    await rm(folder, { recursive: true });
  }
}

async function deploy({ endpoint }: Killable, folder: string, withCode: boolean): Promise<void> {
  const note = { kind: 'bundle', file: join(folder, 'note.cjs'), handler: 'handler' };
  const answer = await fetch(`${endpoint}/_local/stacks/kills`, {
    method: 'PUT',
    headers: { [SECRET_HEADER]: readKeys(join(folder, 'state'), endpoint).secret },
    body: JSON.stringify({ template: TEMPLATE, functions: withCode ? { note } : {} }),
  });
  if (!answer.ok) throw new Error(`the stack was not deployed: ${await answer.text()}`);
}

/** Everything that was published arrives, once at least. */
async function checkNews(load: Load, aws: Killable): Promise<string[]> {
  const endsAtMs = Date.now() + 30_000;
  let missing = await load.missingNews(aws);
  while (missing.length > 0 && Date.now() < endsAtMs) {
    await delay(100);
    missing = await load.missingNews(aws);
  }
  return missing.map((id) => `${id} is lost`);
}

/** Everything that was put into a delivery stream, or into the stream before one, is in a file, once at least. */
async function checkFiles({ files, records }: Load, aws: Killable): Promise<string[]> {
  const missing = async () => {
    const [puts, delivered] = [await recordsIn(aws, 'puts'), await recordsIn(aws, 'records')];
    const lost = records.all('there').filter((id) => !delivered.has(id));
    return [...files.puts.all('there').filter((id) => !puts.has(id)), ...lost];
  };
  const endsAtMs = Date.now() + 30_000;
  while ((await missing()).length > 0 && Date.now() < endsAtMs) await delay(500);
  return (await missing()).map((id) => `${id} is in no file`);
}

/** Every event has its run, and every record of the stream; no event that had ended comes again. */
async function checkEvents(
  { events, records }: Load,
  notes: string,
  doneAtMs: ReadonlyMap<string, number>,
): Promise<string[]> {
  const runs = async () => {
    const lines = (await readFile(notes, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => ({ id: line.split(' ')[0] ?? '', atMs: Number(line.split(' ')[1]) }));
  };
  const missing = async () => {
    const done = new Set((await runs()).map(({ id }) => id));
    return [...events.all('there'), ...records.all('there')].filter((id) => !done.has(id));
  };
  const endsAtMs = Date.now() + 60_000;
  while ((await missing()).length > 0 && Date.now() < endsAtMs) await delay(100);

  const lost = (await missing()).map((id) => `${id} is lost`);
  const again = (await runs()).filter(({ id, atMs }) => atMs > (doneAtMs.get(id) ?? Number.POSITIVE_INFINITY));
  return [...lost, ...again.map(({ id }) => `${id} was done, and was run again`)];
}
