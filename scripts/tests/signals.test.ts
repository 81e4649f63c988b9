import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ROOT } from '../workspace.ts';

/** Takes a while to end, and says when it has. */
const PROGRAM = `
import { setTimeout as pause } from 'node:timers/promises';
const { endOnSignals } = await import(process.argv[1]);
const ending = new AsyncDisposableStack();
ending.defer(async () => {
  console.log('ending');
  await pause(300);
  console.log('ended');
});
endOnSignals(ending);
setInterval(() => {}, 1000);
console.log('started');
`;

it('ends what was started before the process, also when it is asked twice', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, join(ROOT, 'scripts/signals.ts')]);
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
    if (said.endsWith('started\n') || said.endsWith('ending\n')) child.kill('SIGTERM');
  });

  const [code] = await once(child, 'close');

  expect([said, code]).toEqual(['started\nending\nended\n', 1]);
});
