import { describe, expect, it } from '@jest/globals';
import { bus, func, http, type Network, open, queue, schedule, table, topic } from '../index.ts';

const [pack, jobs, news, players] = [
  func('pack'),
  queue('jobs'),
  topic('news'),
  table('players', { partitionKey: 'id' }),
];

/** Each line is wrong, and the compiler says so: without its error, `tsc` would fail on the directive. */
const wrong: Readonly<Record<string, () => Network>> = {
  // @ts-expect-error `sends` ends at a queue
  sendsToTopic: () => pack.sends(news),
  // @ts-expect-error `publishes` ends at a topic or a bus
  publishesToQueue: () => pack.publishes(jobs),
  // @ts-expect-error `reads` ends at a table
  readsQueue: () => pack.reads(jobs),
  // @ts-expect-error a function triggers nothing: it calls, sends or publishes
  functionTriggers: () => pack.triggers(pack),
  // @ts-expect-error a queue can only trigger
  queueSends: () => jobs.sends(jobs),
  // @ts-expect-error an open queue is a queue
  openQueueAsTopic: () => pack.publishes(open.queue('jobs')),
  // @ts-expect-error a route needs its path
  routeWithoutPath: () => http('api').triggers(pack, { method: 'GET' }),
  // @ts-expect-error a bus triggers only what a pattern matches
  busWithoutPattern: () => bus('events').triggers(pack),
};

/** These are wrong too, but say nothing that a run could notice. */
export const unnoticed = [
  // @ts-expect-error queues have no filter scope: topics have
  () => jobs.triggers(pack, { filterScope: 'MessageBody' }),
  // @ts-expect-error there is no such call
  () => pack.reads(players, { action: 'PutItem' }),
  // @ts-expect-error a setting of functions
  () => queue('jobs', { timeoutSeconds: 3 }),
  // @ts-expect-error a table needs its key
  () => open.table('players', { partitionKey: 1 }),
];

/** And these are right. */
const right: readonly (() => Network)[] = [
  () => pack.sends(open.queue('jobs', { fifo: true })),
  () => pack.publishes(bus('events')),
  () => pack.reads(players, { action: ['GetItem', 'Query'], index: 'Masked' }),
  () => schedule('clock', { expression: 'rate(1 hour)' }).triggers(pack),
];

describe('the types of edges', () => {
  it.each(Object.entries(wrong))('%s is refused by the compiler, and at run time as well', (_name, sentence) => {
    expect(sentence).toThrow(expect.objectContaining({ name: 'NetworkError' }));
  });

  it('are no obstacle to what is right', () => {
    for (const sentence of right) expect(Object.keys(sentence().edges).length).toBeGreaterThan(0);
  });
});
