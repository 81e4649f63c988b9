import { describe, expect, it } from '@jest/globals';
import { RawAnswer } from '../../core/service.ts';
import { isPreflight, preflightAnswer, withCors } from '../http/cors.ts';
import type { Cors } from '../model.ts';

const cors = (overrides: Partial<Cors> = {}): Cors => ({
  origins: ['https://game.example', 'http://*'],
  methods: ['GET'],
  headers: [],
  exposed: ['x-page'],
  allowsCredentials: false,
  ...overrides,
});

describe('CORS of an HTTP API', () => {
  it.each([
    ['https://game.example', 'https://game.example'],
    ['http://any.where', 'http://any.where'],
    ['https://game.example.evil', undefined],
    ['https://other.example', undefined],
    ['null', undefined],
  ])('lets %s in as %s, in preflights and answers alike', (origin, allowed) => {
    const answer = withCors(cors(), origin, new RawAnswer(200, { 'access-control-allow-origin': '*', etag: '1' }, 'a'));

    expect(preflightAnswer(cors(), origin).headers['access-control-allow-origin']).toBe(allowed);
    expect(answer.headers).toEqual({
      etag: '1',
      ...(allowed && { 'access-control-allow-origin': allowed, 'access-control-expose-headers': 'x-page' }),
    });
  });

  it('says * where all are let in, and takes the function’s own headers away without an origin', () => {
    const open = cors({ origins: ['*'] });
    const answer = new RawAnswer(200, { 'access-control-allow-methods': 'PUT' });

    expect(preflightAnswer(open, 'https://a.b').headers['access-control-allow-origin']).toBe('*');
    expect(withCors(open, undefined, answer).headers).toEqual({});
  });

  it('takes for a preflight what asks for a method, and no other OPTIONS', () => {
    const asking = { origin: 'https://a.b', 'access-control-request-method': 'PUT' };

    expect(isPreflight('OPTIONS', asking)).toBe(true);
    expect([isPreflight('GET', asking), isPreflight('OPTIONS', { origin: 'https://a.b' })]).toEqual([false, false]);
  });
});
