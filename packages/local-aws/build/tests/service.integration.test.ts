import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CompiledService, CompileError, compileService } from '../../testkit/index.ts';
import { compileTemplate } from '../compile.ts';

const FIXTURE = join(import.meta.dirname, '../../testkit/tests/fixture-service');
const PACKAGE = join(import.meta.dirname, '../..');
const REPOSITORY = join(PACKAGE, '../..');

let parent: string;
let folder: string;
beforeAll(async () => {
  // Inside the workspace, so that its plugins are found; `.cache` is ignored by git and by Jest.
  await mkdir(join(PACKAGE, '.cache'), { recursive: true });
  parent = await mkdtemp(join(PACKAGE, '.cache/compile-'));
  folder = join(parent, 'compile-fixture');
});
// At the same place each time: what each test begins with is compiled once.
beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await cp(FIXTURE, folder, { recursive: true });
});
afterAll(() => rm(parent, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const edit = async (name: string, from: string, to: string) => {
  const text = await readFile(join(folder, name), 'utf8');
  await write(name, text.replace(from, to));
};
const fileOf = (compiled: CompiledService, name = 'keep-note') => {
  const code = compiled.functions[`fixture-${compiled.stage}-${name}`];
  if (!code) throw new Error('no bundle');
  return code.file;
};
const bundleOf = (compiled: CompiledService) => readFile(fileOf(compiled), 'utf8');
const greetingOf = ({ template }: CompiledService) =>
  (template as { Resources: Record<string, { Properties: { Environment: { Variables: Record<string, string> } } }> })
    .Resources.KeepNoteLambdaFunction?.Properties.Environment.Variables.GREETING;

describe('compiling a service', () => {
  it('gives the template and the bundles that would deploy, and writes nothing into the service', async () => {
    const compiled = await compileService(folder, { params: { greeting: 'good day' } });

    expect(compiled).toMatchObject({
      service: 'fixture',
      stackName: 'fixture-local',
      template: { Resources: { KeepNoteIamRoleLambdaExecution: { Type: 'AWS::IAM::Role' } } },
      functions: { 'fixture-local-keep-note': { kind: 'bundle', handler: 'handlers/keepNote.handler' } },
    });
    expect(greetingOf(compiled)).toBe('good day');
    expect(await bundleOf(compiled)).toContain('this note cannot be kept');
    const written = ['.serverless', '.esbuild', '.build'].map((name) =>
      stat(join(folder, name)).catch(() => 'nothing'),
    );
    expect(await Promise.all(written)).toEqual(['nothing', 'nothing', 'nothing']);
  });

  it('bundles all functions in one build to what serverless-esbuild packages, source maps included', async () => {
    await write(
      'shared.ts',
      "export const one = () => 'only one takes me';\nexport const both = () => 'both take me';\n",
    );
    await write(
      'handlers/other.ts',
      "import { both } from '../shared.ts';\nexport const handler = async () => both();\n",
    );
    await edit(
      'handlers/keepNote.ts',
      'const client',
      "import { both, one } from '../shared.ts';\none();\nboth();\nconst client",
    );
    const other = 'handler: handlers/other.handler\n    name: fixture-local-other\n    iamRoleStatements: []';
    await edit('serverless.yml', 'functions:\n', `functions:\n  other:\n    ${other}\n`);
    await edit('serverless.yml', '  esbuild:\n', '  esbuild:\n    keepOutputDirectory: true\n    minify: true\n');

    const compiled = await compileService(folder);
    const osls = createRequire(join(folder, 'x')).resolve('serverless/bin/serverless.js');
    const { status } = spawnSync(process.execPath, [osls, 'package'], {
      cwd: folder,
      // What osls's plugins leave among temporary files goes with the folder.
      env: { ...process.env, NODE_OPTIONS: '', TMPDIR: parent },
    });

    expect(status).toBe(0);
    for (const [name, key] of [
      ['keep-note', 'keepNote'],
      ['other', 'other'],
    ] as const) {
      const ours = fileOf(compiled, name);
      const theirs = join(folder, `.esbuild/.build/handlers/${key}.cjs`);
      expect(await readFile(ours, 'utf8')).toBe(await readFile(theirs, 'utf8'));
      expect(await sourceMap(ours)).toEqual(await sourceMap(theirs));
    }
  });

  it('bundles the functions of a service without serverless-esbuild with the packages left out, which are found where it has them', async () => {
    await edit('serverless.yml', '  - serverless-esbuild\n', '');
    await edit(
      'serverless.yml',
      / {2}esbuild:\n( {4}.*\n)+/.exec(await readFile(join(folder, 'serverless.yml'), 'utf8'))?.[0] ?? '',
      '',
    );
    await mkdir(join(folder, 'node_modules/left-out'), { recursive: true });
    await write('node_modules/left-out/package.json', '{ "name": "left-out", "main": "index.js" }');
    await write('node_modules/left-out/index.js', "module.exports = { word: 'found' };");
    await write(
      'handlers/keepNote.ts',
      "import { word } from 'left-out';\nexport const handler: () => Promise<string> = async () => word;\n",
    );

    const file = fileOf(await compileService(folder));
    const { handler } = createRequire(file)(file) as { handler(): Promise<string> };

    expect(await handler()).toBe('found');
    expect(await readFile(file, 'utf8')).not.toContain('found');
  });

  it('says what osls says when a template cannot be compiled, and what esbuild says of a bundle', async () => {
    await write('handlers/keepNote.ts', "\nimport './nowhere.ts';\nexport const handler = 1;\n");
    const unbundled = await compileService(folder).catch((thrown: unknown) => thrown);
    await edit('serverless.yml', 'runtime:', 'runtimes:');
    const uncompiled = await compileService(folder).catch((thrown: unknown) => thrown);
    await edit('serverless.yml', 'runtimes:', 'runtime:');
    await rm(join(folder, 'handlers/keepNote.ts'));
    const missing = await compileService(folder).catch((thrown: unknown) => thrown);

    expect(unbundled).toBeInstanceOf(CompileError);
    expect(String(unbundled)).toMatch(
      /could not be bundled:\nhandlers\/keepNote\.ts:2:7: Could not resolve "\.\/nowhere/,
    );
    expect(uncompiled).toBeInstanceOf(CompileError);
    expect(String(uncompiled)).toMatch(/could not be compiled:\n.*runtimes/s);
    expect(String(missing)).toContain('no file for the handler handlers/keepNote.handler: handlers/keepNote.ts');
    await expect(compileService(PACKAGE)).rejects.toThrow('has no serverless.yml');
  });
});

describe('the cache of what is compiled', () => {
  /** Marks what is kept, so that it shows whether it was taken or made. */
  const mark = async (compiled: CompiledService) => writeFile(fileOf(compiled), '// taken from the cache');
  const isTaken = async (compiled: CompiledService) => (await bundleOf(compiled)).includes('taken from the cache');

  it('is hit while nothing has changed, by another stage and other params too when the code is the same', async () => {
    const first = await compileService(folder);
    await mark(first);

    const again = await compileService(folder);
    const elsewhere = await compileService(folder, { stage: 'dev', params: { greeting: 'hi' } });

    expect(again).toEqual(first);
    expect(await isTaken(again)).toBe(true);
    expect(elsewhere.stackName).toBe('fixture-dev');
    expect(greetingOf(elsewhere)).toBe('hi');
    expect(await isTaken(elsewhere)).toBe(true);
  });

  it.each([
    ['a handler', () => edit('handlers/keepNote.ts', 'keeping', 'changed')],
    [
      'the options of its bundler',
      () => edit('serverless.yml', 'target: node24', 'target: node22\n    banner: { js: "/* changed */" }'),
    ],
    [
      'a file that was looked for in vain',
      () => write('tsconfig.json', '{ "compilerOptions": { "target": "es2015", "changed": true } }'),
    ],
  ])('is missed by the bundles after a change of %s', async (title, change) => {
    await mark(await compileService(folder));

    await change();
    const changed = await compileService(folder);

    expect(await isTaken(changed)).toBe(false);
    if (!title.includes('vain')) expect(await bundleOf(changed)).toContain('changed');
  });

  it('is missed by the template after a change of any file that it follows from', async () => {
    await write('params.yml', 'one');
    await write('../common.yml', 'words: { greeting: two }');
    await write('words.cjs', "module.exports = 'three';");
    await write('params.cjs', "module.exports.greeting = require('./words.cjs');");
    const parts = ['file(params.yml)', 'file(../common.yml):words.greeting', 'file(params.cjs):greeting'];
    const greeting = parts.map((part) => `\${${part}}`).join(' ');
    await edit('serverless.yml', 'greeting: hello', `greeting: ${greeting} four`);
    expect(greetingOf(await compileService(folder))).toBe('one two three four');

    const greetings: string[] = [];
    for (const [file, from, to] of [
      ['params.yml', 'one', '1'],
      ['../common.yml', 'two', '2'],
      ['words.cjs', 'three', '3'],
      ['serverless.yml', 'four', '4'],
    ] as const) {
      await edit(file, from, to);
      greetings.push(greetingOf(await compileService(folder)) ?? '');
    }

    expect(greetings).toEqual(['1 two three four', '1 2 three four', '1 2 3 four', '1 2 3 4']);
  });
});

/** A source map with the paths of its sources as they are on disk. */
async function sourceMap(file: string): Promise<unknown> {
  const map = JSON.parse(await readFile(`${file}.map`, 'utf8'));
  return { ...map, sources: map.sources.map((source: string) => resolve(dirname(file), source)) };
}

it('knows that a template follows from what services have in common and from the plugins of this repository', async () => {
  const { inputs } = await compileTemplate(join(REPOSITORY, 'services/ping-pong'));

  const parts = ['services/common.yml', 'packages/frame/plugin/index.ts', 'packages/frame/settings.ts'];
  expect(inputs).toEqual(expect.arrayContaining(parts.map((part) => join(REPOSITORY, part))));
});
