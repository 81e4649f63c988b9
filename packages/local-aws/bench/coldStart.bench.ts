import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BenchTable } from '../../../scripts/bench.ts';
import { findServices } from '../../../scripts/workspace.ts';
import { bundleService } from '../build/bundle.ts';
import { type BundlePlan, planBundles } from '../build/bundlePlan.ts';
import { compileTemplate } from '../build/compile.ts';
import { build } from '../build/esbuild.ts';
import { quantile } from './rally.ts';

export const name = 'cold-start';

/** Rounds in which every bundle is loaded once; medians are shown. Interleaved, so that a busy machine slows all alike. */
const ROUNDS = 15;
/** What a function may take, in times of an empty one with the same clients. */
const GOAL = 1.5;

/** A bundle, and the empty one that it is measured against. */
interface Pair {
  name: string;
  bundle: string;
  empty: string;
  environment: Record<string, string>;
}

interface Load {
  importMs: number;
  peakBytes: number;
}

/** Both of a pair, loaded one after the other. */
interface Round {
  own: Load;
  empty: Load;
}

/**
 * Loads every function's bundle, as it deploys, in a fresh Node.js process; beside it a bundle with the same AWS clients,
 * made with the same options, that does nothing.
 */
export async function run(): Promise<BenchTable[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cold-start-'));
  try {
    const pairs = (await Promise.all(findServices().map((service) => pairsOf(service.folder, folder)))).flat();
    const rounds = pairs.map((): Round[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [at, { bundle, empty, environment }] of pairs.entries()) {
        rounds[at]?.push({ empty: load(empty, environment), own: load(bundle, environment) });
      }
    }
    return [tableOf(pairs, rounds)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pairsOf(service: string, folder: string): Promise<Pair[]> {
  const compiled = await compileTemplate(service);
  const { functions } = await bundleService(service, compiled);
  const plan = planBundles(service, compiled);
  const environments = environmentsIn(compiled.template);
  const pairs: Pair[] = [];
  for (const [physicalName, code] of Object.entries(functions)) {
    const empty = await emptyBundle(plan, clientsIn(code.file), folder);
    pairs.push({
      name: `${basename(service)} ${basename(code.handler).replace(/\.\w+$/, '')}`,
      bundle: code.file,
      empty,
      environment: environments[physicalName] ?? {},
    });
  }
  return pairs;
}

/** An SDK client in a bundle: its package and its class. */
interface Client {
  package: string;
  className: string;
}

/** The SDK clients in a bundle, by the sources that its map names. */
function clientsIn(bundle: string): Client[] {
  const { sources } = JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as { sources: string[] };
  return sources.sort().flatMap((source) => {
    const [, client, className] = /\/@aws-sdk\/(client-[a-z0-9-]+)\/dist-es\/(\w+Client)\.js$/.exec(source) ?? [];
    return client && className ? [{ package: `@aws-sdk/${client}`, className }] : [];
  });
}

/** Bundles a handler that makes the clients and does nothing, with the options of the service. */
async function emptyBundle({ options, folder }: BundlePlan, clients: readonly Client[], into: string): Promise<string> {
  const outfile = join(into, `${[basename(folder), ...clients.map(({ className }) => className)].join('-')}.cjs`);
  const contents = [
    ...clients.map((client) => `import { ${client.className} } from '${client.package}';`),
    `const clients = [${clients.map(({ className }) => `new ${className}()`).join(', ')}];`,
    'export const handler = async () => clients.length;',
  ].join('\n');
  const { entryPoints: _entries, outdir: _folder, outbase: _base, outExtension: _ending, ...same } = options;
  await build({ ...same, stdin: { contents, resolveDir: folder }, outfile, metafile: true });
  return outfile;
}

/** The functions' own variables: literals as they are, what AWS would fill in as a word. */
function environmentsIn(template: Record<string, unknown>): Record<string, Record<string, string>> {
  const resources = Object.values(template.Resources ?? {}) as {
    Type: string;
    Properties?: { FunctionName?: string; Environment?: { Variables?: Record<string, unknown> } };
  }[];
  return Object.fromEntries(
    resources.flatMap(({ Type, Properties = {} }) => {
      if (Type !== 'AWS::Lambda::Function') return [];
      const variables = Object.entries(Properties.Environment?.Variables ?? {});
      const texts = variables.map(([variable, value]) => [
        variable,
        typeof value === 'object' ? 'resource' : String(value),
      ]);
      return [[Properties.FunctionName ?? '', Object.fromEntries(texts)]];
    }),
  );
}

/** Console and streams are there before a handler is loaded, in Lambda's runtime as here: they are not counted. */
const PROBE = `
  void [process.stdout, process.stderr, console];
  const startedAt = performance.now();
  require(process.argv[1]);
  const importMs = performance.now() - startedAt;
  console.log(JSON.stringify({ importMs, peakBytes: process.resourceUsage().maxRSS * 1024 }));`;

function load(file: string, environment: Record<string, string>): Load {
  const env = { ...environment, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };
  return JSON.parse(execFileSync(process.execPath, ['-e', PROBE, file], { env, encoding: 'utf8' })) as Load;
}

function tableOf(pairs: readonly Pair[], rounds: readonly (readonly Round[])[]): BenchTable {
  const median = (at: number, pick: (round: Round) => number) => quantile((rounds[at] ?? []).map(pick), 0.5);
  const times = pairs.map((_, at) => median(at, ({ own, empty }) => own.importMs / empty.importMs));
  return {
    title: `Loading a function's bundle in a fresh process, against an empty one with the same clients; medians of ${ROUNDS}`,
    columns: ['', 'kB', 'import ms', 'empty ms', 'times', 'peak MB', 'empty MB', 'times '],
    rows: pairs.map((pair, at) => [
      pair.name,
      (statSync(pair.bundle).size / 1000).toFixed(0),
      median(at, ({ own }) => own.importMs).toFixed(1),
      median(at, ({ empty }) => empty.importMs).toFixed(1),
      (times[at] ?? 0).toFixed(2),
      (median(at, ({ own }) => own.peakBytes) / 1e6).toFixed(0),
      (median(at, ({ empty }) => empty.peakBytes) / 1e6).toFixed(0),
      median(at, ({ own, empty }) => own.peakBytes / empty.peakBytes).toFixed(2),
    ]),
    note: `The slowest to load takes ${Math.max(...times).toFixed(2)} times its empty one; the goal is ${GOAL}. Source maps are apart, and not read.`,
  };
}
