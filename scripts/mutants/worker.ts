import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { latestTest, runSuite, takeDeclared } from './jestGlobals.ts';
import { setTemplateEdit } from './mutatedService.ts';
import { applyEdit } from './sourceMutants.ts';
import type { Change, Order, Report } from './workerMessages.ts';

/*
 * A process that runs tests of one service, which is its only argument, again and again, each time with another change.
 * Modules of the service are loaded anew each time, under an address of their own; all others once.
 */

const serviceFolder = pathToFileURL(join(process.argv[2] ?? '', '/')).href;
const jestGlobals = new URL('jestGlobals.ts', import.meta.url).href;
const mutatedService = new URL('mutatedService.ts', import.meta.url).href;

/** The run under way. */
let run = 0;
let change: Change | undefined;
let loaded: string[] = [];

const runOf = (url = '') => /\?run=\d+$/.exec(url)?.[0];

registerHooks({
  resolve(specifier, context, next) {
    const ofRun = runOf(context.parentURL);
    if (ofRun && specifier === '@jest/globals') return { url: jestGlobals, shortCircuit: true };
    if (specifier === '../build/service.ts' && /\/testkit\/(localAws|index)\.ts$/.test(context.parentURL ?? '')) {
      return { url: mutatedService, shortCircuit: true };
    }
    const found = next(specifier, context);
    const isOfService = found.url.startsWith(serviceFolder) && !found.url.includes('/node_modules/');
    return ofRun && isOfService ? { ...found, url: `${found.url}${ofRun}` } : found;
  },
  load(url, context, next) {
    const ofRun = runOf(url);
    if (!ofRun) return next(url, context);
    const file = fileURLToPath(url.slice(0, -ofRun.length));
    loaded.push(file);
    const text = readFileSync(file, 'utf8');
    if (file.endsWith('.txt')) {
      return { format: 'module', source: `export default ${JSON.stringify(text)};`, shortCircuit: true };
    }
    if (!file.endsWith('.ts')) return next(url, context);
    const source = change && 'file' in change && change.file === file ? applyEdit(text, change.edit) : text;
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});

// The same examples for every mutant: none is killed by luck. That one fails is enough; the smallest is not looked for.
fc.configureGlobal({ seed: 1, endOnFailure: true });

const strays: unknown[] = [];
process.on('unhandledRejection', (error) => strays.push(error));
process.on('uncaughtException', (error) => strays.push(error));

async function carryOut(order: Order): Promise<Report> {
  const ran: Report['ran'] = [];
  change = order.change;
  setTemplateEdit(change && 'template' in change ? change.template : undefined);
  for (const test of order.tests) {
    run += 1;
    loaded = [];
    strays.length = 0;
    const startedAt = performance.now();
    let failure: Report['failure'];
    try {
      await import(`${pathToFileURL(test).href}?run=${run}`);
      await runSuite(takeDeclared());
      if (strays.length > 0) throw strays[0];
    } catch (error) {
      takeDeclared();
      failure = { test: `${test}: ${latestTest()}`, message: String(error instanceof Error ? error.message : error) };
    }
    ran.push({ test, ms: performance.now() - startedAt, loaded });
    if (failure) return { failure, ran };
  }
  return { ran };
}

process.on('message', async (order: Order) => {
  process.send?.(await carryOut(order));
});
// Whoever gave the orders is gone: nothing that a test has started stays, nor a mutant that loops.
process.on('disconnect', () => process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL'));
