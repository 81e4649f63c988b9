import { join } from 'node:path';
import type { FunctionPlaces } from './client.ts';
import { esbuildPluginOf, type FunctionDefinition, type Serverless } from './serverlessTypes.ts';

/** Where serverless-esbuild puts a function's bundle; undefined in a service without serverless-esbuild. */
export function bundleOf(serverless: Serverless, { handler }: FunctionDefinition): string | undefined {
  const esbuild = esbuildPluginOf(serverless);
  if (!esbuild) return undefined;
  const extension = esbuild.buildOptions?.outputFileExtension ?? '.js';
  return `${join(esbuild.buildDirPath, handler.slice(0, handler.lastIndexOf('.')))}${extension}`;
}

/**
 * Gives this command's bundles a folder of their own. serverless-esbuild's is removed at the end of each `sls package`,
 * also while `sls offline` serves from it in another terminal. To be called after serverless-esbuild's `initialize`.
 */
export function separateBundles(serverless: Serverless, command: string): void {
  const esbuild = esbuildPluginOf(serverless);
  if (!esbuild) return;
  esbuild.workDirPath = join(serverless.serviceDir, '.cache', command.replaceAll(' ', '-'));
  esbuild.buildDirPath = join(esbuild.workDirPath, 'build');
}

/**
 * Bundles all functions, also when the command names one: the others run when its messages reach them.
 * Throws when one of them cannot be bundled.
 */
export async function bundleAll(serverless: Serverless): Promise<FunctionPlaces> {
  const esbuild = esbuildPluginOf(serverless);
  if (!esbuild) return {};
  const { options } = esbuild;
  esbuild.options = { ...options };
  delete esbuild.options.function;
  try {
    await esbuild.bundle();
  } finally {
    await esbuild.disposeContexts();
    // serverless-esbuild would build on with the contexts that it finds here.
    esbuild.buildCache = {};
    esbuild.options = options;
  }
  const { service } = serverless;
  const places: FunctionPlaces = {};
  for (const definition of service.getAllFunctions().map((key) => service.getFunction(key))) {
    const file = bundleOf(serverless, definition);
    if (file) places[definition.name] = { kind: 'bundle', file, handler: definition.handler };
  }
  return places;
}
