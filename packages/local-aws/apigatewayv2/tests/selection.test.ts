import { describe, expect, it } from '@jest/globals';
import { selectRoute } from '../websocket/selection.ts';

const BOTH = `\${request.body.a}/\${request.body.b}`;

describe('the route of a message', () => {
  it.each([
    ['$request.body.action', '{"action":"play"}', 'play'],
    ['$request.body.a.b', '{"a":{"b":7}}', '7'],
    ['$request.body.action', '{}', ''],
    ['$request.body.action', '{"action":["a","b"]}', '[a, b]'],
    ['$request.body.constructor', '{}', ''],
    [BOTH, '{"a":"x","b":"y"}', 'x/y'],
    [BOTH, '{"a":"x"}', 'x/'],
    ['$request.body.action', 'hello', undefined],
  ])('%s of %s is %s', (expression, message, route) => {
    expect(selectRoute(expression, message)).toBe(route);
  });

  it('is none for a message that nests without end', () => {
    const message = `{"action":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;

    expect(selectRoute('$request.body.action', message)).toBe(undefined);
  });
});
