import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Hop, JournalEntry } from '../../core/journal.ts';
import { type Open, open } from './open.ts';

let door: Open;
beforeEach(async () => {
  door = await open();
});
afterEach(async () => {
  await door.close();
});

const get = (path: string, init: RequestInit = {}) => fetch(`${door.door.endpoint()}${path}`, init);
const follow = (query: string, headers: Record<string, string> = {}) =>
  get(`/_local/journal${query}`, { headers: { accept: 'text/event-stream', ...headers } });
const note = (action: string, more: Partial<Hop> = {}) =>
  door.core.journal.record({ kind: 'call', service: 'sns', action, outcome: 'ok', ...more });

/** A server-sent event. */
interface Sent {
  id: string | undefined;
  name: string;
  data: Partial<JournalEntry>;
}

/** Reads server-sent events until `count` have come. */
async function allEvents(answer: Response, count: number): Promise<Sent[]> {
  const found: Sent[] = [];
  let text = '';
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (reader && found.length < count) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]),
      );
      const data = fields.get('data');
      if (data) found.push({ id: fields.get('id'), name: fields.get('event') ?? 'message', data: JSON.parse(data) });
    }
  }
  await reader?.cancel();
  return found;
}

/** The hops alone, once so many events have come. */
const events = async (answer: Response, count: number) =>
  (await allEvents(answer, count)).filter(({ name }) => name === 'message');

