import { describe, expect, it } from '@jest/globals';
import { functionArn, parseFunctionReference } from '../names.ts';

describe('a function may be named', () => {
  it.each([
    ['ping', { name: 'ping' }],
    ['ping:live', { name: 'ping', qualifier: 'live' }],
    ['000000000000:function:ping', { name: 'ping' }],
    ['function:ping', { name: 'ping' }],
    ['arn:aws:lambda:eu-west-1:000000000000:function:ping', { name: 'ping' }],
    ['arn:aws:lambda:eu-west-1:000000000000:function:ping:3', { name: 'ping', qualifier: '3' }],
    ['arn:aws:lambda:eu-west-1:000000000000:function:ping:$LATEST', { name: 'ping', qualifier: '$LATEST' }],
  ])('as %s', (reference, expected) => {
    expect(parseFunctionReference(reference)).toEqual(expected);
  });

  it.each(['', 'a b', 'arn:aws:sns:eu-west-1:000000000000:topic', 'ping:live:twice'])('but not as %p', (reference) => {
    expect(() => parseFunctionReference(reference)).toThrow(/validation error/);
  });

  it('in another region or account only in vain', () => {
    expect(() => parseFunctionReference('arn:aws:lambda:us-east-1:000000000000:function:ping')).toThrow(
      expect.objectContaining({ code: 'ResourceNotFoundException', status: 404 }),
    );
    expect(() => parseFunctionReference('123456789012:function:ping')).toThrow(/Function not found/);
  });

  it('by an ARN that is read back as the same function', () => {
    expect(parseFunctionReference(functionArn('ping', 'live'))).toEqual({ name: 'ping', qualifier: 'live' });
  });
});
