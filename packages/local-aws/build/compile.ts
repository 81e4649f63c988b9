import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { forgetUnused, hashesOf, hashOf, keepMade, takeMade, workspaceOf } from './cache.ts';
import { createLimit } from './limit.ts';
import { withLock } from './lock.ts';

/** How a service is compiled. */
export interface CompileOptions {
  /** Default: `local`. */
  stage?: string;
  /** Values for `params:`, as `--param` passes them. */
  params?: Readonly<Record<string, string>>;
}

const compiledSchema = z.object({
  /** The name in serverless.yml. */
  service: z.string(),
  stackName: z.string(),
  /** The CloudFormation template. */
  template: z.record(z.string(), z.unknown()),
  /** Of each function, by its physical name: `handlers/ping.handler`. */
  handlers: z.record(z.string(), z.string()),
  /** The options of serverless-esbuild, its defaults filled in; left out in a service that does not have it. */
  bundling: z.record(z.string(), z.unknown()).optional(),
});

/** What osls makes of a serverless.yml. */
export type CompiledTemplate = z.output<typeof compiledSchema>;

/** A compiled template, and the files that it follows from. */
export interface TemplateBuild extends CompiledTemplate {
  inputs: string[];
}

/** osls could not compile the service, or esbuild could not bundle it; the message holds what they printed. */
export class CompileError extends Error {
  override readonly name = 'CompileError';
}

/** osls takes a core, and 400 MB, for each service. */
const limited = createLimit(availableParallelism());

const CHILD = join(import.meta.dirname, 'osls.cjs');

const answerSchema = z.object({ compiled: compiledSchema, inputs: z.array(z.string()) });

/**
 * Compiles a service's template as `sls package` does, in a process that ends. Needs no network, no AWS and no credentials, and
 * writes nothing into the service's folder. What follows from the same files as before is taken from `.cache/` of the
 * workspace. Throws CompileError.
 */
export async function compileTemplate(serviceFolder: string, options: CompileOptions = {}): Promise<TemplateBuild> {
  const { stage = 'local', params = {} } = options;
  const folder = resolve(serviceFolder);
  if (!existsSync(join(folder, 'serverless.yml'))) throw new CompileError(`${folder} has no serverless.yml`);
  const workspace = workspaceOf(folder);
  const key = hashOf([folder, stage, Object.entries(params).sort()]);
  const kept = join(workspace, '.cache/templates', `${basename(folder)}-${key}.json`);
  let made = (await takeMade<CompiledTemplate>(kept)).template;
  made ??= await withLock(`${kept}.lock`, async () => {
    // Another process may have made it while this one waited.
    const before = await takeMade<CompiledTemplate>(kept);
    if (before.template) return before.template;
    const madeMs = Date.now();
    const { compiled, inputs } = await limited(() => runOsls(folder, workspace, { stage, params }));
    const template = {
      inputs: await hashesOf([...inputs, CHILD], { folder, workspace }),
      madeMs,
      result: compiled,
    };
    await keepMade(kept, {}, { template });
    await forgetUnused(dirname(kept));
    return template;
  });
  return { ...made.result, inputs: Object.keys(made.inputs) };
}

async function runOsls(
  folder: string,
  workspace: string,
  { stage, params }: Required<CompileOptions>,
): Promise<z.output<typeof answerSchema>> {
  const require = createRequire(join(folder, 'serverless.yml'));
  const osls = dirname(require.resolve('serverless/package.json'));
  const values = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  const child = spawn(process.execPath, [CHILD, osls, 'package', `--stage=${stage}`, ...values], {
    cwd: folder,
    env: compileEnvironment(workspace),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let answer: string | undefined;
  let printed = '';
  child.on('message', (message) => {
    answer = String(message);
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  await new Promise((done, failed) => child.once('error', failed).once('close', done));
  if (answer === undefined) throw new CompileError(`${basename(folder)} could not be compiled:\n${printed.trim()}`);
  return answerSchema.parse(JSON.parse(answer));
}

/** Nothing of the real AWS is reachable from a compilation: false credentials, no profile, and an endpoint where nobody listens. */
function compileEnvironment(workspace: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('AWS_') && !['NODE_OPTIONS', 'CI'].includes(name),
  );
  return {
    ...Object.fromEntries(kept),
    // osls and its plugins are some thousand modules.
    NODE_COMPILE_CACHE: join(workspace, '.cache/node'),
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    SLS_TELEMETRY_DISABLED: '1',
    SLS_NOTIFICATIONS_MODE: 'off',
  };
}
