import { afterEach, expect, it, jest } from '@jest/globals';
import { correlated } from '../correlated.ts';
import { logger } from '../observability.ts';

afterEach(() => void jest.restoreAllMocks());

it('writes each line with the id of the work that it is of, also of pieces of work at once, and lines of none without', async () => {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  }
  const work = (name: string) => async () => {
    await new Promise((resume) => setImmediate(resume));
    logger.warn(`${name} went wrong`, new Error('why'));
  };

  await Promise.all([correlated('chain-1', work('first')), correlated('chain-2', work('second'), { group: 'g' })]);
  logger.info('afterwards', { count: 2 });
  jest.restoreAllMocks();

  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'WARN', message: 'first went wrong', correlationId: 'chain-1', error: { message: 'why' } },
    { level: 'WARN', message: 'second went wrong', correlationId: 'chain-2', group: 'g' },
    { level: 'INFO', message: 'afterwards', count: 2 },
  ]);
  expect(written[2]).not.toContain('correlationId');
});
