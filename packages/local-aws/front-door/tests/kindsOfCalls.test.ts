import { request } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AwsError } from '../../core/errors.ts';
import type { Principal } from '../../core/principal.ts';
import type { ResourceContext } from '../../core/resource.ts';
import { type LocalService, StreamAnswer } from '../../core/service.ts';
import { type Open, open } from './open.ts';

/** Two services that AWS does not have: one to sign in with, one that keeps what is large. */
let door: Open;
let callers: Principal[];
let kept: Map<string, number>;
let brokenOff: PromiseWithResolvers<string>;

const gate: LocalService = {
  id: 'gate',
  protocol: { kind: 'json', targetPrefix: 'Gate', version: '1.1' },
  unsigned: new Set(['SignIn']),
  operations: {
    SignIn: (_input, { principal }) => ({ run: () => void callers.push(principal) }),
    ListGuests: (_input, { principal }) => ({
      permissions: [{ action: 'gate:ListGuests', resource: 'arn:aws:gate:eu-west-1:000000000000:guests' }],
      run: () => void callers.push(principal),
    }),
  },
  resources: [],
};

const attic: LocalService = {
  id: 'attic',
  protocol: {
    kind: 'rest-xml',
    xmlns: 'http://attic.example/doc/2030-01-01/',
    route(method, path, query) {
      const parameters = { Box: path.slice(1) };
      if (method === 'PUT') return { operation: 'PutBox', parameters, payload: 'Body', streams: true };
      if (method === 'POST' && query.has('delete')) return { operation: 'DeleteThings', parameters };
      if (method === 'GET') return { operation: path === '/' ? 'ListBoxes' : 'GetBox', parameters };
      return undefined;
    },
  },
  operations: {
    PutBox: ({ Box, Body }: { Box: string; Body: Readable }) => ({
      async run() {
        if (Box === 'full') throw new AwsError('AtticFull', 'There is no room.', { status: 507 });
        let bytes = 0;
        try {
          for await (const chunk of Body) bytes += (chunk as Buffer).length;
        } catch (error) {
          brokenOff.resolve(Box);
          throw error;
        }
        kept.set(Box, bytes);
        return { Bytes: bytes };
      },
    }),
    GetBox: ({ Box }: { Box: string }) => ({
      run() {
        const bytes = kept.get(Box);
        if (bytes === undefined)
          throw new AwsError('NoSuchBox', `There is no box <${Box}>.`, { status: 404, fields: { Box } });
        const pieces = Array.from({ length: bytes / PIECE.length }, () => PIECE);
        return new StreamAnswer(200, { 'x-box': Box }, Readable.from(pieces));
      },
    }),
    ListBoxes: () => ({ run: () => ({ Boxes: { Box: [...kept.keys()].map((Name) => ({ Name })) } }) }),
    DeleteThings: (input: object) => ({ run: () => ({ Input: JSON.stringify(input) }) }),
  },
  resources: [],
};

const PIECE = Buffer.alloc(1024 * 1024, 'x');

beforeEach(async () => {
  callers = [];
  kept = new Map();
  brokenOff = Promise.withResolvers();
  door = await open({ services: [() => gate, () => attic] });
});
afterEach(async () => {
  await door.close();
});

const signed = (service: string, accessKeyId = 'local') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20300101/eu-west-1/${service}/aws4_request, Signature=none`,
});
const callGate = async (operation: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(door.door.endpoint(), {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Gate.${operation}`, ...headers },
    body: '{}',
  });
  return { status: answer.status, body: (await answer.json()) as { __type?: string } };
};
const callAttic = async (path: string, init: RequestInit & { duplex?: 'half' } = {}) => {
  const answer = await fetch(`${door.door.endpoint()}${path}`, { ...init, headers: signed('attic') });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

describe('an operation that needs no signature', () => {
  it('is called by nobody, and by somebody if it is signed; the others of its service are refused unsigned', async () => {
    expect((await callGate('SignIn')).status).toBe(200);
    expect((await callGate('SignIn', signed('gate'))).status).toBe(200);
    expect(await callGate('ListGuests')).toMatchObject({
      status: 403,
      body: { __type: 'MissingAuthenticationTokenException' },
    });

    expect(callers).toMatchObject([{ kind: 'anonymous' }, { kind: 'root' }]);
    expect(door.core.journal.ended().map(({ from, outcome }) => [from, outcome])).toEqual([
      ['anonymous', 'ok'],
      ['arn:aws:iam::000000000000:root', 'ok'],
      ['client', 'error'],
    ]);
  });
});

describe('credentials of somebody who has signed in', () => {
  const LIFETIME_MS = 60 * 60_000;
  const signIn = (aud: string, id = '1') =>
    door.iam.assumeWithWebIdentity({
      roleArn: 'arn:aws:iam::000000000000:role/guest',
      sessionName: 'guests',
      provider: 'gate.example',
      keys: { 'gate.example:aud': aud, 'gate.example:sub': `guest-${id}` },
      lifetimeMs: LIFETIME_MS,
    });
  beforeEach(async () => {
    const type = door.resourceTypes.find((candidate) => candidate.type === 'AWS::IAM::Role');
    const properties = type?.properties.parse({
      RoleName: 'guest',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Federated: 'gate.example' },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { 'gate.example:aud': 'arcade' } },
        },
      },
      Policies: [
        {
          PolicyName: 'guests',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: {
              Effect: 'Allow',
              Action: 'gate:ListGuests',
              Resource: '*',
              Condition: { StringEquals: { 'gate.example:sub': 'guest-1' } },
            },
          },
        },
      ],
    });
    const context: ResourceContext = { stackName: 'tests', logicalId: 'guest', generateName: () => 'guest' };
    await type?.create(properties, context);
  });

  it('are given to whom the role trusts, and carry who it was into every policy', async () => {
    const [one, two] = [signIn('arcade'), signIn('arcade', '2')];

    expect((await callGate('ListGuests', signed('gate', one.accessKeyId))).status).toBe(200);
    expect(await callGate('ListGuests', signed('gate', two.accessKeyId))).toMatchObject({
      body: { __type: 'AccessDeniedException' },
    });
    expect(callers).toMatchObject([{ kind: 'role', federation: { provider: 'gate.example' } }]);
    expect(() => signIn('elsewhere')).toThrow('Not authorized to perform sts:AssumeRoleWithWebIdentity');
  });

  it('expire by the clock', async () => {
    const { accessKeyId, expiresAtMs } = signIn('arcade');
    expect(expiresAtMs).toBe(door.clock.now() + LIFETIME_MS);

    await door.clock.advance(LIFETIME_MS - 1);
    expect((await callGate('ListGuests', signed('gate', accessKeyId))).status).toBe(200);
    await door.clock.advance(1);

    expect(await callGate('ListGuests', signed('gate', accessKeyId))).toMatchObject({
      status: 403,
      body: { __type: 'ExpiredTokenException' },
    });
  });

  it('do not open the role to services, nor the roles of services to them', async () => {
    const { arn } = await door.role('umpire');

    expect(() => door.iam.assertTrust('arn:aws:iam::000000000000:role/guest', 'lambda.amazonaws.com')).toThrow();
    expect(() =>
      door.iam.assumeWithWebIdentity({
        roleArn: arn,
        sessionName: 'guests',
        provider: 'lambda.amazonaws.com',
        keys: {},
        lifetimeMs: LIFETIME_MS,
      }),
    ).toThrow('Not authorized');
  });
});

