import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const CLI = join(import.meta.dirname, '../cli.ts');

let folder: string;
const running: { kill(signal: 'SIGKILL'): void }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Starts the command; `line` is its first line of output, `ended` all of it with its exit code. */
function run(...args: string[]) {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, A_SECRET_OF_THE_OWNER: 'hunter2' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  const line = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        if (output.includes('\n')) resolve(output);
      });
    }
  });
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output })),
  );
  return { child, line, ended };
}

describe('the command', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('says where it listens, and ends cleanly on %s', async (signal) => {
    const { child, line, ended } = run('--port', '0', '--state', folder);
    const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(await line)?.[0];
    // An open stream must not hold the end up.
    const stream = await fetch(`${endpoint}/_local/journal`, { headers: { accept: 'text/event-stream' } });

    child.kill(signal);

    expect(stream.status).toBe(200);
    expect(await ended).toMatchObject({ code: 0 });
    await expect(stream.text()).rejects.toThrow();
  });

  it('has nothing of its environment that may be a secret, from its start on', async () => {
    const { child, line } = run('--port', '0', '--state', folder);
    await line;

    const environment = existsSync('/proc') ? readFileSync(`/proc/${child.pid}/environ`, 'utf8') : '';

    expect(environment.includes('hunter2')).toBe(false);
  });

  it('says in a sentence which port is taken', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });

    const { code, output } = await run('--port', String(port), '--state', folder).ended;
    taken.close();

    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`^Port ${port} is already in use.*\n$`));
  });

  it('forgets the state of earlier runs when asked to, but never what is not its own', async () => {
    await mkdir(join(folder, 'stacks'));
    const fresh = run('--port', '0', '--state', folder, '--fresh');
    await fresh.line;
    fresh.child.kill('SIGTERM');
    await fresh.ended;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'thesis.txt'), 'two years of work');

    const refused = await run('--port', '0', '--state', folder, '--fresh').ended;

    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('thesis.txt') });
    expect(await readdir(folder)).toContain('thesis.txt');
  });

  it.each([
    [['--port', 'many'], /--port is 'many'/],
    [['--busy', '0'], /--busy is '0', not a whole number above 0/],
    [['--nonsense'], /--nonsense/],
    [['--faults', '/no/such/file.json'], /fault plan \/no\/such\/file\.json cannot be read/],
  ])('refuses %j in a sentence', async (args, says) => {
    const { code, output } = await run(...args).ended;

    expect(code).toBe(2);
    expect(output).toMatch(says);
    expect(output).not.toMatch(/\n\s+at /);
  });

  it('says where a fault plan does not fit', async () => {
    const file = join(folder, 'plan.yml');
    await writeFile(file, 'rules:\n  - duplicate: 2\n');

    const { code, output } = await run('--faults', file).ended;

    expect(code).toBe(2);
    expect(output).toContain('rules[0].duplicate');
  });
});
