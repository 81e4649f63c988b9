import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRealClock } from '../../core/clock.ts';
import { RawAnswer } from '../../core/service.ts';
import { type Open, open } from './open.ts';

let door: Open;
beforeEach(async () => {
  door = await open();
});
afterEach(async () => {
  await door.close();
});

const get = (path: string, init: RequestInit = {}) => fetch(`${door.door.endpoint()}${path}`, init);

describe('/_local/faults', () => {
  const change = (method: string, body?: object) =>
    get('/_local/faults', { method, headers: door.secret, ...(body && { body: JSON.stringify(body) }) });
  const shown = async () => (await get('/_local/faults')).json();

  it('shows the plan, takes another while it runs, and goes back to the one that it was started with', async () => {
    const started = await shown();
    const plan = { seed: 7, rules: [{ match: { target: '*ping-pong-*' }, duplicate: 0.3 }] };

    const set = await change('PUT', plan);
    expect([set.status, await set.json(), await shown()]).toEqual([200, plan, plan]);
    expect(door.core.faults.plan).toEqual(plan);

    const reset = await change('DELETE');
    expect([reset.status, await reset.json(), await shown()]).toEqual([200, started, started]);
    expect(started).toEqual({ seed: 1, rules: [] });
  });

  it('refuses what is no plan, and whoever has no secret, and leaves the plan as it is', async () => {
    const refused = await change('PUT', { rules: [{ duplicate: 7 }] });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { detail: expect.stringContaining('duplicate') },
    ]);

    for (const method of ['PUT', 'DELETE']) {
      const body = JSON.stringify({ rules: [{ duplicate: 1 }] });
      expect((await get('/_local/faults', { method, body })).status).toBe(403);
    }
    expect(await shown()).toEqual({ seed: 1, rules: [] });
    expect(door.core.journal.entries()).toEqual([]);
  });
});

describe('/_local/', () => {
  it('says what it supports, from what is registered', async () => {
    const supported = (await (await get('/_local/supported')).json()) as {
      operations: Record<string, string[]>;
      resourceTypes: string[];
    };

    expect(supported.operations.sts).toEqual(['GetCallerIdentity']);
    expect(Object.keys(supported.operations)).toEqual(['dynamodb', 'lambda', 'sns', 'sqs', 'sts']);
    expect(supported.resourceTypes).toEqual(['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role']);
  });

  it('moves a virtual clock', async () => {
    const beforeMs = door.clock.now();
    const fired: number[] = [];
    door.clock.at(beforeMs + 60_000, () => void fired.push(door.clock.now()));

    const answer = await get('/_local/clock/advance', {
      method: 'POST',
      headers: door.secret,
      body: JSON.stringify({ ms: 90_000 }),
    });

    expect(await answer.json()).toEqual({ nowMs: beforeMs + 90_000 });
    expect(fired).toEqual([beforeMs + 60_000]);
  });

  it('says that a real clock cannot be moved', async () => {
    const real = await open({ clock: createRealClock() });

    try {
      const answer = await fetch(`${real.door.endpoint()}/_local/clock/advance`, {
        method: 'POST',
        headers: real.secret,
        body: '{"ms":1}',
      });

      expect(answer.status).toBe(409);
    } finally {
      await real.close();
    }
  });

  it.each([
    ['GET', '/_local/nothing', undefined, 404, 'NotFound'],
    ['PUT', '/_local/stacks/one', '{', 400, 'InvalidBody'],
    ['PUT', '/_local/stacks/one', '{"template":{},"extra":1}', 400, 'InvalidBody'],
    [
      'PUT',
      '/_local/stacks/one',
      '{"template":{},"functions":{"Ping":{"kind":"http","url":"http://example.com/"}}}',
      400,
      'InvalidBody',
    ],
  ])('answers %s %s %s with problem details', async (method, path, body, status, title) => {
    const answer = await get(path, { method, headers: door.secret, ...(body !== undefined && { body }) });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ title, status });
  });

  it('refuses a template that is nested deeper than anything can walk', async () => {
    const body = `{"template":{"Resources":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;

    const answer = await get('/_local/stacks/one', { method: 'PUT', headers: door.secret, body });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ title: 'InvalidBody', detail: expect.stringContaining('200 levels') });
  });

  it('tells a page from elsewhere why it is turned away', async () => {
    const answer = await get('/_local/journal', { headers: { origin: 'http://evil.example' } });

    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({
      title: 'Forbidden',
      status: 403,
      detail: expect.stringContaining('http://evil.example'),
    });
  });

  it('lets pages of the arcade read it, and answers their preflight', async () => {
    door.door.ports.add(4000);
    const headers = { origin: 'http://localhost:4000' };

    const read = await get('/_local/health', { headers });
    const preflight = await get('/_local/journal', { method: 'OPTIONS', headers });

    expect(read.headers.get('access-control-allow-origin')).toBe('http://localhost:4000');
    expect(read.headers.get('x-frame-options')).toBe('DENY');
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET');
  });
});

describe('a route', () => {
  it('gets all requests below its prefix, and its errors become problem details', async () => {
    door.door.registerRoute('/_api/', {
      async serve({ path, method, query }) {
        if (query.has('fail')) throw new TypeError('a defect');
        return new RawAnswer(201, { 'content-type': 'text/plain' }, `${method} ${path}`);
      },
    });

    const answer = await get('/_api/a1/dev/games', { method: 'DELETE' });
    const failed = await get('/_api/a1?fail=1');

    expect([answer.status, await answer.text()]).toEqual([201, 'DELETE /_api/a1/dev/games']);
    expect([failed.status, await failed.json()]).toMatchObject([500, { title: 'InternalFailure' }]);
    expect(door.logged).toEqual([expect.stringContaining('a defect')]);
  });
});
