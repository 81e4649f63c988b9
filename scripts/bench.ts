import { globSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BenchTable, formatTable } from './table.ts';
import { ROOT } from './workspace.ts';

export type { BenchTable } from './table.ts';

/** What a `bench/<something>.bench.ts` exports. */
interface BenchModule {
  /** What `npm run bench -- <name>` chooses by. */
  name: string;
  /** It takes long: it is run only when it is named. */
  onDemand?: boolean;
  run(): Promise<BenchTable[]>;
}

function findBenches(): string[] {
  return globSync('{packages,services}/**/bench/*.bench.ts', {
    cwd: ROOT,
    exclude: (name) => name === 'node_modules' || name.startsWith('.'),
  }).sort();
}

const wanted = process.argv.slice(2);
const isHelp = wanted.includes('--help');
const memory = (totalmem() / 2 ** 30).toFixed(0);
console.log(
  `Node.js ${process.versions.node}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${memory} GiB`,
);
/** Files may share a name: they are run together. */
const known = new Set<string>();
let ran = 0;
for (const file of findBenches()) {
  const bench = (await import(pathToFileURL(join(ROOT, file)).href)) as Partial<BenchModule>;
  if (!bench.name || !bench.run) throw new Error(`${file} must export name and run (${basename(file)})`);
  known.add(bench.name);
  if (isHelp) continue;
  if (wanted.length > 0 ? !wanted.includes(bench.name) : bench.onDemand) continue;
  const tables = await bench.run();
  // What the options leave a file out of gives no table.
  if (tables.length > 0) console.log(`\n== ${bench.name} (${file}) ==`);
  for (const table of tables) console.log(formatTable(table));
  ran += 1;
}
const names = [...known].join(', ') || 'none';
if (isHelp) console.log(`npm run bench [-- <name> ...]: there are ${names}`);
else if (ran === 0) {
  console.error(`no bench was run; there are: ${names}`);
  process.exitCode = wanted.length > 0 ? 2 : 0;
}
