import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { FunctionCodes } from '../cloudformation/state.ts';
import { withLock } from './lock.ts';
import { findUp, hashOfSources, isLeftOut } from './sources.ts';
import { bundlePath, unzip } from './zip.ts';

/** How a service is compiled. */
export interface CompileOptions {
  /** Default: `local`. */
  stage?: string;
  /** Values for `params:`, as `--param` passes them. */
  params?: Readonly<Record<string, string>>;
}

/** A service as `sls package` makes it. */
export interface CompiledService {
  /** The name in serverless.yml. */
  service: string;
  stackName: string;
  stage: string;
  /** The CloudFormation template. */
  template: Record<string, unknown>;
  /** The bundles, by function name. */
  functions: FunctionCodes;
}

/** osls could not package the service; the message holds what it printed. */
export class CompileError extends Error {
  override readonly name = 'CompileError';
}

const END_AFTER_FAILURE = join(import.meta.dirname, 'endAfterFailure.cjs');

/** What compiles: a change of it makes the cache void. */
const OWN_SOURCES = [import.meta.filename, join(import.meta.dirname, 'zip.ts'), END_AFTER_FAILURE];

/** How long a compiled service is kept: a day. */
const KEPT_MS = 24 * 60 * 60 * 1000;

const compiledSchema = z.object({
  service: z.string(),
  stackName: z.string(),
  stage: z.string(),
  template: z.record(z.string(), z.unknown()),
  functions: z.record(z.string(), z.object({ kind: z.literal('bundle'), file: z.string(), handler: z.string() })),
});

/**
 * Compiles a service exactly as `sls package` does: the CloudFormation template, and each function's bundle. Needs no
 * network, no AWS and no credentials. What did not change since the last time is taken from `.cache/` of the workspace.
 * Throws CompileError.
 */
export async function compileService(serviceFolder: string, options: CompileOptions = {}): Promise<CompiledService> {
  const { stage = 'local', params = {} } = options;
  const folder = resolve(serviceFolder);
  if (!existsSync(join(folder, 'serverless.yml'))) throw new CompileError(`${folder} has no serverless.yml`);
  const workspace = findUp(folder, 'pnpm-workspace.yaml');
  const own = await Promise.all(OWN_SOURCES.map((file) => readFile(file, 'utf8')));
  const hash = await hashOfSources(folder, workspace, { own, stage, params: Object.entries(params).sort() });
  // As deep below the workspace as a service is, so that relative paths in serverless.yml lead to the same files.
  const cached = join(workspace, '.cache', `${basename(folder)}-${hash}`);
  const result = join(cached, 'compiled.json');
  if (!existsSync(result)) {
    await withLock(`${cached}.lock`, async () => {
      if (existsSync(result)) return;
      await compileInto(cached, folder, { stage, params });
      await forgetOld(dirname(cached), basename(folder));
    });
  }
  return compiledSchema.parse(JSON.parse(await readFile(result, 'utf8')));
}

/**
 * osls and its plugins write into the service's folder, where `sls offline` may be at work: a copy is compiled instead.
 */
async function compileInto(cached: string, folder: string, options: Required<CompileOptions>): Promise<void> {
  await rm(cached, { recursive: true, force: true });
  await mkdir(cached, { recursive: true });
  await cp(folder, cached, { recursive: true, filter: (source) => source === folder || !isLeftOut(basename(source)) });
  await symlink(join(findUp(folder, 'node_modules'), 'node_modules'), join(cached, 'node_modules'));
  const packaged = join(cached, '.package');
  await runPackage(cached, packaged, options);
  const compiled = await readPackage(packaged, options.stage);
  // Renamed into place, so that a compilation that was killed half-way leaves no result.
  await writeFile(join(cached, 'compiled.new'), JSON.stringify(compiled));
  await rename(join(cached, 'compiled.new'), join(cached, 'compiled.json'));
}

/** What was compiled more than a day ago is removed: each change of a source makes a new entry. */
async function forgetOld(cache: string, service: string): Promise<void> {
  const isEntry = (name: string) =>
    name.startsWith(`${service}-`) && /^[0-9a-f]{16}$/.test(name.slice(service.length + 1));
  for (const name of await readdir(cache)) {
    if (!isEntry(name)) continue;
    const made = await stat(join(cache, name, 'compiled.json')).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > KEPT_MS) await rm(join(cache, name), { recursive: true, force: true });
  }
}

async function runPackage(folder: string, target: string, { stage, params }: Required<CompileOptions>): Promise<void> {
  const require = createRequire(join(folder, 'serverless.yml'));
  const osls = join(dirname(require.resolve('serverless/package.json')), 'bin/serverless.js');
  const values = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  const args = ['--require', END_AFTER_FAILURE, osls, 'package', `--stage=${stage}`, `--package=${target}`, ...values];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: compileEnvironment(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const code = await new Promise<number | null>((done, failed) => child.once('error', failed).once('close', done));
  if (code !== 0) throw new CompileError(`${basename(folder)} could not be packaged:\n${printed.trim()}`);
}

/** Nothing of the real AWS is reachable from a compilation: false credentials, no profile, and an endpoint where nobody listens. */
function compileEnvironment(from: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(from).filter(
    ([name]) => !name.startsWith('AWS_') && !['NODE_OPTIONS', 'CI'].includes(name),
  );
  return {
    ...Object.fromEntries(kept),
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    SLS_TELEMETRY_DISABLED: '1',
    SLS_NOTIFICATIONS_MODE: 'off',
  };
}

const stateSchema = z.object({
  service: z.object({
    service: z.string(),
    provider: z.object({ stackName: z.string().optional() }),
    functions: z
      .record(
        z.string(),
        z.object({
          name: z.string(),
          handler: z.string(),
          package: z.object({ artifact: z.string().optional() }).optional(),
        }),
      )
      .default({}),
  }),
  package: z.object({ artifact: z.string().optional() }),
});

async function readPackage(packaged: string, stage: string): Promise<CompiledService> {
  const readJson = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(packaged, name), 'utf8'));
  const state = stateSchema.parse(await readJson('serverless-state.json'));
  const template = z.record(z.string(), z.unknown()).parse(await readJson('cloudformation-template-update-stack.json'));
  const { service, provider, functions } = state.service;
  const codes: Record<string, FunctionCodes[string]> = {};
  for (const definition of Object.values(functions)) {
    const artifact = basename(definition.package?.artifact ?? state.package.artifact ?? `${service}.zip`);
    const unpacked = join(packaged, 'code', basename(artifact, '.zip'));
    if (!existsSync(unpacked)) await unzip(join(packaged, artifact), unpacked);
    codes[definition.name] = {
      kind: 'bundle',
      file: bundleIn(unpacked, definition.handler),
      handler: definition.handler,
    };
  }
  return { service, stackName: provider.stackName ?? `${service}-${stage}`, stage, template, functions: codes };
}

function bundleIn(folder: string, handler: string): string {
  const candidates = ['.cjs', '.mjs', '.js'].map((extension) => bundlePath(folder, handler, extension));
  const found = candidates.find((file) => existsSync(file));
  if (!found) throw new CompileError(`the package has no bundle for the handler ${handler}`);
  return found;
}
