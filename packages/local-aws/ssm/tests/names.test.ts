import { describe, expect, it } from '@jest/globals';
import { checkName, parameterArn, selected } from '../names.ts';

describe('the name of a parameter', () => {
  it.each(['a', '/a', '/space-invaders/local/session', 'A_b.c-1', `/${Array(15).fill('a').join('/')}`])(
    'may be %s',
    (name) => {
      expect(() => checkName(name)).not.toThrow();
    },
  );

  it.each([
    ['a/b', /fully qualified/],
    ['/a//b', /sub-path/],
    ['/a/', /sub-path/],
    ['a b', /letters, numbers/],
    ['', /letters, numbers/],
    [`/${Array(16).fill('a').join('/')}`, /maximum of 15 levels/],
    ['a'.repeat(1000), /longer than 1011/],
    ['awsThing', /can't be prefixed/],
    ['/SSM/thing', /can't be prefixed/],
    ['/aws/thing', /No access to reserved parameter name/],
  ])('is not %s', (name, message) => {
    expect(() => checkName(name)).toThrow(message);
  });

  it('is in its ARN without the slash in front', () => {
    expect(parameterArn('/a/b')).toBe('arn:aws:ssm:eu-west-1:000000000000:parameter/a/b');
    expect(parameterArn('a')).toBe('arn:aws:ssm:eu-west-1:000000000000:parameter/a');
  });

  it.each([
    ['/a/b', { name: '/a/b', key: 'a/b' }],
    ['a:3', { name: 'a', key: 'a', selector: ':3' }],
    ['arn:aws:ssm:eu-west-1:000000000000:parameter/a/b', { key: 'a/b' }],
    ['arn:aws:ssm:eu-west-1:000000000000:parameter/a:2', { key: 'a', selector: ':2' }],
  ])('is taken from %s', (asked, expected) => {
    expect(selected(asked)).toEqual(expected);
  });
});
