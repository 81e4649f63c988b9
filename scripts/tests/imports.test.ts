import { existsSync, globSync, readFileSync } from 'node:fs';
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

/** What a domain may not know: AWS, tables, topics, functions. Types are another matter: they are gone when it runs. */
const OF_AWS =
  /^import (?!type )[^;]*?from '(@aws-sdk\/|@aws-lambda-powertools\/|@arcade\/(dynamodb|lambda)|@arcade\/events\/(sns|event-bridge))/m;
/** What a handler leaves to domain, storage and wiring. */
const NOT_OF_HANDLERS = /from '(@aws-sdk\/|@arcade\/dynamodb)|process\.env|Date\.now|Math\.random|randomUUID/;

/** The files of all services in a folder that hold what `pattern` finds. */
const filesWith = (folder: string, pattern: RegExp): string[] =>
  services.flatMap((service) =>
    globSync(`${folder}/**/*.ts`, { cwd: service.folder })
      .filter((file) => pattern.test(readFileSync(join(service.folder, file), 'utf8')))
      .map((file) => `${service.name}/${file}`),
  );

describe('a service', () => {
  it('has the same files for the same roles as every other', () => {
    const roles = ['settings.ts', 'wiring.ts', 'report.ts', 'domain/ports.ts', 'http/problems.ts', 'tests/aws.ts'];
    const missing = services.flatMap(({ name, folder }) =>
      roles.filter((role) => !existsSync(join(folder, role))).map((role) => `${name}/${role}`),
    );

    expect(missing).toEqual([]);
  });

  it('has a domain that knows nothing of AWS, and takes time and chance from outside', () => {
    expect(filesWith('domain', OF_AWS)).toEqual([]);
    expect(
      filesWith('domain', /process\.env|Date\.now\(|new Date\(\)|Math\.random\(|randomUUID\(|setTimeout\(/),
    ).toEqual([]);
  });

  it('has handlers that parse, call and translate, in forty lines', () => {
    expect(filesWith('handlers', NOT_OF_HANDLERS)).toEqual([]);
    expect(filesWith('handlers', /(?:[^\n]*\n){41}/)).toEqual([]);
  });

  it('reads its environment in one place', () => {
    const readers = ['domain', 'http', 'storage', 'handlers'].flatMap((folder) =>
      filesWith(folder, /environment\(|process\.env/),
    );

    expect(readers).toEqual([]);
  });
});

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
