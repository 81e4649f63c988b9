// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of osls and of Fn::Sub.
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { describe, expect, it } from '@jest/globals';

const load = createRequire(import.meta.url);
const { code } = load('../resources/site/edge.cjs') as { code: string };
const { origins, behaviors } = load('../resources/site/behind.cjs') as {
  origins: { Id: string }[];
  behaviors: { PathPattern: string; TargetOriginId: string }[];
};
const { files, contentSecurity } = load('../resources/site/told.cjs') as {
  files(source: object): Promise<Record<string, object>>;
  contentSecurity(source: object): Promise<string>;
};

/** As osls gives it out, for the stage dev. */
const handler = new Script(`${code.replaceAll(/\$\{sls:stage\}/g, 'dev')}; handler`).runInNewContext() as (event: {
  request: { uri: string };
}) => { uri: string };

describe('what runs at the edge', () => {
  it.each([
    ['/', '/index.html'],
    ['/ping-pong', '/ping-pong.html'],
    ['/PING-PONG/', '/ping-pong.html'],
    ['/mafia/0123456789abcdef0123', '/mafia/_id.html'],
    ['/space-invaders/manager', '/space-invaders/manager.html'],
    ['/mafia/nobody', '/404.html'],
    ['/apis', '/404.html'],
    ['/assets/index-BfmYiN2J.js', '/assets/index-BfmYiN2J.js'],
    ['/graphs/mafia.json', '/graphs/mafia.json'],
    ['/_arcade/config', '/_arcade/config'],
    ['/_local/health', '/_local/health'],
    ['/api/mafia/games', '/games'],
    ['/api/mafia/games/', '/games/'],
    ['/api/mafia', '/'],
    ['/api/space-invaders/socket', '/dev'],
    ['/api/space-invaders/socket/x', '/socket/x'],
    ['/api/mafia/a%20b.html', '/a%20b.html'],
  ])('makes %s to %s', (uri, expected) => {
    expect(handler({ request: { uri } })).toEqual({ uri: expected });
  });

  it('is as short as CloudFront wants it', () => {
    expect(Buffer.byteLength(code)).toBeLessThan(10 * 1024);
  });
});

describe('the distribution', () => {
  it('looks for sockets before the APIs that they lie below, and leads to origins that it has', () => {
    const patterns = behaviors.map(({ PathPattern }) => PathPattern);

    const sockets = patterns.filter((pattern) => pattern.endsWith('/socket'));
    expect(sockets).toEqual(['fakemon', 'space-invaders', 'lobby'].map((service) => `/api/${service}/socket`));
    for (const socket of sockets)
      expect(patterns.indexOf(socket)).toBeLessThan(patterns.indexOf(socket.replace(/socket$/, '*')));
    expect(
      behaviors.map(({ TargetOriginId }) => TargetOriginId).filter((id) => !origins.some(({ Id }) => Id === id)),
    ).toEqual([]);
  });
});

describe('what the page is told', () => {
  const told: Record<string, unknown> = {
    'sls:stage': 'dev',
    'self:provider.region': 'eu-central-1',
    'param:userPoolClientId': 'client-1',
    'param:identityPoolId': 'eu-central-1:1-2-3',
    'param:confirmsAtOnce': 'true',
    'param:awsEndpoint': '',
  };
  const source = (more: Record<string, unknown> = {}) => ({
    resolveVariable: async (name: string) => ({ ...told, ...more })[name],
  });

  it('is where it runs and how one signs in, in the shape that a laptop says it in', async () => {
    expect(await files(source())).toEqual({
      '_arcade/stage': { stage: 'dev', canBreak: false },
      '_arcade/config': {
        region: 'eu-central-1',
        userPool: { clientId: 'client-1', endpoint: 'https://cognito-idp.eu-central-1.amazonaws.com/' },
        identityPoolId: 'eu-central-1:1-2-3',
        aws: {},
        confirmsAtOnce: true,
      },
    });
    expect(await contentSecurity(source())).toContain(
      "connect-src 'self' https://cognito-idp.eu-central-1.amazonaws.com https://cognito-identity.eu-central-1.amazonaws.com",
    );
  });

  it('is another place for AWS, and lets the page call no other, where that is said', async () => {
    const elsewhere = source({ 'param:awsEndpoint': 'http://127.0.0.1:4566/', 'param:confirmsAtOnce': 'false' });

    expect((await files(elsewhere))['_arcade/config']).toMatchObject({
      userPool: { endpoint: 'http://127.0.0.1:4566' },
      aws: { endpoint: 'http://127.0.0.1:4566' },
      confirmsAtOnce: false,
    });
    expect(await contentSecurity(elsewhere)).toContain("connect-src 'self' http://127.0.0.1:4566;");
  });
});
