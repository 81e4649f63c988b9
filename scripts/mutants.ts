import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Allowed, allowedOf, asYaml, isSame } from './mutants/allowed.ts';
import {
  comparesTemplate,
  isBeyondBehaviour,
  type Mutant,
  mutantsOfService,
  PARTS,
  type Part,
  type TestFile,
  testFilesOf,
  testsFor,
} from './mutants/serviceMutants.ts';
import { shareOut, Worker } from './mutants/workers.ts';
import { findServices, type Service, servicesNamed } from './workspace.ts';

const HELP = `npm run mutants [-- ping-pong mafia] [--only ${PARTS.join(',')}] [--sample 100 [--seed 1]] [--workers ${availableParallelism()}] [--behaviour]

Changes the services' code and templates, one small thing at a time, and runs the tests that are about it: one of them must
fail. What survives is listed, and fails the command, unless the service's mutants.yml says why it may live.
--sample takes so many of each service, chosen by the seed. --behaviour asks first, about templates, the tests that carry something
out, and lists what only a comparison with grants.txt sees; this takes minutes. Prints nothing to files, and changes none.`;

/** A mutant may loop for ever: it has so long, and so many times what its tests take without it. */
const LEAST_LIMIT_MS = 5_000;
const LIMIT_FACTOR = 4;
const PROGRESS_MS = 10_000;
/** What the tests themselves may take, on a machine that does other things as well. */
const MOST_MS_WITHOUT_MUTANT = 15 * 60_000;

interface Row {
  service: string;
  part: Part;
  mutants: number;
  killed: number;
  /** Of the killed, those of a template that no behaviour shows; counted with --behaviour. */
  unseen: number;
  allowed: number;
  survived: number;
  seconds: number;
}

/** Runs the tests once as they are. Throws an Error when one fails. */
async function testFiles(service: Service, parts: readonly Part[], worker: Worker): Promise<TestFile[]> {
  const ending = await worker.carryOut({ tests: testFilesOf(service, parts) }, MOST_MS_WITHOUT_MUTANT);
  if (ending === 'gone') throw new Error(`${service.name}: the tests do not end without a mutant`);
  const { failure, ran } = ending;
  if (failure) throw new Error(`${service.name}: a test fails without a mutant: ${failure.test}\n${failure.message}`);
  return ran.map(({ test, ms, loaded }) => ({ path: test, ms, loaded: new Set(loaded) }));
}

/** The mutants that no test has killed. */
async function survivorsAmong(
  mutants: readonly Mutant[],
  tests: readonly TestFile[],
  workers: readonly Worker[],
  label: string,
): Promise<Mutant[]> {
  const survivors: Mutant[] = [];
  let done = 0;
  const tell = () => console.log(`  ${label}: ${done} of ${mutants.length}, ${survivors.length} alive`);
  const progress = setInterval(tell, PROGRESS_MS);
  await shareOut(mutants, workers, async (mutant, worker) => {
    const own = testsFor(mutant, tests);
    const limitMs = LEAST_LIMIT_MS + LIMIT_FACTOR * own.reduce((sum, { ms }) => sum + ms, 0);
    const ending = await worker.carryOut({ tests: own.map(({ path }) => path), change: mutant.change }, limitMs);
    if (ending !== 'gone' && !ending.failure) survivors.push(mutant);
    done += 1;
  });
  clearInterval(progress);
  return mutants.filter((mutant) => survivors.includes(mutant));
}

/** So many of the items, the same for the same seed. */
function sampleOf<Item>(items: readonly Item[], size: number, seed: number): Item[] {
  let state = seed >>> 0;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  const chosen = new Set(
    items
      .map((item) => ({ item, rank: random() }))
      .sort((one, other) => one.rank - other.rank)
      .slice(0, size)
      .map(({ item }) => item),
  );
  return items.filter((item) => chosen.has(item));
}

interface Wanted {
  services: Service[];
  parts: Part[];
  sample: number;
  seed: number;
  workers: number;
  behaviour: boolean;
}

