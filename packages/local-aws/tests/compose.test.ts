// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the placeholders of serverless-compose.yml.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ComposeError, dependenciesOf, findComposeFolder, readCompose, resolveParams } from '../compose.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function compose(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'compose-'));
  folders.push(folder);
  await writeFile(join(folder, 'serverless-compose.yml'), text);
  return folder;
}

const ARCADE = `
services:
  lobby:
    path: services/lobby
    dependsOn: [mafia]
    params:
      bus: \${ping-pong.BusName}
  mafia:
    path: services/mafia
    params:
      topic: arn:\${ping-pong.TopicArn}/\${ping-pong.BusName}
      players: 8
  ping-pong:
    path: services/ping-pong
  alone:
    path: services/alone
`;

describe('serverless-compose.yml', () => {
  it('gives the services, each after those whose outputs it takes or that it names', async () => {
    const folder = await compose(ARCADE);

    const services = readCompose(folder);

    expect(services.map(({ name }) => name)).toEqual(['ping-pong', 'mafia', 'lobby', 'alone']);
    expect(services[1]).toEqual({
      name: 'mafia',
      folder: join(folder, 'services/mafia'),
      dependsOn: ['ping-pong'],
      params: { topic: 'arn:${ping-pong.TopicArn}/${ping-pong.BusName}', players: '8' },
    });
  });

  it('is refused with its name and the reason when it is no YAML', async () => {
    const folder = await compose('services: { mafia: { path: ');

    expect(() => readCompose(folder)).toThrow(ComposeError);
    expect(() => readCompose(folder)).toThrow(/^serverless-compose.yml: .*line 1/);
  });

  it('says what must be there before a service', async () => {
    const services = readCompose(await compose(ARCADE));

    expect(dependenciesOf(services, 'lobby').map(({ name }) => name)).toEqual(['ping-pong', 'mafia']);
    expect(dependenciesOf(services, 'alone')).toEqual([]);
    expect(() => dependenciesOf(services, 'maffia')).toThrow("no service 'maffia' (did you mean mafia?)");
  });

  it('puts outputs in the places of references, and keeps plain values', async () => {
    const [, mafia] = readCompose(await compose(ARCADE));
    const outputs = new Map([['ping-pong', { TopicArn: 'aws', BusName: 'b$&' }]]);

    expect(mafia && resolveParams(mafia, outputs)).toEqual({ topic: 'arn:aws/b$&', players: '8' });
  });

  it('names the param and the output that is not there', async () => {
    const [, mafia] = readCompose(await compose(ARCADE));
    if (!mafia) throw new Error('no mafia');

    expect(() => resolveParams(mafia, new Map())).toThrow(
      "the param 'topic' of 'mafia' takes TopicArn of 'ping-pong', which is not provisioned",
    );
    expect(() => resolveParams(mafia, new Map([['ping-pong', { TopicArm: 'x' }]]))).toThrow(
      'has no such output (did you mean TopicArm?)',
    );
  });

  it.each([
    [
      'a service that is not there',
      'services: { a: { path: a, dependsOn: b } }',
      "'a' depends on 'b', which is no service",
    ],
    [
      'services that wait for each other',
      'services: { a: { path: a, dependsOn: b }, b: { path: b, params: { x: "${a.X}" } } }',
      'services wait for each other: a -> b -> a',
    ],
    ['a key that it does not know', 'services: { a: { path: a, dependson: b } }', 'dependson'],
    ['a service without a path', 'services: { a: {} }', 'services.a.path'],
  ])('refuses %s', async (_title, text, expected) => {
    const folder = await compose(text);

    expect(() => readCompose(folder)).toThrow(expected);
  });

  it('is found above a service, and may be missing or empty', async () => {
    const folder = await compose('services:\n');
    const service = join(folder, 'services/a');
    await mkdir(service, { recursive: true });

    expect(findComposeFolder(service)).toBe(folder);
    expect(readCompose(folder)).toEqual([]);
    expect(readCompose(service)).toEqual([]);
    expect(findComposeFolder(tmpdir())).toBeUndefined();
  });
});
