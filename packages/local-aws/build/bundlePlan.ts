import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { hashOf, workspaceOf } from './cache.ts';
import { type CompiledTemplate, CompileError } from './compile.ts';

/** How a service's functions are bundled. */
export interface BundlePlan {
  folder: string;
  workspace: string;
  /** The name of the service's folder. */
  service: string;
  /** Where bundles are kept. */
  cache: string;
  /** Names what is made with these options. */
  name: string;
  options: BuildOptions & { metafile: true };
  /** The files of all handlers, named from the folder. */
  entries: string[];
  /** Where esbuild writes to; as deep as where they are kept, so that the paths in source maps stay true. */
  out: string;
  /** Whether modules are left out of the bundles that deploy beside them; those that Lambda has are not meant. */
  hasExternals: boolean;
  /** The file of a handler, named from the folder. */
  entryOf(handler: string): string;
}

/** What serverless-esbuild takes for itself and does not pass on (its `bundle.ts`). */
const NOT_OF_ESBUILD = new Set([
  'concurrency',
  'zipConcurrency',
  'exclude',
  'nativeZip',
  'packager',
  'packagePath',
  'watch',
  'keepOutputDirectory',
  'packagerOptions',
  'installExtraArgs',
  'outputFileExtension',
  'outputBuildFolder',
  'outputWorkFolder',
  'nodeExternals',
  'skipBuild',
  'skipRebuild',
  'skipBuildExcludeFns',
  'stripEntryResolveExtensions',
  'disposeContext',
]);

/** A service without serverless-esbuild deploys its files as they are; here they are bundled, packages left out. */
const WITHOUT_PLUGIN: Record<string, unknown> = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  packages: 'external',
  sourcemap: true,
  outputFileExtension: '.cjs',
};

/** The endings that a handler's file may have, in the order in which serverless-esbuild looks. */
const ENDINGS = ['.ts', '.js', '.jsx', '.tsx'];

let plans = 0;

/** Says how a service's functions are bundled. Throws CompileError: a handler without a file, options that cannot be kept. */
export function planBundles(folder: string, compiled: Pick<CompiledTemplate, 'handlers' | 'bundling'>): BundlePlan {
  const service = basename(folder);
  const settings = compiled.bundling ?? WITHOUT_PLUGIN;
  const { outputFileExtension = '.js', plugins } = settings;
  const textsIn = (value: unknown) => [value].flat().filter((one) => typeof one === 'string');
  const exclude = textsIn(settings.exclude);
  const external = [...textsIn(settings.external), ...(exclude.includes('*') ? [] : exclude)];
  const entryOf = (handler: string) => entryFile(folder, handler);
  const passed = Object.fromEntries(Object.entries(settings).filter(([name]) => !NOT_OF_ESBUILD.has(name)));
  const options = {
    ...(passed as BuildOptions),
    external,
    ...(outputFileExtension !== '.js' && { outExtension: { '.js': String(outputFileExtension) } }),
    plugins: [],
    absWorkingDir: folder,
    outbase: folder,
    metafile: true as const,
    logLevel: 'silent' as const,
  };
  const workspace = workspaceOf(folder);
  const cache = join(workspace, '.cache/bundles');
  plans += 1;
  const out = join(cache, `new-${process.pid}-${plans}`);
  return {
    folder,
    workspace,
    service,
    cache,
    name: `${service}-${hashOf([options, plugins, OWN_VERSION])}`,
    options: { ...options, plugins: pluginsFrom(folder, plugins), outdir: out },
    entries: [...new Set(Object.values(compiled.handlers).map(entryOf))],
    out,
    hasExternals: textsIn(settings.external).length > 0 || passed.packages === 'external',
    entryOf,
  };
}

/** To be raised when the same options come to mean something else. */
const OWN_VERSION = 1;

function entryFile(folder: string, handler: string): string {
  const path = handler.slice(0, handler.lastIndexOf('.'));
  const candidates = ENDINGS.flatMap((ending) => [`${path}${ending}`, join(path, `index${ending}`)]);
  const found = candidates.find((file) => existsSync(join(folder, file)));
  if (found !== undefined) return found;
  throw new CompileError(`${basename(folder)} has no file for the handler ${handler}: ${path}${ENDINGS[0]}`);
}

function pluginsFrom(folder: string, plugins: unknown): Plugin[] {
  if (plugins === undefined || (Array.isArray(plugins) && plugins.length === 0)) return [];
  if (typeof plugins !== 'string') {
    throw new CompileError(
      `${basename(folder)}: custom.esbuild.plugins must be the path of a module that exports them`,
    );
  }
  const module = createRequire(join(folder, 'serverless.yml'))(join(folder, plugins));
  return module.default ?? module;
}