function wanted(): Wanted | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string', default: PARTS.join(',') },
      sample: { type: 'string', default: 'Infinity' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: String(availableParallelism()) },
      behaviour: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const parts = values.only.split(',') as Part[];
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw new Error(`there is no part '${unknown}': ${PARTS.join(', ')}`);
  return {
    services: positionals.length > 0 ? servicesNamed(positionals) : findServices(),
    parts,
    sample: Number(values.sample),
    seed: Number(values.seed),
    workers: Number(values.workers),
    behaviour: values.behaviour,
  };
}

/** The mutants of a template that no test shows by what happens; says which, but for what nothing on local-aws behaves by. */
async function unseenAmong(
  mutants: readonly Mutant[],
  tests: readonly TestFile[],
  workers: readonly Worker[],
  label: string,
): Promise<Mutant[]> {
  const behaviour = tests.filter((test) => !comparesTemplate(test));
  const visible = mutants.filter((mutant) => !isBeyondBehaviour(mutant));
  const unseen = await survivorsAmong(visible, behaviour, workers, `${label} by behaviour`);
  console.log(`\n${label}: no behaviour shows\n${asYaml(unseen)}`);
  return mutants.filter((mutant) => isBeyondBehaviour(mutant) || unseen.includes(mutant));
}

async function runService(
  service: Service,
  { parts, sample, seed, workers: count, behaviour }: Wanted,
): Promise<Row[]> {
  const workers = Array.from({ length: count }, () => new Worker(service.folder));
  const [first] = workers;
  if (!first) return [];
  try {
    const all = await mutantsOfService(service, parts);
    const mutants = sampleOf(all, sample, seed);
    const allowed = allowedOf(service);
    console.log(`\n== ${service.name} ==`);
    const unknown = parts.length === PARTS.length ? allowed.beside(all) : [];
    if (unknown.length > 0)
      throw new Error(`${service.name}: mutants.yml allows what is no mutant\n${asYaml(unknown)}`);
    const tests = await testFiles(service, parts, first);
    const rows: Row[] = [];
    const alive: Mutant[] = [];
    for (const part of parts) {
      const startedAt = performance.now();
      const ofPart = mutants.filter((mutant) => mutant.part === part);
      const label = `${service.name} ${part}`;
      const asked = behaviour && part === 'template' ? await unseenAmong(ofPart, tests, workers, label) : ofPart;
      const survivors = await survivorsAmong(asked, tests, workers, label);
      alive.push(...survivors);
      const excused = survivors.filter((mutant) => allowed.has(mutant)).length;
      rows.push({
        service: service.name,
        part,
        mutants: ofPart.length,
        killed: ofPart.length - survivors.length,
        unseen: behaviour && part === 'template' ? asked.length - survivors.length : 0,
        allowed: excused,
        survived: survivors.length - excused,
        seconds: (performance.now() - startedAt) / 1000,
      });
    }
    conclude(service, { mutants, alive, allowed });
    return rows;
  } finally {
    for (const worker of workers) worker.stop();
  }
}

/** Says what is alive without a reason, and what is allowed to live and does not. */
function conclude(
  { name }: Service,
  { mutants, alive, allowed }: { mutants: readonly Mutant[]; alive: readonly Mutant[]; allowed: Allowed },
): void {
  const tell = (what: string, found: readonly Mutant[]) => {
    if (found.length === 0) return;
    process.exitCode = 1;
    console.log(`\n${name}: ${what}\n${asYaml(found)}`);
  };
  tell(
    'no test fails with',
    alive.filter((mutant) => !allowed.has(mutant)),
  );
  tell(
    'mutants.yml allows what a test kills',
    mutants.filter((mutant) => allowed.has(mutant) && !alive.some((one) => isSame(one, mutant))),
  );
}

function printTable(rows: readonly Row[]): void {
  const columns = ['service', 'part', 'mutants', 'killed', 'unseen', 'allowed', 'survived', 'seconds'] as const;
  const cells = [[...columns], ...rows.map((row) => columns.map((column) => format(row[column])))];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  console.log('');
  for (const row of cells)
    console.log(
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

const format = (value: string | number) =>
  typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(1) : String(value);

async function main(): Promise<void> {
  const asked = wanted();
  if (!asked) {
    console.log(HELP);
    return;
  }
  const rows: Row[] = [];
  for (const service of asked.services) rows.push(...(await runService(service, asked)));
  printTable(rows);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
