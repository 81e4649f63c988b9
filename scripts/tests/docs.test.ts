import { execFile } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ROOT, toolPath } from '../workspace.ts';

const RUNNING_MS = 60_000;

/** On the Node.js of these tests. What the command writes to its error output is in the error, should it fail. */
const run = async (args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<string> =>
  (await promisify(execFile)(process.execPath, args, { ...options, encoding: 'utf8' })).stdout;

interface Sample {
  readonly title: string;
  /** Of the page: what the sample imports is looked up from here. */
  readonly folder: string;
  readonly code: string;
  readonly output: string;
}

/** Each TypeScript block of a page that is followed by a block of text: the text is what it prints. */
function samplesOf(page: string): Sample[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)].map(([, code = '', output = ''], at) => ({
    title: `${page}, sample ${at + 1}`,
    folder: dirname(join(ROOT, page)),
    code,
    output,
  }));
}

const pages = globSync('packages/*/README.md', { cwd: ROOT }).sort();
const samples = pages.flatMap(samplesOf);

describe('the samples of the documentation', () => {
  it.each(['events', 'dynamodb', 'lambda', 'networks'])('are all found in packages/%s', (name) => {
    const page = `packages/${name}/README.md`;
    const blocks = readFileSync(join(ROOT, page), 'utf8').match(/```ts\n/g) ?? [];

    expect(blocks.length).toBeGreaterThan(0);
    expect(samplesOf(page)).toHaveLength(blocks.length);
  });

  it.concurrent.each(samples)(
    '$title prints what stands below it',
    async ({ code, folder, output }) => {
      const args = ['--no-warnings', '--input-type=module-typescript', '--eval', code];

      expect(await run(args, { cwd: folder, env: { PATH: '' } })).toBe(output);
    },
    RUNNING_MS,
  );

  it(
    'satisfy the compiler',
    async () => {
      const folders: string[] = [];
      const folderIn = (parent: string): string => {
        mkdirSync(join(parent, '.cache'), { recursive: true });
        const folder = mkdtempSync(join(parent, '.cache/samples-'));
        folders.push(folder);
        return folder;
      };
      try {
        const files = samples.map(({ code, folder }) => {
          const file = join(folderIn(folder), 'sample.ts');
          // Relative imports are relative to the page.
          writeFileSync(file, code.replaceAll("from './", `from '${folder}/`));
          return file;
        });
        const project = join(folderIn(ROOT), 'tsconfig.json');
        writeFileSync(project, JSON.stringify({ extends: join(ROOT, 'tsconfig.base.json'), files }));

        expect(await run([toolPath('typescript', 'bin/tsc'), '-p', project])).toBe('');
      } finally {
        for (const folder of folders) rmSync(folder, { recursive: true });
      }
    },
    RUNNING_MS,
  );
});
