import { beforeEach, describe, expect, it } from '@jest/globals';
import { createTestCore, type TestCore } from '../../core/tests/testCore.ts';
import { type PutSource, putSource } from '../source.ts';

const MEGABYTE = Buffer.alloc(1_000_000).toString('base64');
const SLOW_DOWN = expect.objectContaining({ code: 'ServiceUnavailableException', status: 503 });

let core: TestCore;
let source: PutSource;
beforeEach(() => {
  core = createTestCore();
  source = putSource(core, { owner: 'stack', name: 'hose' });
});

/** Puts calls of so many records until one is refused: how many were taken, and why the last was not. */
function putUntilRefused(records: string[], most = 1000): { taken: number; why?: unknown } {
  for (let taken = 0; taken < most; taken += 1) {
    try {
      source.put(records);
    } catch (why) {
      return { taken, why };
    }
  }
  return { taken: most };
}

describe('what is put while nothing can be delivered', () => {
  it.each([
    ['large records', [MEGABYTE, MEGABYTE]],
    ['small records', Array.from({ length: 500 }, () => 'eA==')],
  ])('is refused with a word to slow down when there is too much of it: %s', (_what, records) => {
    const { taken, why } = putUntilRefused(records);

    expect(why).toEqual(SLOW_DOWN);
    expect(taken).toBeGreaterThan(30);
    expect(taken).toBeLessThan(300);
  });

  it('is taken again as far as what was there has gone on', async () => {
    putUntilRefused([MEGABYTE]);
    await source.receive(3);

    expect(putUntilRefused([MEGABYTE]).taken).toBe(3);
  });

  it('is all there after a restart, which takes no more than before', async () => {
    const { taken } = putUntilRefused([MEGABYTE]);

    core = createTestCore({ after: core });
    source = putSource(core, { owner: 'stack', name: 'hose' });

    expect(putUntilRefused([MEGABYTE]).taken).toBe(0);
    expect(await source.receive(1000)).toHaveLength(taken);
  });
});
