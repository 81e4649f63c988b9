import { expect, it } from '@jest/globals';
import { addressesIn, asLines, openable, type ServiceOutputs } from '../stageOutputs.ts';

const services: ServiceOutputs[] = [
  {
    service: 'mafia',
    outputs: {
      ApiUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com/dev',
      ApiId: 'abc',
      DeadLetterQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/mafia-dev-dead-letters',
    },
  },
  { service: 'identity', outputs: { UserPoolId: 'eu-west-1_a' } },
  { service: 'space-invaders', outputs: { SocketUrl: 'wss://def.execute-api.eu-west-1.amazonaws.com/dev' } },
  { service: 'lobby', outputs: undefined },
];

it('gives the addresses that somebody can open or call', () => {
  expect(addressesIn(services)).toEqual([
    { service: 'mafia', outputs: { ApiUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com/dev' } },
    { service: 'space-invaders', outputs: { SocketUrl: 'wss://def.execute-api.eu-west-1.amazonaws.com/dev' } },
  ]);
});

it('prints all that a stage gives out, and what is not deployed', () => {
  expect(asLines([...services.slice(1), { service: 'silent', outputs: {} }])).toEqual([
    'identity',
    '  UserPoolId  eu-west-1_a',
    'space-invaders',
    '  SocketUrl   wss://def.execute-api.eu-west-1.amazonaws.com/dev',
    'lobby is not deployed',
    'silent',
    '  gives nothing out',
  ]);
});

it.each([
  ['https://e1a2.cloudfront.localhost:4566', 'http://e1a2.cloudfront.localhost:4566'],
  ['https://e1a2.cloudfront.localhost', 'http://e1a2.cloudfront.localhost'],
  ['https://e1a2.cloudfront.net', 'https://e1a2.cloudfront.net'],
  ['https://e1a2.cloudfront.localhost.example', 'https://e1a2.cloudfront.localhost.example'],
])('gives %s out as %s, which a browser can open', (SiteUrl, expected) => {
  expect(openable({ SiteUrl })).toEqual({ SiteUrl: expected });
});
