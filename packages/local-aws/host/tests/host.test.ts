// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of serverless-compose.yml.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CompileError } from '../../build/compile.ts';
import { FolderWatch } from '../folderWatch.ts';
import { Host } from '../host.ts';

type Cloud = ConstructorParameters<typeof Host>[0];

let folder: string;
let host: Host;
/** What was done, in order. */
let done: string[];
/** What is said; `look` is called with each. */
let said: string[];
let look: () => void;
/** The outputs of a service's stack as it stands. */
let outputsNow: (service: string) => Record<string, string> | undefined;
/** What a service's template has for outputs, by its params; its own name without one. */
let outputsOf: (service: string, params: Readonly<Record<string, string>>) => Record<string, string>;
/** Stands between a service's compiling and its bundle. */
let bundling: (service: string) => Promise<void>;

const file = (name: string) => join(folder, name);
async function write(name: string, text = '') {
  await mkdir(dirname(file(name)), { recursive: true });
  await writeFile(file(name), text);
}
const compose = (services: string) => write('serverless-compose.yml', `services: ${services}`);
const request = (name: string, ports = {}) => ({ name, folder: file(`services/${name}`), stage: 'local', ports });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'host-'));
  await write('pnpm-workspace.yaml');
  await write('packages/events/index.ts');
  done = [];
  said = [];
  look = () => {};
  outputsOf = (service) => ({ Name: service });
  bundling = async () => {};
  const stacks = new Map<string, { outputs: Record<string, string> }>();
  outputsNow = (service) => stacks.get(`${service}-local`)?.outputs;
  const cloud = {
    stacks: {
      async deploy({ stackName, template }: { stackName: string; template: { Outputs: Record<string, string> } }) {
        stacks.set(stackName, { outputs: template.Outputs });
        done.push(`deploy ${stackName}`);
        return stacks.get(stackName);
      },
      get: (stackName: string) => stacks.get(stackName),
      place: async (stackName: string) => void done.push(`place ${stackName}`),
    },
    apis: {
      async listen({ http, websocket }: { http?: number; websocket?: number }) {
        done.push(`listen ${JSON.stringify({ http, websocket })}`);
        return { ...(http !== undefined && { url: 'http://localhost' }), close: async () => void done.push('close') };
      },
    },
    journal: { record() {} },
  };
  // The fakes have what the host takes of the cloud.
  host = new Host(cloud as unknown as Cloud, {
    async compileTemplate(from, { params = {} } = {}) {
      const service = basename(from);
      done.push(`compile ${service}`);
      return {
        service,
        stackName: `${service}-local`,
        template: { Outputs: outputsOf(service, params) },
        handlers: {},
        inputs: [join(from, 'serverless.yml'), join(dirname(from), 'common.yml')],
      };
    },
    async bundleService(from) {
      await bundling(basename(from));
      done.push(`bundled ${basename(from)}`);
      return { functions: {}, inputs: [file('packages/events/index.ts')] };
    },
  });
  host.follow((service, line) => {
    said.push(`${service}: ${line}`);
    look();
  });
});
afterEach(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

/** Resolves when it is so; asked whenever something is said. */
function until(isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    look = () => isSo() && resolve();
    look();
  });
}
const statuses = () => Object.fromEntries(host.list().map(({ name, status }) => [name, status]));

