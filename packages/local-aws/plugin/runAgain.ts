import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Serverless } from './serverlessTypes.ts';

/** The params that the command line gives: `--param name=value`. */
export function givenParams({ processedInput }: Serverless): Set<string> {
  const given = processedInput.options.param;
  const texts = Array.isArray(given) ? given.map(String) : [];
  return new Set(texts.map((text) => text.slice(0, text.indexOf('='))));
}

/**
 * Runs this very command again with more params and gives its exit status. Params are resolved before any plugin is
 * asked, so a command that learns them later must begin anew.
 */
export async function runAgainWith(params: Record<string, string>, env: Record<string, string>): Promise<number> {
  const options = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1), ...options], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  if (process.send) child.on('message', (message) => process.send?.(message));
  // A terminal sends Ctrl-C to both.
  const ignore = () => {};
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', ignore).on('SIGTERM', forward);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', forward);
  }
}
