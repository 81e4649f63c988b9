import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** What runs in a process of functions: the process's own file, and that of each environment's thread. */
export interface EnvironmentCode {
  processFile: string;
  environmentFile: string;
}

/**
 * Writes that code into a folder, as plain JavaScript. Node.js could load the TypeScript itself, but each thread would load
 * the compiler first: 10 MB and 25 ms more for every environment.
 */
export function writeEnvironmentCode(folder: string): EnvironmentCode {
  const source = (name: string) => fileURLToPath(new URL(`./inside/${name}.ts`, import.meta.url));
  buildSync({
    entryPoints: [source('process'), source('environment')],
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    logLevel: 'error',
  });
  return { processFile: `${folder}/process.cjs`, environmentFile: `${folder}/environment.cjs` };
}