describe('/_local/journal', () => {
  it('lists the hops after a given one', async () => {
    note('one');
    note('two');

    const all = (await (await get('/_local/journal')).json()) as { action: string }[];
    const later = (await (await get('/_local/journal?since=1')).json()) as { action: string }[];

    expect(all.map(({ action }) => action)).toEqual(['one', 'two']);
    expect(later.map(({ action }) => action)).toEqual(['two']);
  });

  it('streams what was and what comes, each under its number', async () => {
    note('one');
    note('two');

    const answer = await follow('?since=1');
    const coming = events(answer, 4);
    note('three');
    note('four');

    expect((await coming).map(({ id, data }) => [id, data.action])).toEqual([
      ['2', 'two'],
      ['3', 'three'],
      ['4', 'four'],
    ]);
  });

  it('goes on where a reader that reconnects left off', async () => {
    note('one');
    note('two');

    const answer = await follow('?since=0', { 'last-event-id': '1' });

    expect((await events(answer, 1)).map(({ id }) => id)).toEqual(['2']);
  });

  it('begins anew for a reader who has seen more than there is, as after a restart', async () => {
    note('one');

    const answer = await follow('?since=900');

    expect((await events(answer, 1)).map(({ id }) => id)).toEqual(['1']);
  });

  it('sends a long backlog whole and in order', async () => {
    for (let index = 0; index < 3000; index += 1) note('stroke');

    const answer = await follow('');

    expect((await events(answer, 3001)).map(({ id }) => Number(id))).toEqual(
      Array.from({ length: 3000 }, (_, i) => i + 1),
    );
  });

  it('refuses a number that is none', async () => {
    const answer = await get('/_local/journal?since=yesterday');

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ title: 'InvalidSince', detail: expect.stringContaining('yesterday') });
  });

  it('sends who asks for the latest the last chain, then that it is live, then what comes', async () => {
    note('one', { correlationId: 'rally-1' });
    note('two', { correlationId: 'rally-2' });
    note('stack', { kind: 'provision' });
    note('three', { correlationId: 'rally-2' });
    note('nobody knows of what');

    const coming = allEvents(await follow('?since=latest'), 4);
    note('four');

    expect((await coming).map(({ id, name, data }) => [id, name, data.action ?? data])).toEqual([
      ['2', 'message', 'two'],
      ['4', 'message', 'three'],
      ['5', 'live', { seq: 5, nowMs: door.clock.now() }],
      ['6', 'message', 'four'],
    ]);
  });

  it('sends no more of the last chain than 200 hops', async () => {
    for (let index = 0; index < 300; index += 1) note('stroke', { correlationId: 'rally-1' });

    const sent = await allEvents(await follow('?since=latest'), 201);

    expect([sent[0]?.id, sent[199]?.id, sent[200]?.name]).toEqual(['101', '300', 'live']);
  });

  it('goes on with the latest for a reader of an earlier run', async () => {
    note('old');
    note('new', { traceId: '1-2-3' });

    const sent = await allEvents(await follow('?since=latest', { 'last-event-id': '900' }), 2);

    expect(sent.map(({ id, name }) => [id, name])).toEqual([
      ['2', 'message'],
      ['2', 'live'],
    ]);
  });

  it('tells how many hops a reader has missed, who was behind by more than is kept', async () => {
    for (let index = 0; index < 20_100; index += 1) note('stroke');

    const sent = (await allEvents(await follow('', { 'last-event-id': '40' }), 2)).slice(0, 2);

    expect(sent.map(({ id, name, data }) => [id, name, data.seq ?? data])).toEqual([
      [undefined, 'missed', { hops: 60 }],
      ['101', 'message', 101],
    ]);
  });

  it('gives a chain by its correlation id or its trace', async () => {
    note('one', { correlationId: 'rally-1', traceId: '1-2-3' });
    note('two', { traceId: '1-2-3' });
    note('three', { traceId: '1-2-4' });

    const actions = async (query: string) =>
      ((await (await get(`/_local/journal?${query}`)).json()) as JournalEntry[]).map(({ action }) => action);

    expect(await actions('correlationId=rally-1')).toEqual(['one', 'two']);
    expect(await actions('traceId=1-2-4')).toEqual(['three']);
    expect(await actions('correlationId=rally-2')).toEqual([]);
  });

  it('leaves out on request whatever a message or a request says, in all its forms', async () => {
    const secret = 'a mafioso is bea';
    const traceId = '1-5f84c7a9-0123456789abcdef01234567';
    const correlationId = '7d6fcd51-5a0c-4f2e-9a39-2f6c8f0f2a11';
    note('deliver', {
      ...{ kind: 'delivery', traceId, correlationId, from: 'arn:aws:sns:eu-west-1:000000000000:news', to: secret },
      detail: { message: secret, messageId: correlationId, copy: 2, path: `/${secret}`, Key: { name: secret } },
    });
    note('Invoke', {
      kind: 'invocation',
      traceId,
      outcome: 'error',
      error: { code: 'Sandbox.Timedout', message: secret },
    });
    note('FilterPolicy', { kind: 'no-match', traceId, detail: { field: 'detail.to', reason: `${secret} is none of` } });
    note('drop', {
      ...{ kind: 'dead-letter', traceId, outcome: 'error', error: { code: `Lost: ${secret}`, message: '' } },
      detail: { reason: `InvalidMessageContents: ${secret}`, resource: secret, constructor: secret },
    });
    note(`GET /games/${secret}`, { traceId, correlationId: 'mafioso-bea', requestId: 'mafioso-bea' });

    const list = await (await get('/_local/journal?payloads=none')).json();
    const chain = await (await get(`/_local/journal?payloads=none&traceId=${traceId}`)).json();
    const stream = (await events(await follow('?payloads=none&since=latest'), 6)).map(({ data }) => data);

    for (const shown of [list, chain, stream]) {
      expect(JSON.stringify(shown)).not.toMatch(/mafioso|bea/);
      expect(shown).toMatchObject([
        { action: 'deliver', correlationId, traceId, detail: { messageId: correlationId, copy: 2 } },
        { error: { code: 'Sandbox.Timedout', message: '' } },
        { detail: { field: 'detail.to' } },
        { error: { code: 'Lost' }, detail: { reason: 'InvalidMessageContents' } },
        { action: '' },
      ]);
    }
  });

  it.each([
    ['the type of a function’s error', { kind: 'invocation', error: { code: 'MafiosoIsBea', message: '' } }],
    ['the root of a caller’s trace', { traceId: 'mafioso-bea' }],
    ['a word in an id’s place', { correlationId: 'mafioso-bea' }],
    ['a number that one may call', { correlationId: '0049-170-2326323' }],
    ['whatever comes to be written later', { said: 'MafiosoIsBea' }],
  ])('leaves out on request %s', async (_what, more) => {
    note('Invoke', { outcome: 'error', ...more } as Partial<Hop>);

    expect(await (await get('/_local/journal?payloads=none')).text()).not.toMatch(/mafioso|0170|2326323/i);
  });
});
