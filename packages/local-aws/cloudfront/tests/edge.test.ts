import { describe, expect, it } from '@jest/globals';
import { RawAnswer } from '../../core/service.ts';
import { fits } from '../behaviors.ts';
import { EdgeCache, ttlOf } from '../edgeCache.ts';
import { createEdgeFunction, EdgeFunctionError } from '../edgeFunction.ts';
import { resultOf, viewerRequestEvent } from '../functionEvent.ts';
import { shapedHeaders } from '../responseHeaders.ts';

describe('the pattern of a behaviour', () => {
  it.each([
    ['/api/mafia/*', '/api/mafia/games', true],
    ['api/mafia/*', '/api/mafia/', true],
    ['/api/mafia/*', '/api/mafiosi', false],
    ['/api/mafia/socket', '/api/mafia/socket/x', false],
    ['*.js', '/assets/a.js', true],
    ['*.js', '/assets/a.jsx', false],
    ['/a?c', '/abc', true],
    ['/a?c', '/ac', false],
    ['/A', '/a', false],
    ['/a.(b)', '/a.(b)', true],
  ])('%s against %s: %s', (pattern, path, expected) => {
    expect(fits(pattern, path)).toBe(expected);
  });
});

describe('an answer', () => {
  const optimized = { minS: 1, defaultS: 86_400, maxS: 31_536_000 };
  const disabled = { minS: 0, defaultS: 0, maxS: 0 };

  it.each([
    ['says nothing', 200, '', optimized, 86_400],
    ['says its age', 200, 'public, max-age=60', optimized, 60],
    ['says another for those between', 200, 'max-age=60, s-maxage=5', optimized, 5],
    ['wants to live for ever', 200, 'max-age=99999999', optimized, 31_536_000],
    ['forbids it: at least the least', 200, 'no-cache', optimized, 1],
    ['is behind a policy that keeps nothing', 200, 'max-age=60', disabled, 0],
    ['is no whole one', 206, 'max-age=60', optimized, 0],
    ['is an error: ten seconds, whatever the policy', 404, '', disabled, 10],
    ['is an error that may forbid it', 404, 'no-store', disabled, 0],
    ['is an error that may not', 500, 'no-store', disabled, 10],
    ['is an error for which the distribution says another time', 503, '', disabled, 0],
    ['is an error that is never kept', 403, '', optimized, 0],
  ])('that %s (%i) is kept as long as AWS keeps it', (_what, status, control, policy, expected) => {
    const headers: Record<string, string> = control === '' ? {} : { 'cache-control': control };

    expect(ttlOf({ status, headers }, policy, new Map([[503, 0]]))).toBe(expected);
  });

  it('is kept until its time, or until its path is invalidated; the oldest go when there are too many', () => {
    const cache = new EdgeCache(10);
    const keep = (path: string, body: string) =>
      cache.keep(path, { distributionId: 'E1', path, answer: new RawAnswer(200, {}, body), ttlS: 5, nowMs: 1000 });
    const kept = () => ['/a', '/b/1', '/b/2'].filter((path) => cache.find(path, 2000));

    keep('/a', '1234');
    keep('/b/1', '1234');
    expect(cache.find('/a', 5999)).toMatchObject({ ageS: 4, answer: { body: '1234' } });
    expect(kept()).toEqual(['/a', '/b/1']);
    keep('/b/2', '1234');
    expect(kept()).toEqual(['/b/1', '/b/2']);
    cache.invalidate('E2', ['/*']);
    cache.invalidate('E1', ['/b/1', '/c*']);
    expect(kept()).toEqual(['/b/2']);
    cache.invalidate('E1', ['/b*']);
    expect(kept()).toEqual([]);
    keep('/a', '1234');
    expect(cache.find('/a', 6000)).toBeUndefined();
  });

  it('has the headers of its policy, which go before its own only where that is said', () => {
    const headers = { 'x-frame-options': 'SAMEORIGIN', 'referrer-policy': 'unsafe-url', server: 'me' };

    const shaped = shapedHeaders(headers, {
      Name: 'own',
      SecurityHeadersConfig: {
        FrameOptions: { FrameOption: 'DENY', Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: false },
        ContentTypeOptions: { Override: true },
        StrictTransportSecurity: {
          AccessControlMaxAgeSec: 60,
          IncludeSubdomains: true,
          Preload: false,
          Override: true,
        },
        ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'", Override: true },
      },
      CustomHeadersConfig: { Items: [{ Header: 'X-Own', Value: 'yes', Override: false }] },
      RemoveHeadersConfig: { Items: [{ Header: 'Server' }] },
    });

    expect(shaped).toEqual({
      'x-frame-options': 'DENY',
      'referrer-policy': 'unsafe-url',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=60; includeSubDomains',
      'content-security-policy': "default-src 'none'",
      'x-own': 'yes',
    });
  });
});

