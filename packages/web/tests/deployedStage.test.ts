import { afterEach, expect, it, jest } from '@jest/globals';
import { isDeployed, isLocal } from '../src/lib/stage.ts';
import { findGraph } from '../src/wire/useGraph.ts';
import { rallyGraph } from './wireFixtures.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

it('asks a deployed stage for nothing that a laptop alone has', async () => {
  const asked: string[] = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (address) => {
    asked.push(String(address));
    return Response.json(address === '/_arcade/stage' ? { stage: 'dev', canBreak: false } : rallyGraph);
  });

  expect(await isDeployed()).toBe(true);
  expect(await findGraph('ping-pong')).toEqual(rallyGraph);
  expect(asked).toEqual(['/_arcade/stage', '/graphs/ping-pong.json']);
});

it.each([
  [{ stage: 'local', canBreak: true }, true],
  [{ stage: 'local', canBreak: false }, true],
  [{ stage: 'dev', canBreak: false }, false],
  ['asking' as const, false],
  [undefined, false],
])('takes %j for a laptop: %s', (stage, expected) => {
  expect(isLocal(stage)).toBe(expected);
});
