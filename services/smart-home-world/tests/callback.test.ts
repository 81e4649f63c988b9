import { expect, it } from '@jest/globals';
import { isCallback } from '../domain/callback.ts';

const onAws = /^https:\/\/[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com\/changes$/;
const onLaptop = /^http:\/\/(127\.0\.0\.1|localhost):\d+(\/_api\/[a-z0-9]+)?\/changes$/;

it.each([
  [onAws, 'https://abc123.execute-api.eu-west-1.amazonaws.com/changes'],
  [onLaptop, 'http://127.0.0.1:4130/changes'],
  [onLaptop, 'http://127.0.0.1:39211/_api/a1b2c3/changes'],
])('%s lets through %s', (pattern, address) => {
  expect(isCallback(pattern, address)).toBe(true);
});

it.each([
  [onAws, 'the metadata service', 'http://169.254.169.254/changes'],
  [onAws, 'another host', 'https://evil.example/changes'],
  [
    onAws,
    'another host, the good one being a user’s name',
    'https://abc.execute-api.eu-west-1.amazonaws.com@evil.example/changes',
  ],
  [onAws, 'a user’s name before a good host', 'https://me:pw@abc.execute-api.eu-west-1.amazonaws.com/changes'],
  [onAws, 'a user without a password', 'https://me@abc.execute-api.eu-west-1.amazonaws.com/changes'],
  [onAws, 'a password without a user', 'https://:pw@abc.execute-api.eu-west-1.amazonaws.com/changes'],
  [onAws, 'another host that begins alike', 'https://abc.execute-api.eu-west-1.amazonaws.com.evil.example/changes'],
  [onAws, 'no encryption', 'http://abc.execute-api.eu-west-1.amazonaws.com/changes'],
  [onAws, 'another port', 'https://abc.execute-api.eu-west-1.amazonaws.com:8443/changes'],
  [onAws, 'another path', 'https://abc.execute-api.eu-west-1.amazonaws.com/admin'],
  [onAws, 'a path that goes up', 'https://abc.execute-api.eu-west-1.amazonaws.com/changes/../admin'],
  [onAws, 'a path that goes up in disguise', 'https://abc.execute-api.eu-west-1.amazonaws.com/changes/%2e%2e/admin'],
  [onAws, 'a query', 'https://abc.execute-api.eu-west-1.amazonaws.com/changes?to=admin'],
  [onAws, 'a fragment', 'https://abc.execute-api.eu-west-1.amazonaws.com/changes#x'],
  [onAws, 'another scheme', 'file:///changes'],
  [onAws, 'no address', 'changes'],
  [onAws, 'two lines', 'https://evil.example/\nhttps://abc.execute-api.eu-west-1.amazonaws.com/changes'],
  [onLaptop, 'another host', 'http://evil.example:4130/changes'],
  [onLaptop, 'the state of local-aws', 'http://127.0.0.1:4566/_local/stacks'],
  // A pattern that somebody has forgotten to close: all of the address must be as it says.
  [/https:\/\/good\.example\/changes/, 'more than the pattern', 'https://good.example/changes/more'],
  [/good\.example\/changes/, 'something before the pattern', 'https://evil.good.example/changes'],
])('%s lets nobody call %s: %s', (pattern, _what, address) => {
  expect(isCallback(pattern, address)).toBe(false);
});
