import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runSteps, type Step } from '../testSteps.ts';

let folder: string;
let printed: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'steps-'));
  printed = '';
});
afterEach(() => rm(folder, { recursive: true }));

const print = (text: string) => {
  printed += text;
};
const step = (name: string, cores: number, ...scripts: string[]): Step => ({
  name,
  cores,
  commands: scripts.map((script) => ['-e', script]),
});
/** Makes a file, and ends when that of another step is there. */
const meets = (own: string, other: string) => {
  const [mine, theirs] = [own, other].map((name) => JSON.stringify(join(folder, name)));
  return `fs.writeFileSync(${mine}, ''); setInterval(() => fs.existsSync(${theirs}) && process.exit(), 5);`;
};
const makes = (name: string) => `fs.writeFileSync(${JSON.stringify(join(folder, name))}, '');`;
const needs = (name: string) => `process.exit(fs.existsSync(${JSON.stringify(join(folder, name))}) ? 0 : 1);`;

describe('steps', () => {
  it('run side by side as far as there are cores for them, and each shows its output whole when it ends', async () => {
    const first = step('first', 1, `console.log('one'); ${meets('a', 'b')}`, "console.log('two')");

    const outcomes = await runSteps([first, step('second', 1, meets('b', 'a'))], 2, print);

    expect(outcomes.map(({ status }) => status)).toEqual(['passed', 'passed']);
    expect(printed).toContain('\n== first ==\none\ntwo\n');
  });

  it('wait until there are cores for them', async () => {
    const slow = step('slow', 1, `setTimeout(() => { ${makes('done')} }, 200);`);

    const outcomes = await runSteps([slow, step('large', 2, needs('done'))], 2, print);

    expect(outcomes.map(({ step: name, status }) => [name, status])).toEqual([
      ['slow', 'passed'],
      ['large', 'passed'],
    ]);
  });

  it('end with the first that fails, whose output is shown, and the others do not start', async () => {
    const endless = step('endless', 1, `${makes('runs')} setInterval(() => {}, 1000);`);
    const failing = step(
      'failing',
      1,
      `setInterval(() => { if (fs.existsSync(${JSON.stringify(join(folder, 'runs'))})) { console.error('why'); process.exit(3); } }, 5);`,
      makes('after'),
    );

    const outcomes = await runSteps([endless, failing, step('later', 1, makes('after'))], 2, print);

    expect(outcomes.map(({ step: name, status }) => [name, status])).toEqual([
      ['failing', 'failed'],
      ['endless', 'ended'],
    ]);
    expect(printed).toBe('\n== failing ==\nwhy\n');
  });
});
