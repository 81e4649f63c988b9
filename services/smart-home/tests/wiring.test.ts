import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { discovery, grantOffered, said } from './parts.ts';

const ENVIRONMENT = {
  AWS_REGION: 'eu-west-1',
  DIRECTIVES_TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:directives.fifo',
  OUTCOMES_TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:outcomes',
  GRANTS_TABLE_NAME: 'grants',
  GRANT_KEY_ARN: 'arn:aws:kms:eu-west-1:000000000000:key/grants',
  LWA_CLIENT_SECRET_NAME: '/smart-home/test/lwa-client',
  HUB_SECRET_NAME: '/smart-home/test/hub-secret',
  DEFERRED_ANSWER_SECONDS: '6',
  VENDOR_URL: 'https://bulbs.example.com',
  TOKENS_URL: 'https://tokens.example.com',
  GATEWAY_URL: 'https://gateway.example.com',
  HUB_URL: 'https://hubs.example.com',
};

const before = { ...process.env };
beforeEach(() => {
  Object.assign(process.env, ENVIRONMENT);
});
afterEach(() => {
  process.env = before;
  jest.restoreAllMocks();
});

it('the vendor has four of the seven seconds for what is answered at once', async () => {
  const limits: number[] = [];
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    limits.push(ms);
    return new AbortController().signal;
  });
  jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed'));
  const { entry } = await import('../wiring.ts');
  const { answer } = await import('../domain/entry.ts');
  const parts = { ...entry(), warn: () => {} };

  for (const asked of [discovery(), grantOffered(), said('Alexa', 'ReportState')]) await answer(parts, asked);

  expect([...new Set(limits)]).toEqual([4000]);
});
