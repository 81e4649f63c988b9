import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { environmentName, findServices } from '../workspace.ts';

/** Set by scripts/jest.ts, for the arcade that it has started or for a deployed stage. */
function addressOf(variable: string): string {
  const address = process.env[variable];
  if (!address) throw new Error(`${variable} is not set: run this with npm run test:system`);
  return address;
}

/**
 * Those that others call say where, among their outputs; identity is called by its user pool alone, and the smart home, which has no
 * outputs, by Alexa and by whom it gives its gateway's address to.
 */
const withApi = findServices().filter(({ folder }) => {
  const outputs = join(folder, 'resources/outputs.yml');
  return existsSync(outputs) && readFileSync(outputs, 'utf8').includes('ApiUrl:');
});

/** Far below every 5xx that a proxy or a broken service answers with. */
const SERVER_FAULT = 500;

describe('the arcade', () => {
  it('serves its page', async () => {
    const answer = await fetch(addressOf('ARCADE_URL'));

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch('text/html');
  });

  it('has services with an API', () => {
    expect(withApi.length).toBeGreaterThan(1);
  });

  for (const { name } of withApi) {
    it(`reaches ${name} by its own address and under the page's origin, with the same answer`, async () => {
      const own = await fetch(`${addressOf(environmentName(name))}/no-such-route`);
      const proxied = await fetch(`${addressOf('ARCADE_URL')}/api/${name}/no-such-route`);

      expect(own.status).toBeLessThan(SERVER_FAULT);
      expect(proxied.status).toBe(own.status);
      expect(await proxied.text()).toBe(await own.text());
    });
  }
});
