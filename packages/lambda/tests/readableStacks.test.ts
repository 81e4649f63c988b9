import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stacks-'));
  writeFileSync(join(folder, 'ping.cjs'), "exports.handler=()=>{throw new TypeError('no ball')}");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The stack of what the bundle throws, in a process of its own: stack traces belong to a whole process. */
function stackOfBundle(...options: string[]): string[] {
  const script = `
    import { makeStacksReadable } from '${import.meta.dirname}/../readableStacks.ts';
    import { createRequire } from 'node:module';
    makeStacksReadable();
    try { createRequire('${folder}/')('./ping.cjs').handler() } catch (error) { console.log(error.stack) }`;
  const args = [...options, '--no-warnings', '--input-type=module', '-e', script];
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).split('\n');
}

it('names the place in the sources, when the map lies beside the bundle', () => {
  // The first column of the first line comes from line 11, column 3 (VLQ: A A U E).
  const map = { version: 3, sources: ['../../../domain/decide.ts'], names: [], mappings: 'AAUE' };
  writeFileSync(join(folder, 'ping.cjs.map'), JSON.stringify(map));

  const [message, frame] = stackOfBundle();

  expect(message).toBe('TypeError: no ball');
  expect(frame).toMatch(/^ {4}at exports\.handler \(domain\/decide\.ts:11:\d+\)$/);
});

it.each([
  ['without a map', undefined],
  ['with a broken one', '{"version":'],
])('leaves the place in the bundle %s', (_what, map) => {
  if (map) writeFileSync(join(folder, 'ping.cjs.map'), map);

  expect(stackOfBundle()[1]).toContain(`${folder}/ping.cjs:1:`);
});

it('leaves the work to Node.js where it maps stacks itself', () => {
  expect(stackOfBundle('--enable-source-maps')[1]).toContain(`${folder}/ping.cjs:1:`);
});
