import { type Handle, type Network, network, table } from '@arcade/networks';

/** How a vendor's API tells of a new state; the message attribute `api` of a directive has it. */
export type Api = 'sync' | 'push' | 'polling' | 'optimistic';

/** Taibi's proxy: a function that speaks to somebody outside, in the words of their API. */
export const proxy = (speaker: Handle<'function'>, outside: Handle<'external'>, title: string): Network =>
  network(speaker.calls(outside, { title }));

/** Taibi's FIFOer: one function takes what waits in a queue, in order for each device, one message at a time. */
export const fifo = (line: Handle<'queue'>, reader: Handle<'function'>): Network =>
  network(line.triggers(reader, { batchSize: 1 }));

/** Taibi's router: of all that goes by, that of one kind of API goes into a queue of its own. */
export const router = (crossing: Handle<'topic'>, api: Api, line: Handle<'queue'>): Network =>
  network(crossing.sends(line, { raw: true, filter: { api: [api] }, title: api }));

/** What was asked of a vendor, until it is answered; several patterns keep it, and it is one table. */
export const requests = table('requests', { partitionKey: 'requestId', expiresAt: 'expiresAt' });
