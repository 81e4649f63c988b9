import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findServices, ROOT } from '../workspace.ts';

/** The specifier of each import and re-export, static or dynamic. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;

const services = findServices();

/** `services/ping-pong` or `packages/web`: the part of the repository that a path lies in. */
function partOf(path: string): string {
  return relative(ROOT, path).split(sep).slice(0, 2).join('/');
}

/** Where an import leads: to a part of the repository, or outside of it (undefined). */
function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return partOf(resolve(dirname(file), specifier));
  const named = services.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  return named && partOf(named.folder);
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => match[1] ?? '');
}

/** Each import that leads into a service from outside of it. */
function strayImports(folder: string): string[] {
  const files = globSync('**/*.{ts,tsx,mjs,cjs,js}', {
    cwd: join(ROOT, folder),
    exclude: (name) => name === 'node_modules' || name.startsWith('.'),
  });
  return files.flatMap((name) => {
    const file = join(ROOT, folder, name);
    return importsOf(file)
      .filter((specifier) => {
        const target = targetOf(file, specifier);
        return target?.startsWith('services/') && target !== partOf(file);
      })
      .map((specifier) => `${relative(ROOT, file)} imports ${specifier}`);
  });
}

describe('imports', () => {
  it('never lead from one service into another', () => {
    expect(strayImports('services')).toEqual([]);
  });

  it('never lead from a package into a service', () => {
    expect(strayImports('packages')).toEqual([]);
  });

  it('are recognised in all their forms', () => {
    const source = [
      `import { a } from './a.ts';`,
      `import type { B } from "@arcade/b";`,
      `import './c.ts';`,
      `export * from './d.ts';`,
      `const e = await import('./e.ts');`,
    ].join('\n');

    expect([...source.matchAll(IMPORT)].map((match) => match[1])).toEqual([
      './a.ts',
      '@arcade/b',
      './c.ts',
      './d.ts',
      './e.ts',
    ]);
  });
});
