import { describe, expect, it } from '@jest/globals';
import { refusalAt, refusalOf } from '../guard.ts';

const PORTS = new Set([4000, 4110]);
const statusFor = (headers: Record<string, string>, method = 'GET') =>
  refusalOf({ method, headers: { host: 'localhost:4566', ...headers } }, PORTS)?.status;

describe('a request', () => {
  it.each([
    ['http://localhost:4000', undefined],
    ['http://127.0.0.1:4110', undefined],
    ['http://e1.cloudfront.localhost:4110', undefined],
    ['http://localhost:4120', 403],
    ['http://e1.cloudfront.localhost:4120', 403],
    ['http://bucket.s3-website-eu-west-1.localhost:4110', 403],
    ['https://localhost:4000', 403],
    ['http://localhost', 403],
    ['http://localhost:4000.evil.example', 403],
    ['http://evil.example:4000', 403],
    ['null', 403],
  ])('of the origin %s passes only when its port is in use here (%p)', (origin, status) => {
    expect(statusFor({ origin })).toBe(status);
    // What a page of another port of ours sends.
    expect(statusFor({ origin, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 'POST')).toBe(status);
  });

  it('of a program passes, and of the page itself, and of whoever types an address', () => {
    expect(statusFor({})).toBeUndefined();
    expect(statusFor({ 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty' })).toBeUndefined();
    expect(statusFor({ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' })).toBeUndefined();
  });

  describe.each(['cross-site', 'same-site', 'whatever comes next'])('of another page (%s)', (site) => {
    const from = (mode: string, destination: string, method?: string) =>
      statusFor({ 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination }, method);

    it('passes when somebody follows a link to it', () => {
      expect(from('navigate', 'document')).toBeUndefined();
    });

    it.each([
      ['no-cors', 'script', 'GET'],
      ['no-cors', 'image', 'GET'],
      ['no-cors', 'empty', 'POST'],
      ['navigate', 'iframe', 'GET'],
      ['navigate', 'embed', 'GET'],
      ['navigate', 'document', 'POST'],
      ['websocket', 'websocket', 'GET'],
      ['same-origin', 'document', 'GET'],
    ])('is refused as %s of %s by %s', (mode, destination, method) => {
      expect(from(mode, destination, method)).toBe(403);
    });
  });
});

describe('a request at an address that others of the network reach', () => {
  const HERE = '192.168.1.5:4000';
  const statusAt = (headers: Record<string, string>, method = 'GET') =>
    refusalAt(HERE, { method, headers: { host: HERE, ...headers } })?.status;

  it('passes when it names that address, and comes from its page or from a program', () => {
    expect(statusAt({})).toBeUndefined();
    expect(statusAt({ origin: `http://${HERE}` }, 'POST')).toBeUndefined();
    expect(statusAt({ 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty' })).toBeUndefined();
  });

  it.each([
    '192.168.1.5',
    '192.168.1.5:4001',
    '192.168.1.6:4000',
    'localhost:4000',
    '127.0.0.1:4000',
    'evil.example',
    '',
  ])('is refused for the host %j', (host) => {
    expect(statusAt({ host })).toBe(403);
  });

  it.each(['http://localhost:4000', 'http://192.168.1.5', 'http://192.168.1.5:4001', `https://${HERE}`, 'null'])(
    'is refused for a page of the origin %s',
    (origin) => {
      expect(statusAt({ origin }, 'POST')).toBe(403);
    },
  );

  it('is refused for another page that says no origin, unless somebody follows a link', () => {
    const from = (mode: string, destination: string) =>
      statusAt({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode, 'sec-fetch-dest': destination });

    expect([from('no-cors', 'image'), from('navigate', 'iframe'), from('navigate', 'document')]).toEqual([
      ...[403, 403],
      undefined,
    ]);
  });
});