describe('a function at the edge', () => {
  const where = { distributionId: 'E1', distributionDomainName: 'e1.test', requestId: 'r', viewerIp: '127.0.0.1' };
  const viewer = {
    method: 'GET',
    path: '/a%20b',
    rawQuery: 'x=1&x=2&flag',
    headers: { host: 'e1', cookie: 'k=v; l=w' },
  };
  const run = (code: string) => createEdgeFunction('shape', code, 100).run(viewerRequestEvent(viewer, where));

  it('sees the request as AWS shows it, and what it makes of it is sent on', () => {
    const { result, lines } = run(`function handler(event) {
      console.log(event.context.eventType, event.request.uri, event.request.querystring.x, event.request.cookies.l.value);
      event.request.uri = '/index.html';
      event.request.querystring = { y: { value: '', multiValue: [{ value: '1' }, { value: '2' }] } };
      event.request.headers['x-new'] = { value: 'n' };
      return event.request;
    }`);

    expect(lines).toEqual(['viewer-request /a%20b {"value":"2","multiValue":[{"value":"1"},{"value":"2"}]} w']);
    expect(resultOf(result, viewer)).toEqual({
      method: 'GET',
      path: '/index.html',
      rawQuery: 'y=1&y=2',
      headers: { host: 'e1', 'x-new': 'n', cookie: 'k=v; l=w' },
    });
  });

  it('leaves a query as it was sent that it does not touch, and may wait for what it has itself', () => {
    const { result } = run('async function handler(event) { return await Promise.resolve(event.request); }');

    expect(resultOf(result, viewer)).toEqual(viewer);
  });

  it('may answer itself', () => {
    const { result } = run(
      "function handler() { return { statusCode: 302, statusDescription: 'Found', headers: { Location: { value: '/x' } } }; }",
    );

    expect(resultOf(result, viewer)).toMatchObject({ status: 302, headers: { location: '/x' } });
  });

  it.each([
    ['throws', "function handler() { throw new Error('no'); }", 'Error: no'],
    ['runs on and on', 'function handler() { for (;;); }', 'stopped'],
    ['runs on behind a promise', 'async function handler() { await null; for (;;); }', 'stopped'],
    ['waits for what never comes', 'async function handler() { await new Promise(() => {}); }', 'not come to an end'],
    ['reaches for Node.js', 'function handler() { return process.env; }', 'process is not defined'],
    ['asks for a module', "function handler() { return require('fs'); }", 'require is not defined'],
    [
      'makes code from a text',
      "function handler() { return this.constructor.constructor('return 1')(); }",
      'EvalError',
    ],
    [
      'reaches out by what it is given',
      "function handler(event) { return console.log.constructor('return process')(); }",
      'EvalError',
    ],
    ['waits by a timer', 'function handler() { setTimeout(() => {}, 1); }', 'setTimeout is not defined'],
  ])('that %s has failed', (_what, code, reason) => {
    expect(() => run(code)).toThrow(EdgeFunctionError);
    expect(() => run(code)).toThrow(reason);
  });

  it('runs again after it was stopped', () => {
    const edge = createEdgeFunction(
      'loops',
      "function handler(event) { if (event.request.uri === '/loop') for (;;); return event.request; }",
      100,
    );
    const ask = (path: string) => edge.run(viewerRequestEvent({ ...viewer, path }, where)).result;

    expect(() => ask('/loop')).toThrow('stopped');
    expect(ask('/fine')).toMatchObject({ uri: '/fine' });
  });

  it.each([
    ['is no code', 'function handler( {', 'Unexpected'],
    ['has no handler', 'const other = () => 1;', "has no function 'handler'"],
  ])('is refused that %s', (_what, code, reason) => {
    expect(() => createEdgeFunction('broken', code)).toThrow(reason);
  });

  it.each([
    ['nothing', undefined],
    ['a path without a slash', { method: 'GET', uri: 'x', headers: { host: { value: 'e1' } } }],
    ['another method', { method: 'POST', uri: '/', headers: { host: { value: 'e1' } } }],
    ['another host', { method: 'GET', uri: '/', headers: { host: { value: 'e2' } } }],
    ['a status that is none', { statusCode: 99 }],
  ])('fails with %s', (_what, result) => {
    expect(() => resultOf(result, viewer)).toThrow(EdgeFunctionError);
  });
});
