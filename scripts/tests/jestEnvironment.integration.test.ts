import { createRequire } from 'node:module';
import { startLocalAws } from '@arcade/local-aws/testkit';
import { expect, it } from '@jest/globals';
import type { TestEnvironment } from 'jest-environment-node';

const ArcadeEnvironment: typeof TestEnvironment = createRequire(import.meta.url)('../jestEnvironment.cjs');

it('stops what a test file has left running when it is through', async () => {
  const RUNNING = Symbol.for('arcade.running');
  const projectConfig = { testEnvironmentOptions: {}, globals: {} };
  const environment = new ArcadeEnvironment({ globalConfig: {}, projectConfig } as never, {} as never);
  Object.assign(environment.global, { [RUNNING]: Reflect.get(globalThis, RUNNING) });
  const isThere = (endpoint: string) =>
    fetch(endpoint).then(
      () => true,
      () => false,
    );
  const [left, stopped] = [await startLocalAws(), await startLocalAws()];
  await stopped.stop();
  expect(await isThere(left.endpoint)).toBe(true);

  await environment.teardown();

  expect([await isThere(left.endpoint), await isThere(stopped.endpoint)]).toEqual([false, false]);
});
