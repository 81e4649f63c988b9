/**
 * A process of its own for the memory bench: local-aws and the bare loop, as on the laptop. Sends a sample to its parent every
 * so many strokes, after a garbage collection. To be run with --expose-gc; arguments: strokes in all, strokes per sample,
 * and the file for the functions' strokes.
 */
import { startInProcess } from './inProcess.ts';
import type { MemorySample } from './memory.bench.ts';
import { memoryOf, processTree } from './processTree.ts';

const [, , total, perSample, strokesFile = ''] = process.argv;
const { cloud, serve, stop } = await startInProcess(strokesFile);
const ended = Promise.withResolvers<void>();
let strokes = 0;

function sample(): void {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const functions = memoryOf(processTree(process.pid).slice(1));
  process.send?.({ strokes, rss, heapUsed, functions } satisfies MemorySample);
}

cloud.journal.follow(({ kind, outcome }) => {
  if (kind !== 'invocation' || outcome === 'begun') return;
  if (outcome === 'error') return ended.reject(new Error('the bare loop: a stroke failed'));
  strokes += 1;
  if (strokes % Number(perSample) === 0) sample();
  if (strokes === Number(total)) ended.resolve();
});
try {
  await serve(1, Number(total));
  await ended.promise;
} finally {
  await stop();
}
process.disconnect?.();
