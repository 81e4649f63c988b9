import { describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../clock.ts';
import { type Hop, Journal } from '../journal.ts';

const hop: Hop = { kind: 'call', service: 'sns', action: 'Publish', outcome: 'ok' };

describe('the journal', () => {
  it('numbers and dates what happened, and gives what came after a number', async () => {
    const clock = createVirtualClock({ startMs: 1000 });
    const journal = new Journal(clock);

    journal.record(hop);
    await clock.advance(500);
    journal.record({ ...hop, action: 'Subscribe' });

    expect(journal.lastSeq).toBe(2);
    expect(journal.entries()).toEqual([
      { ...hop, seq: 1, atMs: 1000 },
      { ...hop, action: 'Subscribe', seq: 2, atMs: 1500 },
    ]);
    expect(journal.entries(1).map(({ seq }) => seq)).toEqual([2]);
    expect(journal.entries(7)).toEqual([]);
  });

  it('keeps the latest entries only', () => {
    const journal = new Journal(createVirtualClock(), 3);

    for (let count = 0; count < 8; count += 1) journal.record(hop);

    expect(journal.entries().map(({ seq }) => seq)).toEqual([6, 7, 8]);
    expect(journal.entries(6).map(({ seq }) => seq)).toEqual([7, 8]);
  });

  it('keeps the beginning of an error that is very long', () => {
    const journal = new Journal(createVirtualClock());

    const { error } = journal.record({
      ...hop,
      outcome: 'error',
      error: { code: 'E', message: 'x'.repeat(1_000_000) },
    });

    expect(error?.message).toMatch(/^x{2000}\.\.\. \(1000000 characters\)$/);
  });

  it('tells whoever follows, until they have seen enough', () => {
    const journal = new Journal(createVirtualClock());
    const seen: number[] = [];

    const stop = journal.follow(({ seq }) => seen.push(seq));
    journal.record(hop);
    stop();
    journal.record(hop);

    expect(seen).toEqual([1]);
  });
});
