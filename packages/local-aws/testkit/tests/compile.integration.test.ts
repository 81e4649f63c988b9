import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CompileError, compileService } from '../index.ts';

// Compiling takes seconds, more so while other tests run.
jest.setTimeout(60_000);

const FIXTURE = join(import.meta.dirname, 'fixture-service');
const PACKAGE = join(import.meta.dirname, '../..');

describe('compiling a service', () => {
  let parent: string;
  let folder: string;
  beforeAll(async () => {
    // Inside the workspace, so that its plugins are found; `.cache` is ignored by git and by Jest.
    await mkdir(join(PACKAGE, '.cache'), { recursive: true });
    parent = await mkdtemp(join(PACKAGE, '.cache/compile-'));
    folder = join(parent, 'compile-fixture');
    await cp(FIXTURE, folder, { recursive: true });
  });
  afterAll(() => rm(parent, { recursive: true }));

  const file = async (compiled: Awaited<ReturnType<typeof compileService>>) => {
    const code = compiled.functions[`fixture-${compiled.stage}-keep-note`];
    if (code?.kind !== 'bundle') throw new Error('no bundle');
    return code.file;
  };
  const modified = async (path: string) => (await stat(path)).mtimeMs;

  it('gives the template and the bundles that would deploy', async () => {
    const compiled = await compileService(folder, { params: { greeting: 'good day' } });

    expect(compiled).toMatchObject({
      service: 'fixture',
      stackName: 'fixture-local',
      template: {
        Resources: {
          KeepNoteLambdaFunction: { Properties: { Environment: { Variables: { GREETING: 'good day' } } } },
          KeepNoteIamRoleLambdaExecution: { Type: 'AWS::IAM::Role' },
        },
      },
      functions: { 'fixture-local-keep-note': { kind: 'bundle', handler: 'handlers/keepNote.handler' } },
    });
    expect(await readFile(await file(compiled), 'utf8')).toContain('this note cannot be kept');
  });

  it('takes what did not change from the cache, and compiles anew for another stage, param or source', async () => {
    const first = await compileService(folder);
    const before = await modified(await file(first));

    const again = await compileService(folder);
    const elsewhere = await compileService(folder, { stage: 'dev' });
    await writeFile(join(folder, 'handlers/keepNote.ts'), "export const handler = async () => 'changed';\n");
    const changed = await compileService(folder);

    expect(again).toEqual(first);
    expect(await modified(await file(again))).toBe(before);
    expect(elsewhere.stackName).toBe('fixture-dev');
    expect(await file(changed)).not.toBe(await file(first));
    expect(await readFile(await file(changed), 'utf8')).toContain('changed');
  });

  it('says what osls says when a service cannot be packaged', async () => {
    await writeFile(join(folder, 'handlers/keepNote.ts'), "import './nowhere.ts';\nexport const handler = 1;\n");

    const error = await compileService(folder).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(CompileError);
    expect(String(error)).toMatch(/could not be packaged:\n.*nowhere/s);
    await expect(compileService(PACKAGE)).rejects.toThrow('has no serverless.yml');
  });

  it('writes nothing into the service, where sls offline may be at work', async () => {
    const names = ['.serverless', '.esbuild', '.build'];

    const found = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));

    expect(found).toEqual([undefined, undefined, undefined]);
  });
});
