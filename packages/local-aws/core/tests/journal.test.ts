import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../clock.ts';
import { type Hop, Journal } from '../journal.ts';

const hop: Hop = { kind: 'call', service: 'sns', action: 'Publish', outcome: 'ok' };

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln-bmF0dXJl_';
const beginning = expect.stringMatching(/^x{2000}\.\.\. \(1000000 characters\)$/);

/** Node's, which a process that was started without --expose-gc hides. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

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

  it('keeps the beginning of whatever is very long, wherever a client has put it', () => {
    const journal = new Journal(createVirtualClock());
    const long = 'x'.repeat(1_000_000);

    const entry = journal.record({ ...hop, to: long, correlationId: long, detail: { path: long, ids: ['a', long] } });

    expect(entry).toMatchObject({
      to: beginning,
      correlationId: beginning,
      detail: { path: beginning, ids: ['a', beginning] },
    });
  });

  it.each([
    ['a token', `no entry for ${TOKEN}!`, 'no entry for ***!'],
    ['a token without a signature', `Bearer ${TOKEN.replace(/\.[^.]+$/, '.')}`, 'Bearer ***'],
    ['an encrypted token', 'eyJjdHkiOiJKV1QifQ.aa.bb.cc.dd', '***'],
    ['a token that is cut off', `${'x'.repeat(1960)} ${TOKEN}${'y'.repeat(100)}`, /x \*{3} \(\d+ characters\)$/],
    ['an address with one', 'wss://a/dev?room=1&token=opaque&x=2', 'wss://a/dev?room=1&token=***&x=2'],
    [
      'other names of it',
      '/?access_token=a&id_token=b&Authorization=c d',
      '/?access_token=***&id_token=***&Authorization=*** d',
    ],
    [
      'JSON with one',
      '{"token": "a b","page":2,"access_token":"c\\"d"}',
      '{"token": "***","page":2,"access_token":"***"}',
    ],
    [
      'JSON in JSON',
      JSON.stringify({ body: JSON.stringify({ client_secret: 'a"b', on: true }) }),
      String.raw`{"body":"{\"client_secret\":\"***\",\"on\":true}"}`,
    ],
    ['JSON that is cut off', '{"password":"abc', '{"password":"***'],
    ['nothing', '/games?page=2&tokens=3 eyJust a word', '/games?page=2&tokens=3 eyJust a word'],
  ])('keeps no token, wherever it stands: %s', (_what, text, kept) => {
    const journal = new Journal(createVirtualClock());
    const end = journal.begin({ ...hop, detail: { path: text } });
    const { error, detail } = end({ outcome: 'error', error: { code: 'E', message: text }, detail: { ids: [text] } });

    const wanted = typeof kept === 'string' ? kept : expect.stringMatching(kept);
    expect([error?.message, detail]).toEqual([wanted, { path: wanted, ids: [wanted] }]);
    expect(journal.entries()[0]?.detail).toEqual({ path: wanted });
  });

  it('leaves out a detail that is too large as a whole', () => {
    const journal = new Journal(createVirtualClock());

    const { detail } = journal.record({
      ...hop,
      detail: Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [at, 'x'])),
    });

    expect(detail).toEqual({ omitted: '23890 characters' });
  });

  it('forgets the oldest entries before all together become too large', () => {
    const journal = new Journal(createVirtualClock());
    const long = 'x'.repeat(2000);

    for (let count = 0; count < 8000; count += 1) journal.record({ ...hop, from: long, to: long });

    const kept = journal.entries().map(({ seq }) => seq);
    expect(kept.at(-1)).toBe(8000);
    expect(kept.length).toBeGreaterThan(4800);
    expect(kept.length).toBeLessThan(5000);
    expect(journal.entries(7998).map(({ seq }) => seq)).toEqual([7999, 8000]);
  });

  it('holds nothing of the texts that it has shortened', () => {
    const journal = new Journal(createVirtualClock());
    const collectGarbage = garbageCollector();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;

    for (let count = 0; count < 100; count += 1) {
      journal.record({
        ...hop,
        outcome: 'error',
        error: { code: 'E', message: `${count}${'x'.repeat(1_000_000)}`.replace('x', 'y') },
      });
    }

    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  });

  it('has what takes time twice: when it begins, and when it has ended', () => {
    const clock = createVirtualClock();
    const journal = new Journal(clock);
    const { outcome: _ok, ...begun } = hop;

    const end = journal.begin({ ...begun, requestId: 'r1', detail: { attempt: 1 } });
    journal.record(hop);
    end({ outcome: 'error', error: { code: 'Oops', message: 'no' }, durationMs: 7, detail: { retryInMs: 60_000 } });

    expect(journal.entries()).toMatchObject([
      { seq: 1, outcome: 'begun', requestId: 'r1', detail: { attempt: 1 } },
      { seq: 2, outcome: 'ok' },
      { seq: 3, outcome: 'error', began: 1, requestId: 'r1', durationMs: 7, detail: { attempt: 1, retryInMs: 60_000 } },
    ]);
    expect(journal.ended().map(({ seq }) => seq)).toEqual([2, 3]);
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

describe('a chain', () => {
  /** Writes hops down, each with a correlation id, a trace, or both, and gives the journal. */
  const journalOf = (
    ...hops: [correlationId: string | undefined, traceId: string | undefined, kind?: Hop['kind']][]
  ) => {
    const journal = new Journal(createVirtualClock());
    for (const [correlationId, traceId, kind = 'call'] of hops) {
      journal.record({ ...hop, kind, ...(correlationId && { correlationId }), ...(traceId && { traceId }) });
    }
    return journal;
  };
  const numbers = (entries: { seq: number }[]) => entries.map(({ seq }) => seq);

  it('of a correlation id has what its traces have without one, and nothing of another story in them', () => {
    const journal = journalOf(
      ['a', 't1'],
      [undefined, 't1'],
      ['b', 't1'],
      [undefined, 't2'],
      ['a', undefined],
      [undefined, undefined],
    );

    expect(numbers(journal.chain({ correlationId: 'a' }, 500))).toEqual([1, 2, 5]);
    expect(numbers(journal.chain({ correlationId: 'a' }, 2))).toEqual([2, 5]);
    expect(journal.chain({ correlationId: 'c' }, 500)).toEqual([]);
  });

  it('of a trace has all of it', () => {
    const journal = journalOf(['a', 't1'], [undefined, 't1'], ['b', 't1'], ['a', 't2']);

    expect(numbers(journal.chain({ traceId: 't1' }, 500))).toEqual([1, 2, 3]);
  });

  it('is the last one when it has the newest hop that is of any, whatever was provisioned since', () => {
    const journal = journalOf(
      ['a', 't1'],
      ['b', 't2'],
      [undefined, 't2', 'provision'],
      ['a', 't3', 'provision'],
      [undefined, undefined],
    );

    expect(numbers(journal.lastChain(200))).toEqual([2]);
    expect(journalOf([undefined, undefined]).lastChain(200)).toEqual([]);
  });

  it('is not the last one when a page asks for it again and again', () => {
    const looks = '1-00000000-000000000000000000000000';

    expect(numbers(journalOf(['a', 't1'], [undefined, looks], [undefined, looks]).lastChain(200))).toEqual([1]);
  });
});
