import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LocalService } from '../../core/service.ts';
import { SECRET_HEADER } from '../../keys.ts';
import { type Open, open } from './open.ts';

/** What brings code in, over an API of AWS. */
const works: LocalService = {
  id: 'works',
  protocol: { kind: 'json', targetPrefix: 'Works', version: '1.1' },
  changing: new Set(['PutCode']),
  operations: {
    PutCode: () => ({ permissions: [{ action: 'works:PutCode', resource: '*' }], run: () => ({}) }),
    ListCode: () => ({ permissions: [{ action: 'works:ListCode', resource: '*' }], run: () => ({}) }),
  },
  resources: [],
};

let door: Open;
beforeEach(async () => {
  door = await open({ services: [() => works], pages: [4000] });
});
afterEach(async () => {
  await door.close();
});

const signedBy = (accessKeyId: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20300101/eu-west-1/works/aws4_request, Signature=none`,
});
const callOf = (operation: string, accessKeyId?: string) => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': `Works.${operation}`,
  ...(accessKeyId !== undefined && signedBy(accessKeyId)),
});
async function call(endpoint: string, operation: string, accessKeyId?: string) {
  const answer = await fetch(endpoint, { method: 'POST', headers: callOf(operation, accessKeyId), body: '{}' });
  return [answer.status, ((await answer.json()) as { __type?: string }).__type];
}

describe('/_local/', () => {
  it.each([
    ['PUT', 'stacks/one'],
    ['DELETE', 'stacks/one'],
    ['GET', 'stacks'],
    ['POST', 'services/one'],
    ['POST', 'clock/advance'],
    ['PUT', 'whatever/will/come'],
  ])('answers %s %s to nobody without the secret', async (method, path) => {
    const url = `${door.door.endpoint()}/_local/${path}`;
    const body = method === 'PUT' || method === 'POST' ? '{"template":{},"ms":1}' : undefined;
    const ask = (headers: Record<string, string>) => fetch(url, { method, headers, ...(body && { body }) });

    const answers = await Promise.all([
      ask({}),
      ask({ [SECRET_HEADER]: 'guessed' }),
      ask({ [SECRET_HEADER]: 'x'.repeat(door.keys.secret.length) }),
      ask(signedBy('local')),
      ask(signedBy(door.keys.accessKeyId)),
    ]);
    const known = await ask(door.secret);

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(await answers[0]?.json()).toMatchObject({
      title: 'SecretNeeded',
      detail: expect.stringContaining(SECRET_HEADER),
    });
    expect(known.status).not.toBe(403);
  });

  it.each(['health', 'supported', 'journal', 'services', 'faults'])(
    'tells everybody of this machine %s',
    async (what) => {
      expect((await fetch(`${door.door.endpoint()}/_local/${what}`)).status).toBe(200);
    },
  );
});

describe('what brings in code or permissions', () => {
  it("takes the owner's random key, not the one that everybody knows", async () => {
    const endpoint = door.door.endpoint();

    expect(await call(endpoint, 'ListCode', 'local')).toEqual([200, undefined]);
    expect(await call(endpoint, 'PutCode', 'local')).toEqual([400, 'AccessDeniedException']);
    expect(await call(endpoint, 'PutCode', door.keys.accessKeyId)).toEqual([200, undefined]);
  });

  it('is a question for IAM where a role does it', async () => {
    const may = await door.role('builder', { Effect: 'Allow', Action: 'works:PutCode', Resource: '*' });
    const mayNot = await door.role('reader', { Effect: 'Allow', Action: 'works:ListCode', Resource: '*' });

    expect(await call(door.door.endpoint(), 'PutCode', may.accessKeyId)).toEqual([200, undefined]);
    expect(await call(door.door.endpoint(), 'PutCode', mayNot.accessKeyId)).toEqual([400, 'AccessDeniedException']);
  });
});

describe("the functions' door", () => {
  it("lets in sessions of roles alone: neither of the owner's keys, nor nobody", async () => {
    const { accessKeyId } = await door.role('reader', { Effect: 'Allow', Action: 'works:ListCode', Resource: '*' });
    const endpoint = door.door.forFunctions.endpoint();

    expect(await call(endpoint, 'ListCode', accessKeyId)).toEqual([200, undefined]);
    expect(await call(endpoint, 'ListCode', 'local')).toEqual([403, 'UnrecognizedClientException']);
    expect(await call(endpoint, 'ListCode', door.keys.accessKeyId)).toEqual([403, 'UnrecognizedClientException']);
    expect(await call(endpoint, 'ListCode')).toEqual([403, 'MissingAuthenticationTokenException']);
  });

  it('holds for the calls that come over their own channel', async () => {
    const request = { method: 'POST', path: '/', query: new URLSearchParams(), body: Buffer.from('{}') };
    const carried = (accessKeyId: string) =>
      door.door.forFunctions.serve(
        { ...request, headers: callOf('ListCode', accessKeyId) },
        () => new AbortController().signal,
      );
    const { accessKeyId } = await door.role('reader', { Effect: 'Allow', Action: 'works:ListCode', Resource: '*' });

    expect((await carried(accessKeyId)).status).toBe(200);
    expect((await carried('local')).status).toBe(403);
    expect((await carried(door.keys.accessKeyId)).status).toBe(403);
  });

  it('has nothing below /_local/, secret or not', async () => {
    const ask = (path: string) => fetch(`${door.door.forFunctions.endpoint()}${path}`, { headers: door.secret });

    const answers = await Promise.all(['/_local/stacks', '/_local/journal', '/_local/health', '/'].map(ask));

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });
});

describe('a page that calls AWS', () => {
  const ARCADE = 'http://localhost:4000';
  const API = 'http://localhost:4110';
  beforeEach(() => {
    door.door.ports.add(4110);
  });
  const ask = (origin: string, operation: string, accessKeyId?: string) =>
    fetch(door.door.endpoint(), {
      method: 'POST',
      headers: { ...callOf(operation, accessKeyId), origin, 'sec-fetch-site': 'same-site' },
      body: '{}',
    });
  const preflight = (origin: string, endpoint = door.door.endpoint()) =>
    fetch(endpoint, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-amz-target,amz-sdk-request,x-evil,cookie',
      },
    });

  it('is let in as who has signed in, and by no key of the owner', async () => {
    const { accessKeyId } = await door.role('manager', { Effect: 'Allow', Action: 'works:ListCode', Resource: '*' });

    const [mine, refused, known, random] = await Promise.all([
      ask(ARCADE, 'ListCode', accessKeyId),
      ask(ARCADE, 'PutCode', accessKeyId),
      ask(ARCADE, 'ListCode', 'local'),
      ask(ARCADE, 'ListCode', door.keys.accessKeyId),
    ]);

    expect([mine.status, refused.status, known.status, random.status]).toEqual([200, 400, 403, 403]);
    expect(await refused.json()).toMatchObject({ __type: 'AccessDeniedException' });
    expect(await known.json()).toMatchObject({ __type: 'UnrecognizedClientException' });
    for (const { headers } of [mine, refused, known]) {
      expect(headers.get('access-control-allow-origin')).toBe(ARCADE);
      expect(headers.get('vary')).toBe('Origin');
      expect(headers.get('access-control-expose-headers')).toContain('x-amzn-errortype');
    }
    const unseen = await fetch(door.door.endpoint(), {
      method: 'POST',
      headers: { ...callOf('ListCode', 'local'), 'sec-fetch-site': 'same-origin' },
      body: '{}',
    });
    expect(unseen.status).toBe(403);
  });

  it('may send what an SDK sends, and nothing else', async () => {
    const answer = await preflight(ARCADE);

    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': ARCADE,
      'access-control-allow-headers': 'authorization, content-type, x-amz-target, amz-sdk-request',
      'access-control-allow-methods': expect.stringContaining('POST'),
      vary: 'Origin',
    });
  });

  it('is one of the arcade: of an API at a port of ours it may not, nor elsewhere, nor at the functions’ door', async () => {
    const answers = await Promise.all([
      preflight(API),
      preflight('http://evil.example'),
      preflight(ARCADE, door.door.forFunctions.endpoint()),
      ask(API, 'ListCode'),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(answers.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual([null, null, null, null]);
  });
});

it('functions find the same address after a restart, because they may have told it to others; unless somebody else is there', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'doors-'));
  const portAtStart = async () => {
    const opened = await open({ stateFolder });
    const port = opened.door.forFunctions.port();
    await opened.close();
    return port;
  };

  const first = await portAtStart();
  expect(await portAtStart()).toBe(first);
  const other = createServer();
  await new Promise<void>((listening) => void other.listen(first, '127.0.0.1', listening));
  const moved = await portAtStart();
  other.close();

  expect(moved).not.toBe(first);
  expect(await portAtStart()).toBe(moved);
  await rm(stateFolder, { recursive: true });
});
