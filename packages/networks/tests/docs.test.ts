import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const PACKAGE = dirname(import.meta.dirname);
const RUNNING_MS = 60_000;

interface Sample {
  readonly title: string;
  readonly folder: string;
  readonly code: string;
  readonly output: string;
}

/** Each TypeScript block of a page that is followed by a block of text: the text is what it prints. */
const samplesOf = (page: string): Sample[] => {
  const text = readFileSync(join(PACKAGE, page), 'utf8');
  const blocks = [...text.matchAll(/```ts\n(.*?)```\n\n(?:```text\n(.*?)```)?/gs)];
  return blocks.map(([, code = '', output = ''], at) => ({
    title: `${page}, sample ${at + 1}`,
    folder: dirname(join(PACKAGE, page)),
    code,
    output,
  }));
};

const samples = ['README.md', 'examples/alexa/README.md'].flatMap(samplesOf);

describe('the samples of the documentation', () => {
  it('are found', () => {
    expect(samples.length).toBeGreaterThanOrEqual(6);
    expect(samples.every(({ output }) => output !== '')).toBe(true);
  });

  it.each(samples)(
    '$title prints what stands below it',
    ({ code, folder, output }) => {
      const args = ['--no-warnings', '--input-type=module-typescript', '--eval', code];

      expect(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { PATH: '' } })).toBe(output);
    },
    RUNNING_MS,
  );

  it(
    'satisfy the compiler',
    () => {
      const parent = join(PACKAGE, '.cache');
      mkdirSync(parent, { recursive: true });
      const folder = mkdtempSync(join(parent, 'samples-'));
      try {
        for (const [at, { code, folder: origin }] of samples.entries()) {
          // Relative imports are relative to the page.
          writeFileSync(join(folder, `sample${at}.ts`), code.replaceAll("from './", `from '${origin}/`));
        }
        const config = { extends: join(PACKAGE, '../../tsconfig.base.json'), include: ['*.ts'] };
        writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
        const tsc = join(
          dirname(createRequire(join(PACKAGE, '../../package.json')).resolve('typescript/package.json')),
          'bin/tsc',
        );

        expect(execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })).toBe('');
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    RUNNING_MS,
  );
});
