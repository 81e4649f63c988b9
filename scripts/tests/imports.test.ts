import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findServices, ROOT } from '../workspace.ts';

/** The specifier of each import and re-export, static or dynamic, and of each `require`. */
const IMPORT = /(?:\bfrom|\bimport|\brequire(?:\.resolve)?)\s*\(?\s*['"]([^'"]+)['"]/g;
/** A part of a template that stands in another file: `${file(../common.yml):provider}`. */
const INCLUDED = /\$\{file\(([^)]+)\)/g;

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

const found = (pattern: RegExp, text: string): string[] => [...text.matchAll(pattern)].map((match) => match[1] ?? '');

const importsOf = (file: string): string[] => found(IMPORT, readFileSync(file, 'utf8'));

/** Each part of a service's templates that is taken from outside of its folder, but for what all have in common. */
function strayIncludes(folder: string): string[] {
  const templates = globSync('**/*.yml', {
    cwd: folder,
    exclude: (name) => name === 'node_modules' || name.startsWith('.'),
  });
  return templates.flatMap((name) =>
    found(INCLUDED, readFileSync(join(folder, name), 'utf8'))
      .filter((path) => path.split('/').includes('..') && path !== '../common.yml')
      .map((path) => `${relative(ROOT, join(folder, name))} takes ${path}`),
  );
}

/** What is taken as text is shown, and not run: a lesson's lines. */
const AS_TEXT = /\?raw$/;

/** Each import of code that leads into a service from outside of it. */
function strayImports(folder: string): string[] {
  const files = globSync('**/*.{ts,tsx,mjs,cjs,js}', {
    cwd: join(ROOT, folder),
    exclude: (name) => name === 'node_modules' || name.startsWith('.'),
  });
  return files.flatMap((name) => {
    const file = join(ROOT, folder, name);
    return importsOf(file)
      .filter((specifier) => {
        const target = AS_TEXT.test(specifier) ? undefined : targetOf(file, specifier);
        return target?.startsWith('services/') && target !== partOf(file);
      })
      .map((specifier) => `${relative(ROOT, file)} imports ${specifier}`);
  });
}

/** What a domain may not know, not even by its types: AWS, and what of its own service stands around it. */
const AROUND_A_DOMAIN =
  /['"](@aws-sdk\/|@smithy\/|@aws-lambda-powertools\/|aws-lambda['"]|@arcade\/(dynamodb|frame|local-aws)|(\.\.\/)+(storage|http|handlers|wiring|settings|report)\b)/;
/** What it may know by types only, which are gone when it runs. How many do something at once is nothing of Lambda's. */
const TYPES_FOR_A_DOMAIN =
  /(^(im|ex)port (?!type )[^;]*?from |\bimport\(|^import )'@arcade\/(lambda(?!\/abreast')|events\/(sns|event-bridge))/m;
/** What runs on the developer's machine; the names of a network's ends are constants. */
const OF_THE_WORKSHOP = /^@arcade\/(frame|local-aws|networks(?!\/ends$))\b/;
/** What a template is compiled of, and drawn from: none of it deploys. */
const OF_A_TEMPLATE = ['patterns', 'networks.ts', 'drawings.ts'];
/** What a handler leaves to domain, storage and wiring. */
const NOT_OF_HANDLERS = /from '(@aws-sdk\/|@arcade\/dynamodb)|process\.env|Date\.now|Math\.random|randomUUID/;

const inPackages = (...names: string[]) => names.map((name) => join(ROOT, 'packages', name));

/** Each import of what `pattern` finds, but in tests, benchmarks and what templates are compiled of. */
const importsFrom = (folder: string, pattern: RegExp): string[] =>
  globSync('**/*.ts', {
    cwd: folder,
    exclude: (name) => ['node_modules', 'tests', 'bench', ...OF_A_TEMPLATE].includes(name) || name.startsWith('.'),
  }).flatMap((name) =>
    importsOf(join(folder, name))
      .filter((specifier) => pattern.test(specifier))
      .map((specifier) => `${relative(ROOT, join(folder, name))} imports ${specifier}`),
  );

/** The files of all services in a folder that hold what `pattern` finds. */
const filesWith = (folder: string, pattern: RegExp): string[] =>
  services.flatMap((service) =>
    globSync(`${folder}/**/*.ts`, { cwd: service.folder })
      .filter((file) => pattern.test(readFileSync(join(service.folder, file), 'utf8')))
      .map((file) => `${service.name}/${file}`),
  );

describe('a service', () => {
  it('has the same files for the same roles as every other', () => {
    const roles = ['settings.ts', 'wiring.ts', 'report.ts', 'domain/ports.ts', 'tests/aws.ts'];
    const ofHttp = new Set(filesWith('handlers', /\bhttpHandler\b/).map((file) => file.split('/')[0]));
    const missing = services.flatMap(({ name, folder }) =>
      [...roles, ...(ofHttp.has(name) ? ['http/problems.ts'] : [])]
        .filter((role) => !existsSync(join(folder, role)))
        .map((role) => `${name}/${role}`),
    );

    expect(ofHttp.size).toBeGreaterThan(0);

    expect(missing).toEqual([]);
  });

  it('has a domain that knows nothing of AWS, and takes time and chance from outside', () => {
    expect(filesWith('domain', AROUND_A_DOMAIN)).toEqual([]);
    expect(filesWith('domain', TYPES_FOR_A_DOMAIN)).toEqual([]);
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

describe('a template', () => {
  it('takes nothing from the folder of another service', () => {
    expect(services.flatMap(({ folder }) => strayIncludes(folder))).toEqual([]);
  });
});

describe('what a domain may not import', () => {
  it.each([
    `import { GetCommand } from '@aws-sdk/lib-dynamodb';`,
    `import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';`,
    `import type { SNSEvent } from 'aws-lambda';`,
    `const { createTable } = await import('@arcade/dynamodb');`,
    `export { itemKey } from '../storage/items.ts';`,
    `import { settings } from '../settings.ts';`,
  ])('is recognised, types and all, in %s', (line) => {
    expect(line).toMatch(AROUND_A_DOMAIN);
  });

  it.each([
    `import { world } from '@arcade/lambda';`,
    `import {\n  logger,\n} from '@arcade/lambda';`,
    `export { world } from '@arcade/lambda/world';`,
    `const { createSnsPublisher } = await import('@arcade/events/sns');`,
  ])('is recognised, but for types, in %j', (line) => {
    expect(line).toMatch(TYPES_FOR_A_DOMAIN);
  });

  it.each([
    `import type { World } from '@arcade/lambda/world';`,
    `import { createEvent } from '@arcade/events';`,
    `import { abreast } from '@arcade/lambda/abreast';`,
    `import { LIMITS } from './limits.ts';`,
  ])('is not %s', (line) => {
    expect(line).not.toMatch(AROUND_A_DOMAIN);
    expect(line).not.toMatch(TYPES_FOR_A_DOMAIN);
  });
});

describe('imports', () => {
  it('never lead from what deploys to what runs on the developer’s machine', () => {
    const deployed = [...services.map(({ folder }) => folder), ...inPackages('events', 'dynamodb', 'lambda')];

    expect(deployed.flatMap((folder) => importsFrom(folder, OF_THE_WORKSHOP))).toEqual([]);
  });

  it('never lead from the frame to local-aws: what it makes deploys everywhere', () => {
    expect(inPackages('frame').flatMap((folder) => importsFrom(folder, /^@arcade\/local-aws\b/))).toEqual([]);
  });

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
      `const f = require('./f.cjs');`,
    ].join('\n');

    expect(found(IMPORT, source)).toEqual(['./a.ts', '@arcade/b', './c.ts', './d.ts', './e.ts', './f.cjs']);
  });
});
