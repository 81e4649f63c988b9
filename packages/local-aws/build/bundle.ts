import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { FunctionCodes } from '../cloudformation/state.ts';
import { type BundlePlan, planBundles } from './bundlePlan.ts';
import { forgetUnused, hashesOf, keepMade, type Made, markUsed, takeMade } from './cache.ts';
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
type Bundles = Record<string, string>;

/** Runs esbuild with the options of a plan; `build` of esbuild, or the rebuilding of a context. */
export type RunBuild = (plan: BundlePlan) => Promise<BuildResult>;

/**
 * Bundles all functions of a service in one build, with the options of its `custom.esbuild`: what comes out is what
 * serverless-esbuild makes for deploying. What follows from the same files as before is taken from `.cache/` of the
 * workspace. Throws CompileError with esbuild's errors.
 */
export async function bundleService(
  folder: string,
  compiled: Pick<CompiledTemplate, 'handlers' | 'bundling'>,
  run: RunBuild = build,
): Promise<ServiceBundles> {
  const plan = planBundles(resolve(folder), compiled);
  const kept = join(plan.cache, `${plan.name}.json`);
  const found = (await takeBundles(kept)) ?? (await withLock(`${kept}.lock`, () => make()));
  const functions = Object.entries(compiled.handlers).map(([name, handler]) => {
    const file = found.result[plan.entryOf(handler)] ?? '';
    return [name, { kind: 'bundle' as const, file, handler }];
  });
  return { functions: Object.fromEntries(functions), inputs: Object.keys(found.inputs) };

  async function make(): Promise<Made<Bundles>> {
    // Another process may have made them while this one waited.
    const meanwhile = await takeBundles(kept);
    if (meanwhile) return meanwhile;
    const startedMs = Date.now();
    const { metafile } = await run(plan).catch((failure: BuildFailure) => {
      throw new CompileError(`${plan.service} could not be bundled:\n${messagesOf(failure)}`);
    });
    const sources = Object.keys(metafile.inputs).map((file) => join(plan.folder, file));
    const made = {
      inputs: await hashesOf([...sources, ...configurationsFor(sources, plan)], plan),
      result: await putAway(plan, metafile.outputs),
    };
    await keepMade(kept, made, startedMs);
    await forgetUnused(plan.cache);
    return made;
  }
}

async function takeBundles(kept: string): Promise<Made<Bundles> | undefined> {
  const made = await takeMade<Bundles>(kept);
  const files = Object.values(made?.result ?? {});
  if (!files.every((file) => existsSync(file))) return undefined;
  await Promise.all(files.map((file) => markUsed(contentFolder(file))));
  return made;
}

/** A bundle lies in `.cache/bundles/<hash>/handlers/ping.cjs`. */
function contentFolder(file: string): string {
  const [before = '', after = ''] = file.split(`${sep}bundles${sep}`);
  return join(before, 'bundles', after.split(sep)[0] ?? '');
}

/** What decides, beside the sources, how esbuild reads them; one that is not there may come. */
function configurationsFor(sources: readonly string[], { workspace }: BundlePlan): Set<string> {
  const folders = new Set<string>();
  for (const source of sources) {
    if (source.includes(`${sep}node_modules${sep}`)) continue;
    for (let folder = dirname(source); folder.startsWith(workspace) && !folders.has(folder); folder = dirname(folder)) {
      folders.add(folder);
    }
  }
  return new Set([...folders].flatMap((folder) => [join(folder, 'package.json'), join(folder, 'tsconfig.json')]));
}

/** Moves each bundle to where its content says, with its source map. */
async function putAway(plan: BundlePlan, outputs: BuildResult['metafile']['outputs']): Promise<Bundles> {
  const bundles: Bundles = {};
  const isPart = (output: string) => outputs[output]?.entryPoint !== undefined || output.endsWith('.map');
  const foreign = Object.keys(outputs).find((output) => !isPart(output));
  if (foreign !== undefined) {
    throw new CompileError(
      `${plan.service}: esbuild makes ${relative(plan.out, join(plan.folder, foreign))}, no bundle`,
    );
  }
  for (const [output, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint === undefined) continue;
    const file = join(plan.folder, output);
    const parts = outputs[`${output}.map`] ? [file, `${file}.map`] : [file];
    const hash = createHash('sha256').update(plan.hasExternals ? plan.folder : '');
    for (const part of parts) hash.update(await readFile(part));
    const target = join(plan.cache, hash.digest('hex').slice(0, 16));
    for (const part of parts) await moveInto(target, relative(plan.out, part), part);
    if (plan.hasExternals) await linkModules(target, plan.folder);
    bundles[entryPoint] = join(target, relative(plan.out, file));
  }
  await rm(plan.out, { recursive: true, force: true });
  return bundles;
}

async function moveInto(target: string, name: string, file: string): Promise<void> {
  const moved = join(target, name);
  await mkdir(dirname(moved), { recursive: true });
  await rename(file, moved);
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
