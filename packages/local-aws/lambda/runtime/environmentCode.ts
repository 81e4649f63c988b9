import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepEsbuild } from '../../build/esbuild.ts';

/** What runs in a process of functions: the process's own file, that of each environment's thread, and what it loads before. */
export interface EnvironmentCode {
  processFile: string;
  environmentFile: string;
  guardFile: string;
}

/** The files' names and texts: they are the same for every local-aws of this process. */
let bundled: Promise<[name: string, text: string][]> | undefined;

/**
 * Writes that code into a folder, as plain JavaScript. Node.js could load the TypeScript itself, but each thread would load
 * the compiler first: 10 MB and 25 ms more for every environment.
 */
export async function writeEnvironmentCode(folder: string): Promise<EnvironmentCode> {
  bundled ??= bundle();
  const files = await bundled;
  await Promise.all(files.map(([name, text]) => writeFile(join(folder, name), text)));
  const fileOf = (name: string) => join(folder, `${name}.cjs`);
  return { processFile: fileOf('process'), environmentFile: fileOf('environment'), guardFile: fileOf('guard') };
}

/** Not `buildSync`, whose thread and process of esbuild would stay; and not in the queue, in which services wait for seconds. */
async function bundle(): Promise<[string, string][]> {
  const source = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const letGo = keepEsbuild();
  try {
    const { build } = await import('esbuild');
    const { outputFiles } = await build({
      entryPoints: [source('inside/process.ts'), source('inside/environment.ts'), source('guard.cjs')],
      outdir: import.meta.dirname,
      write: false,
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
      logLevel: 'error',
    });
    return outputFiles.map(({ path, text }) => [basename(path), text]);
  } finally {
    await letGo();
  }
}
