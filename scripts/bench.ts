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
const memory = (totalmem() / 2 ** 30).toFixed(0);
console.log(
  `Node.js ${process.versions.node}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${memory} GiB`,
);
const known: string[] = [];
let ran = 0;
for (const file of findBenches()) {
  const bench = (await import(pathToFileURL(join(ROOT, file)).href)) as Partial<BenchModule>;
  if (!bench.name || !bench.run) throw new Error(`${file} must export name and run (${basename(file)})`);
  known.push(bench.name);
  if (wanted.length > 0 ? !wanted.includes(bench.name) : bench.onDemand) continue;
  console.log(`\n== ${bench.name} (${file}) ==`);
  for (const table of await bench.run()) console.log(formatTable(table));
  ran += 1;
}
if (ran === 0) {
  console.error(`no bench was run; there are: ${known.join(', ') || 'none'}`);
  process.exitCode = wanted.length > 0 ? 2 : 0;
}
