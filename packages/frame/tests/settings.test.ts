import { expect, it } from '@jest/globals';
import { readSettings } from '../settings.ts';

const cors = { origin: 'https://a.example', headers: ['Content-Type'] };
const authorizer = { userPoolArn: 'arn', clientId: 'client' };

it.each([
  ['what all have in common', {}, ['Content-Type']],
  ['its own', { corsHeaders: ['Authorization', 'Content-Type'] }, ['Content-Type', 'Authorization']],
  [
    'the one that an authorizer wants, once',
    { authorizer, corsHeaders: ['Authorization'] },
    ['Content-Type', 'Authorization'],
  ],
])('lets pages send %s', (_what, own, headers) => {
  expect(readSettings({ cors }, own).cors).toEqual({ origins: ['https://a.example'], headers });
});
