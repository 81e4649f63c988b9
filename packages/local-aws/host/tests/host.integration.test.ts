import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JournalEntry } from '../../core/journal.ts';
import { type Cloud, createCloud } from '../../create.ts';

const FIXTURE = join(import.meta.dirname, '../../testkit/tests/fixture-service');
const PACKAGE = join(import.meta.dirname, '../..');
const CACHE = join(PACKAGE, '../../.cache');

/** A handler that says which environment answers, and what it has from the service and from a package. */
const HANDLER = `import { word } from '../../package/index.ts';
const environment = Math.random();
export const handler = async () => ({ environment, word, says: 'first', greeting: process.env.GREETING });
`;
/** One that takes nothing from anywhere. */
const LONE_HANDLER = 'const environment = Math.random();\nexport const handler = async () => ({ environment });\n';

let parent: string;
let cloud: Cloud;
let said: string[];
beforeAll(async () => {
  // Inside the workspace, as a service is; `.cache` is ignored by git and by Jest.
  await mkdir(CACHE, { recursive: true });
  parent = await mkdtemp(join(CACHE, 'host-'));
  await symlink(join(PACKAGE, 'node_modules'), join(parent, 'node_modules'));
});
// At the same place each time: what each test begins with is compiled once.
beforeEach(async () => {
  await rm(join(parent, 'hosted'), { recursive: true, force: true });
  await cp(FIXTURE, join(parent, 'hosted'), { recursive: true });
  await write('package/index.ts', "export const word = 'one';\n");
  await write('hosted/handlers/taking.ts', HANDLER);
  await write('hosted/handlers/lone.ts', LONE_HANDLER);
  const functions = ['taking', 'lone'].map(
    (name) =>
      `  ${name}: { handler: handlers/${name}.handler, name: fixture-${name}, iamRoleStatements: [], environment: { GREETING: hello } }\n`,
  );
  await edit('hosted/serverless.yml', 'functions:\n', `functions:\n${functions.join('')}`);
  cloud = await createCloud({ port: 0 });
  said = [];
  cloud.host.follow((_service, line) => said.push(line));
});
afterEach(() => cloud.close());
afterAll(() => rm(parent, { recursive: true }));

async function write(name: string, text: string) {
  await mkdir(dirname(join(parent, name)), { recursive: true });
  await writeFile(join(parent, name), text);
}
async function edit(name: string, from: string, to: string) {
  await write(name, (await readFile(join(parent, name), 'utf8')).replace(from, to));
}
const start = () =>
  cloud.host.start([{ name: 'hosted', folder: join(parent, 'hosted'), stage: 'local', ports: { http: 0 } }]);
/** Does what changes a file, and waits for what comes of it. */
async function reloaded(change: () => Promise<void>): Promise<JournalEntry> {
  const { promise, resolve } = Promise.withResolvers<JournalEntry>();
  const unfollow = cloud.journal.follow((entry) => entry.action === 'Reload' && resolve(entry));
  await change();
  return promise.finally(unfollow);
}
const invoke = async (name: string) => JSON.parse((await cloud.functions.invoke(`fixture-${name}`, {})).payload);

describe('a hosted service', () => {
  it('is taken up again at once when a handler changes, and only the function whose output changed is swapped', async () => {
    await start();
    const before = { taking: await invoke('taking'), lone: await invoke('lone') };

    const entry = await reloaded(() => edit('hosted/handlers/taking.ts', "'first'", "'second'"));
    const after = { taking: await invoke('taking'), lone: await invoke('lone') };

    expect(entry).toMatchObject({
      kind: 'provision',
      outcome: 'ok',
      detail: { functions: ['taking'], template: false },
    });
    expect(after.taking).toMatchObject({ says: 'second', word: 'one' });
    expect(after.taking.environment).not.toBe(before.taking.environment);
    expect(after.lone.environment).toBe(before.lone.environment);
    expect(said.at(-1)).toMatch(/^reloaded taking in \d+ ms$/);
  });

  it('is taken up again when a package changes that it uses', async () => {
    await start();
    const before = await invoke('lone');

    await reloaded(() => edit('package/index.ts', 'one', 'two'));

    expect(await invoke('taking')).toMatchObject({ word: 'two' });
    expect(await invoke('lone')).toEqual(before);
  });

  it('is taken up again when serverless.yml changes, and functions that stay the same run on', async () => {
    await start();
    const before = await invoke('lone');

    const entry = await reloaded(() => edit('hosted/serverless.yml', 'GREETING: hello', 'GREETING: welcome'));

    expect(entry.detail).toMatchObject({ functions: [], template: true });
    expect(await invoke('taking')).toMatchObject({ greeting: 'welcome' });
    expect(await invoke('lone')).toEqual(before);
    expect(said.at(-1)).toMatch(/^reloaded the stack in \d+ ms$/);
  });

  it('answers by its last good version while a file is broken, says so, and runs again when it is mended', async () => {
    await start();

    const broken = await reloaded(() => edit('hosted/handlers/taking.ts', 'export', 'this is no code; export'));
    const during = await invoke('taking');
    const [description] = cloud.host.list();
    await reloaded(() => edit('hosted/handlers/taking.ts', 'this is no code; ', '/* mended */'));

    expect(broken).toMatchObject({
      outcome: 'error',
      error: { message: expect.stringContaining('handlers/taking.ts:3:') },
    });
    expect(during).toMatchObject({ says: 'first' });
    expect(description).toMatchObject({ status: 'broken', error: expect.stringContaining('taking.ts:3:') });
    expect(cloud.host.list()).toMatchObject([{ status: 'serves' }]);
    expect(said.at(-1)).toMatch(/^runs again/);
  });

  it('keeps the stack that stands when the new template is refused, with the reason', async () => {
    await start();

    const refused = await reloaded(() =>
      edit('hosted/serverless.yml', 'BillingMode:', 'NoSuchSetting: 1\n        BillingMode:'),
    );

    expect(refused.error?.message).toContain('NotesTable (AWS::DynamoDB::Table)');
    expect(await invoke('taking')).toMatchObject({ says: 'first' });
  });

  it('that cannot start begins as soon as its files allow it', async () => {
    await edit('hosted/handlers/taking.ts', 'export', 'this is no code; export');
    await start();
    const [failed] = cloud.host.list();
    const complaint = said.at(-1);

    await reloaded(() => edit('hosted/handlers/taking.ts', 'this is no code; ', ''));

    expect(failed).toMatchObject({ status: 'failed' });
    expect(complaint).toMatch(/^does not start: hosted could not be bundled:\nhandlers\/taking.ts:3/);
    expect(await invoke('taking')).toMatchObject({ says: 'first' });
  });
});

