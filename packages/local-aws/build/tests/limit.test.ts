import { expect, it } from '@jest/globals';
import { createLimit } from '../limit.ts';

it('lets so many run at once, the others in their order, also after one that failed', async () => {
  const limited = createLimit(2);
  const begun: string[] = [];
  let running = 0;
  let most = 0;
  const work = (name: string) =>
    limited(async () => {
      begun.push(name);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resume) => setImmediate(resume));
      running -= 1;
      if (name === 'b') throw new Error('b is broken');
      return name;
    });

  const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map(work));

  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  expect(most).toBe(2);
});
