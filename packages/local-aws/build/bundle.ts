import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { FunctionCodes } from '../cloudformation/state.ts';
import { type BundlePlan, planBundles } from './bundlePlan.ts';
import { forgetUnused, hashesOf, keepMade, type MadeFiles, markUsed, takeMade } from './cache.ts';
import { type CompiledTemplate, CompileError } from './compile.ts';
import { type BuildFailure, type BuildResult, build } from './esbuild.ts';
import { withLock } from './lock.ts';

/** The bundles of a service's functions. */
export interface ServiceBundles {
  /** By physical name. A bundle whose content changes has another file. */
  functions: FunctionCodes;
  /** The files that they follow from. */
  inputs: string[];
}

/** The files of bundles by their entry: `handlers/ping.ts`. */
type Bundles = MadeFiles<string>;

/**
 * Bundles all functions of a service in one build, with the options of its `custom.esbuild`: what comes out is what
 * serverless-esbuild makes for deploying. A bundle that follows from the same files as before is taken from `.cache/` of the
 * workspace, and the others are built. Throws CompileError with esbuild's errors.
 */
export async function bundleService(
  folder: string,
  compiled: Pick<CompiledTemplate, 'handlers' | 'bundling'>,
): Promise<ServiceBundles> {
  const plan = planBundles(resolve(folder), compiled);
  const kept = join(plan.cache, `${plan.name}.json`);
  let bundles = await takeBundles(kept);
  const isStale = (entry: string) => !bundles[entry];
  if (plan.entries.some(isStale)) {
    bundles = await withLock(`${kept}.lock`, async () => {
      // Another process may have made them while this one waited.
      bundles = await takeBundles(kept);
      const stale = plan.entries.filter(isStale);
      return stale.length === 0 ? bundles : keepMade(kept, bundles, await buildBundles(plan, stale));
    });
  }
  const functions = Object.entries(compiled.handlers).map(([name, handler]) => {
    const file = bundles[plan.entryOf(handler)]?.result ?? '';
    return [name, { kind: 'bundle' as const, file, handler }];
  });
  const inputs = new Set(Object.values(bundles).flatMap((made) => Object.keys(made.inputs)));
  return { functions: Object.fromEntries(functions), inputs: [...inputs] };
}

async function takeBundles(kept: string): Promise<Bundles> {
  const made = await takeMade<string>(kept);
  const present = Object.entries(made).filter(([, { result }]) => existsSync(result));
  await Promise.all(present.map(([, { result }]) => markUsed(contentFolder(result))));
  return Object.fromEntries(present);
}

/** A bundle lies in `.cache/bundles/<hash>/handlers/ping.cjs`. */
function contentFolder(file: string): string {
  const [before = '', after = ''] = file.split(`${sep}bundles${sep}`);
  return join(before, 'bundles', after.split(sep)[0] ?? '');
}

async function buildBundles(plan: BundlePlan, entries: readonly string[]): Promise<Bundles> {
  const startedMs = Date.now();
  const { outputs } = await runEsbuild(plan, entries);
  const bundles: Bundles = {};
  for (const [output, { entryPoint, inputs }] of Object.entries(outputs)) {
    if (entryPoint === undefined) continue;
    const sources = Object.keys(inputs).map((file) => join(plan.folder, file));
    bundles[entryPoint] = {
      inputs: await hashesOf([...sources, ...configurationsFor(sources, plan)], plan),
      madeMs: startedMs,
      result: await putAway(plan, join(plan.folder, output)),
    };
  }
  await rm(plan.out, { recursive: true, force: true });
  await forgetUnused(plan.cache);
  return bundles;
}

async function runEsbuild(plan: BundlePlan, entries: readonly string[]): Promise<BuildResult['metafile']> {
  const { metafile } = await build({ ...plan.options, entryPoints: [...entries] }).catch((failure: BuildFailure) => {
    throw new CompileError(`${plan.service} could not be bundled:\n${messagesOf(failure)}`);
  });
  const { outputs } = metafile;
  const foreign = Object.keys(outputs).find((file) => !outputs[file]?.entryPoint && !file.endsWith('.map'));
  if (foreign === undefined) return metafile;
  const name = relative(plan.out, join(plan.folder, foreign));
  throw new CompileError(`${plan.service} could not be bundled:\nesbuild makes ${name}, which is no function`);
}

/** What decides, beside the sources, how esbuild reads them; one that is not there may come. */
function configurationsFor(sources: readonly string[], { workspace }: BundlePlan): string[] {
  const folders = new Set<string>();
  for (const source of sources) {
    if (source.includes(`${sep}node_modules${sep}`)) continue;
    for (let folder = dirname(source); folder.startsWith(workspace) && !folders.has(folder); folder = dirname(folder)) {
      folders.add(folder);
    }
  }
  return [...folders].flatMap((folder) => [join(folder, 'package.json'), join(folder, 'tsconfig.json')]);
}

/** Moves a bundle, with its source map, to where its content says. */
async function putAway(plan: BundlePlan, file: string): Promise<string> {
  const parts = [file, `${file}.map`].filter((part) => existsSync(part));
  const hash = createHash('sha256').update(plan.hasExternals ? plan.folder : '');
  for (const part of parts) hash.update(await readFile(part));
  const target = join(plan.cache, hash.digest('hex').slice(0, 16));
  const moved = (part: string) => join(target, relative(plan.out, part));
  await mkdir(dirname(moved(file)), { recursive: true });
  for (const part of parts) await rename(part, moved(part));
  if (plan.hasExternals) await linkModules(target, plan.folder);
  return moved(file);
}

/** What is left out of the bundles is found where the service finds it. */
async function linkModules(target: string, folder: string): Promise<void> {
  await symlink(join(folder, 'node_modules'), join(target, 'node_modules')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

function messagesOf(failure: BuildFailure): string {
  if (!Array.isArray(failure.errors)) return failure.message;
  return failure.errors
    .map(({ text, location }) => (location ? `${location.file}:${location.line}:${location.column}: ${text}` : text))
    .join('\n');
}