describe('serverless-compose.yml', () => {
  it('of another folder holds for a service, and is followed, when that is the one it was asked for with', async () => {
    await write('services/one/serverless.yml');
    await compose('{ one: { path: services/one, params: { a: nearest } } }');
    const asked = (a: string) => `services: { one: { path: ../services/one, params: { a: ${a} } } }`;
    await write('load/serverless-compose.yml', asked('asked'));
    outputsOf = (_service, params) => ({ ...params });
    await host.start([{ ...request('one'), composeFolder: file('load') }]);
    const first = outputsNow('one');
    await write('load/serverless-compose.yml', asked('changed'));
    await until(() => outputsNow('one')?.a === 'changed');

    expect(first).toEqual({ a: 'asked' });
  });

  it('that cannot be read leaves the services running, says why, and is taken up when it is mended', async () => {
    await write('services/one/serverless.yml');
    await compose('{ one: { path: services/one } }');
    await host.start([request('one')]);

    await compose('{ one: { path: services/one }');
    await until(() => statuses().one === 'broken');
    const complaint = said.at(-1);
    await compose('{ one: { path: services/one, params: { a: 1 } } }');
    await until(() => statuses().one === 'serves');

    expect(complaint).toMatch(/^one: the version before runs on: serverless-compose.yml: .*line 1/);
    expect(said.at(-1)).toMatch(/^one: runs again/);
  });

  it('hands a changed output on from service to service', async () => {
    let output = 'before';
    outputsOf = (service, { from }) => ({ Name: service === 'first' ? output : (from ?? '') });
    for (const name of ['first', 'second', 'third']) await write(`services/${name}/serverless.yml`);
    await compose(
      '{ third: { path: services/third, params: { from: "${second.Name}" } }, first: { path: services/first }, second: { path: services/second, params: { from: "${first.Name}" } } }',
    );
    await host.start(['first', 'second', 'third'].map((name) => request(name)));
    said = [];

    output = 'after';
    await write('services/first/serverless.yml', 'changed');
    await until(() => said.length === 3);

    expect(said).toEqual(
      ['first', 'second', 'third'].map((name) => expect.stringMatching(`^${name}: reloaded the stack in`)),
    );
  });
});

describe('a service', () => {
  it('is not brought up to date while it starts, but after it', async () => {
    const { promise: isOpen, resolve: open } = Promise.withResolvers<void>();
    const { promise: isBundling, resolve: begins } = Promise.withResolvers<void>();
    await write('services/one/serverless.yml');
    bundling = async () => {
      begins();
      await isOpen;
    };
    const started = host.start([request('one')]);
    await isBundling;

    outputsOf = () => ({ Name: 'changed' });
    const { promise: isNoticed, resolve: notice } = Promise.withResolvers<unknown>();
    const watch = new FolderWatch({ onChange: notice, onTrouble: notice });
    watch.watch(new Set([file('services/one')]));
    await write('services/one/serverless.yml', 'changed');
    await isNoticed;
    watch.close();
    open();
    await started;
    await until(() => said.length === 2);

    expect(done.filter((what) => !what.startsWith('listen'))).toEqual([
      'compile one',
      'bundled one',
      'deploy one-local',
      'compile one',
      'bundled one',
      'deploy one-local',
    ]);
  });

  it('that is let go while it is bundled is neither deployed nor listened for', async () => {
    const { promise: isOpen, resolve: open } = Promise.withResolvers<void>();
    const { promise: isBundling, resolve: begins } = Promise.withResolvers<void>();
    await write('services/one/serverless.yml');
    bundling = async () => {
      begins();
      await isOpen;
    };
    const started = host.start([request('one', { http: 4110 })]);
    await isBundling;

    await host.letGo('one');
    open();
    await started;

    expect(done).toEqual(['compile one', 'bundled one']);
    expect(said).toEqual([]);
  });

  it('whose first bundle fails because of a package begins when the package is mended', async () => {
    await write('services/one/serverless.yml');
    bundling = async () => {
      throw new CompileError('packages/events/schemas.ts:1:1: no code');
    };
    await host.start([request('one')]);
    const before = statuses();

    bundling = async () => {};
    await write('packages/events/schemas.ts', 'mended');
    await until(() => statuses().one === 'serves');

    expect(before).toEqual({ one: 'failed' });
  });

  it('that gets another kind of API is listened for there too, and its ports are closed when it is let go', async () => {
    await write('services/one/serverless.yml');
    await host.start([request('one', { http: 4110, websocket: 4111 })]);

    outputsOf = () => ({ Name: 'with sockets' });
    await write('services/one/serverless.yml', 'changed');
    await until(() => said.length === 2);
    await host.letGo('one');

    expect(done.filter((what) => /^(listen|close)/.test(what))).toEqual([
      'listen {"http":4110,"websocket":4111}',
      'listen {"websocket":4111}',
      'close',
      'close',
    ]);
  });
});

it('brings all services up to date when what they have in common changes', async () => {
  await write('services/one/serverless.yml');
  await write('services/two/serverless.yml');
  await write('services/common.yml', 'a');
  await host.start([request('one'), request('two')]);
  said = [];

  outputsOf = () => ({ Name: 'changed' });
  await write('services/common.yml', 'b');
  await until(() => said.length === 2);

  expect(said.toSorted()).toEqual([
    expect.stringMatching(/^one: reloaded the stack in/),
    expect.stringMatching(/^two: reloaded the stack in/),
  ]);
});
