import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';

const FOLDER = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

/** By param, what the README's table says of it. */
function told(): Map<string, string> {
  const [, section = ''] = read('README.md').split('\n## Params\n');
  const rows = section.split('\n').flatMap((line) => {
    const [, names, values = ''] = /^\| (`[^|]+) \| ([^|]+) \|/.exec(line) ?? [];
    if (!names) return [];
    const each = values.split(', ');
    return [...names.matchAll(/`(\w+)`/g)].map(([, name = ''], at) => [name, each[at] ?? values] as const);
  });
  return new Map(rows);
}

it('the README names each param with its default', () => {
  const { params } = parse(read('serverless.yml'), { logLevel: 'error' }) as {
    params: { default: Record<string, string | number> };
  };
  const numbers = Object.entries(params.default).filter(([, value]) => typeof value === 'number');

  expect(Object.fromEntries(numbers.map(([name]) => [name, told().get(name)]))).toEqual(
    Object.fromEntries(numbers.map(([name, value]) => [name, String(value)])),
  );
  expect(Object.keys(params.default).filter((name) => !told().has(name))).toEqual([]);
});