describe('services that take from others', () => {
  const request = (name: string) => ({ name, folder: join(parent, name), stage: 'local', ports: { http: 0 } });
  const greetingOf = (name: string) => cloud.functions.environmentOf(`${name}-local-keep-note`).GREETING;
  beforeEach(async () => {
    for (const name of ['first', 'second']) {
      await cp(FIXTURE, join(parent, name), { recursive: true });
      await edit(`${name}/serverless.yml`, 'service: fixture', `service: ${name}`);
    }
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of serverless-compose.yml.
    const params = '{ greeting: "${first.NotesTableName}" }';
    await write(
      'serverless-compose.yml',
      `services: { second: { path: second, params: ${params} }, first: { path: first } }`,
    );
  });

  it('start after them, and are brought up to date when what they take changes', async () => {
    await cloud.host.start([request('second'), request('first')]);
    const before = greetingOf('second');

    const { promise, resolve } = Promise.withResolvers<void>();
    cloud.journal.follow(({ action, to }) => action === 'Reload' && to === 'second' && resolve());
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Serverless.
    await edit('first/serverless.yml', 'TableName: ${self:service}', 'TableName: other-${self:service}');
    await promise;

    expect(before).toBe('first-local-notes');
    expect(greetingOf('second')).toBe('other-first-local-notes');
  });

  it('start alone, with the stack of the other and without its functions', async () => {
    await cloud.host.start([request('second')]);

    expect(cloud.host.list()).toMatchObject([{ name: 'second', status: 'serves' }]);
    expect(greetingOf('second')).toBe('first-local-notes');
    await expect(cloud.functions.invoke('first-local-keep-note', {})).rejects.toThrow('has no code yet');
  });

  it('start though the code of the other does not run, which begins when it is mended', async () => {
    const [handler] = (await readFile(join(parent, 'first/serverless.yml'), 'utf8')).match(/handlers\/\w+/) ?? [''];
    await edit(`first/${handler}.ts`, 'export', 'this is no code; export');
    await cloud.host.start([request('second'), request('first'), request('hosted')]);
    const before = cloud.host.list();
    await reloaded(() => edit(`first/${handler}.ts`, 'this is no code; ', ''));

    expect(before).toMatchObject([
      { name: 'second', status: 'serves' },
      { name: 'first', status: 'failed' },
      { name: 'hosted', status: 'serves' },
    ]);
    expect(greetingOf('second')).toBe('first-local-notes');
    expect(cloud.host.find('first')).toMatchObject({ status: 'serves' });
  });

  it('say which one is to be mended when the template of the other is wrong; who takes nothing of it serves', async () => {
    await edit('first/serverless.yml', 'BillingMode:', 'NoSuchSetting: 1\n        BillingMode:');
    await cloud.host.start([request('second'), request('first'), request('hosted')]);

    expect(cloud.host.list()).toMatchObject([
      {
        name: 'second',
        status: 'failed',
        error: expect.stringContaining('needs first, which does not run: mend that one'),
      },
      { name: 'first', status: 'failed', error: expect.stringContaining('NoSuchSetting') },
      { name: 'hosted', status: 'serves' },
    ]);
  });
});