describe('rest-xml', () => {
  it('reads a body of XML, by a route that the query decides', async () => {
    const body =
      '<?xml version="1.0"?><Delete xmlns="x"><Thing><Key>a &amp; b</Key></Thing><Thing><Key>007</Key></Thing></Delete>';

    const { text, headers } = await callAttic('/box?delete', { method: 'POST', body });

    expect(headers.get('content-type')).toBe('application/xml');
    expect(text).toContain('<DeleteThingsResult xmlns="http://attic.example/doc/2030-01-01/"><Input>');
    const [, input = ''] = /<Input>(.*)<\/Input>/.exec(text) ?? [];
    expect(JSON.parse(input.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))).toEqual({
      Box: 'box',
      delete: '',
      Thing: [{ Key: 'a & b' }, { Key: '007' }],
    });
  });

  it('writes lists as the same element again, and errors as S3 does', async () => {
    await callAttic('/one', { method: 'PUT', body: 'x' });
    await callAttic('/two', { method: 'PUT', body: 'x' });

    expect((await callAttic('/')).text).toContain(
      '<Boxes><Box><Name>one</Name></Box><Box><Name>two</Name></Box></Boxes>',
    );
    const { status, text } = await callAttic('/none');
    expect(status).toBe(404);
    expect(text).toMatch(
      /^<\?xml [^>]+>\n<Error><Code>NoSuchBox<\/Code><Message>There is no box &lt;none&gt;\.<\/Message><Box>none<\/Box><RequestId>[0-9a-f-]{36}<\/RequestId><\/Error>$/,
    );
  });

  it.each([
    ['what is no XML', '<Delete><Thing></Delete>'],
    ['entities of its own', '<!DOCTYPE d [<!ENTITY e "eeee">]><Delete>&e;</Delete>'],
  ])('refuses %s', async (_what, body) => {
    expect(await callAttic('/box?delete', { method: 'POST', body })).toMatchObject({
      status: 400,
      text: expect.stringContaining('<Code>MalformedXML</Code>'),
    });
  });
});

describe('a body that is streamed', () => {
  const pieces = (count: number) => Readable.from(Array.from({ length: count }, () => PIECE));

  it('may be larger than anything that is read whole, in both directions', async () => {
    const bytes = 40 * PIECE.length;

    const put = await callAttic('/piano', {
      method: 'PUT',
      body: Readable.toWeb(pieces(40)),
      duplex: 'half',
    });
    const got = await callAttic('/piano');

    expect(put.text).toContain(`<Bytes>${bytes}</Bytes>`);
    expect([got.headers.get('x-box'), got.text.length]).toEqual(['piano', bytes]);
  });

  it('that nobody reads lets the client read why', async () => {
    const refused = await callAttic('/full', {
      method: 'PUT',
      body: Readable.toWeb(pieces(20)),
      duplex: 'half',
    });

    expect(refused).toMatchObject({ status: 507, text: expect.stringContaining('AtticFull') });
  });

  it('that breaks off reaches the operation as an error, and the log not at all', async () => {
    await new Promise((resolve) => {
      const call = request(`${door.door.endpoint()}/harp`, { method: 'PUT', headers: signed('attic') });
      call.on('error', resolve);
      call.write(PIECE, () => call.destroy(new Error('gone')));
    });

    expect(await brokenOff.promise).toBe('harp');
    await door.clock.idle();

    expect([kept.size, door.logged]).toEqual([0, []]);
  });

  it('comes whole to and from those who do not speak HTTP', async () => {
    const call = (method: string, body: Buffer) =>
      door.door.serve(
        { method, path: '/lamp', query: new URLSearchParams(), headers: signed('attic'), body },
        () => new AbortController().signal,
      );

    await call('PUT', PIECE);

    // Compared by the runtime: Jest takes seconds for a megabyte.
    expect(PIECE.equals((await call('GET', Buffer.alloc(0))).body as Buffer)).toBe(true);
  });
});
