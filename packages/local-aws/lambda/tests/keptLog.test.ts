import { expect, it } from '@jest/globals';
import { KeptLog } from '../runtime/keptLog.ts';

const line = (message: string) => ({ timestampMs: 0, message });

it('keeps the latest ten thousand lines', () => {
  const log = new KeptLog();
  for (let n = 0; n < 30; n += 1) log.add(Array.from({ length: 500 }, (_, index) => line(String(n * 500 + index))));

  expect(log.lines).toHaveLength(10_000);
  expect([log.lines.at(0)?.message, log.lines.at(-1)?.message]).toEqual(['5000', '14999']);
});

it('keeps fewer of long ones, and always the last', () => {
  const log = new KeptLog();
  const long = 'x'.repeat(1024 * 1024);
  for (let n = 0; n < 12; n += 1) log.add([line(`${n}${long}`)]);
  expect(log.lines.map(({ message }) => message.slice(0, 2))).toEqual(['5x', '6x', '7x', '8x', '9x', '10', '11']);

  log.add([line(long.repeat(9))]);
  expect(log.lines).toHaveLength(1);
});
