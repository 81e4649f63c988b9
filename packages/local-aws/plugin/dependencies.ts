import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listStacks, putStack } from './client.ts';
import { type ComposedService, composedServices, paramsFor } from './compose.ts';

type Outputs = Record<string, string>;

/** What packaging a service for the laptop needs. */
export interface PackagingTools {
  /** osls's own script, run on this Node.js. */
  slsPath: string;
  stage: string;
}

/**
 * Provisions the services that `name` takes outputs from or depends on, those that they need first, without their
 * functions; what stands already is left as it is. Gives the params that compose would pass to `name`.
 * Throws Refused, or an Error with osls's output when a service cannot be packaged.
 */
export async function provisionDependencies(
  url: string,
  workspace: string,
  name: string,
  tools: PackagingTools,
): Promise<Record<string, string>> {
  const services = composedServices(workspace);
  const standing = new Map((await listStacks(url)).map((stack) => [stack.stackName, stack.outputs]));
  const outputs = new Map<string, Outputs>();

  const provision = async (service: ComposedService): Promise<void> => {
    if (outputs.has(service.name)) return;
    await provisionAll(service.dependsOn);
    const found = standing.get(`${service.name}-${tools.stage}`);
    outputs.set(
      service.name,
      found ?? (await provisionWithoutFunctions(url, service, paramsFor(service, outputs), tools)),
    );
  };
  const provisionAll = async (names: readonly string[]) => {
    for (const one of names) {
      const service = services.find((candidate) => candidate.name === one);
      if (!service) throw new Error(`serverless-compose.yml has no service '${one}'`);
      await provision(service);
    }
  };

  const self = services.find((service) => service.name === name);
  if (!self) return {};
  await provisionAll(self.dependsOn);
  return paramsFor(self, outputs);
}

async function provisionWithoutFunctions(
  url: string,
  service: ComposedService,
  params: Record<string, string>,
  tools: PackagingTools,
): Promise<Outputs> {
  const folder = await mkdtemp(join(tmpdir(), `package-${service.name}-`));
  try {
    await packageInto(folder, service, params, tools);
    const template = JSON.parse(await readFile(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
    const { outputs } = await putStack(url, `${service.name}-${tools.stage}`, { template });
    return outputs;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function packageInto(
  folder: string,
  service: ComposedService,
  params: Record<string, string>,
  { slsPath, stage }: PackagingTools,
): Promise<void> {
  const options = Object.entries(params).map(([key, value]) => `--param=${key}=${value}`);
  const child = spawn(process.execPath, [slsPath, 'package', `--stage=${stage}`, `--package=${folder}`, ...options], {
    cwd: service.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`${service.name} could not be packaged:\n${Buffer.concat(chunks).toString()}`);
}
