import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Service, slsPath, toolEnvironment } from './workspace.ts';

/** The template's file in what osls packages. */
const TEMPLATE = 'cloudformation-template-update-stack.json';

/**
 * Packages a service for a stage exactly as `sls deploy` would and hands the compiled template's path to `use`; the
 * package is gone afterwards. Throws an Error with osls's output when it cannot be packaged.
 */
export async function withPackage<T>(service: Service, stage: string, use: (templatePath: string) => T): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `package-${service.name}-`));
  try {
    await packageInto(service, stage, folder);
    return use(join(folder, TEMPLATE));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function packageInto(service: Service, stage: string, folder: string): Promise<void> {
  const child = spawn(process.execPath, [slsPath(service), 'package', `--stage=${stage}`, `--package=${folder}`], {
    cwd: service.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Packaging needs no account; with these, nothing of the machine's owner could be used by mistake.
    env: toolEnvironment({
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_EC2_METADATA_DISABLED: 'true',
    }),
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`sls package failed in ${service.folder}:\n${output}`);
}
