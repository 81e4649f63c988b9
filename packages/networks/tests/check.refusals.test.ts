import { describe, expect, it } from '@jest/globals';
import {
  bus,
  check,
  compile,
  func,
  http,
  type Network,
  open,
  overlay,
  queue,
  type Rule,
  schedule,
  skill,
  topic,
  websocket,
} from '../index.ts';

const clock = schedule('clock', { expression: 'rate(1 minute)' });
const [pack, send] = [func('pack'), func('send')];
const started = clock.triggers(send);

/** What `check` finds beside what it is fine with: rule, node, edge. */
const found = (of: Network): [Rule, string, string | undefined][] =>
  check(of).map(({ rule, node, edge }) => [rule, node, edge]);

describe('check, of what competes', () => {
  it('finds a queue with several readers, which overlaying three processors of one queue makes', () => {
    const reader = (name: string): Network => open.queue('deferred').triggers(func(name));
    const home = overlay(
      started,
      send.sends(queue('deferred')),
      reader('syncProcessor'),
      reader('pushProcessor'),
      reader('pollingProcessor'),
    );

    expect(check(home)).toEqual([
      {
        rule: 'queue-contended',
        node: 'deferred',
        sentence:
          '"pollingProcessor", "pushProcessor" and "syncProcessor" compete for the messages of the queue "deferred", and each message reaches one of them only: give each reader a queue of its own, behind a topic whose subscriptions say who gets what.',
      },
    ]);
    expect(found(overlay(started, send.sends(queue('deferred')), reader('syncProcessor')))).toEqual([]);
  });

  it('finds it where the queue is an open end', () => {
    const two = overlay(open.queue('jobs').triggers(func('a')), open.queue('jobs').triggers(func('b')));

    expect(found(two).map(([rule]) => rule)).toEqual(['open-end', 'queue-contended']);
  });
});

describe('check, of what AWS refuses', () => {
  const [ordered, plain] = [queue('jobs', { fifo: true }), queue('jobs')];
  const work = (to: typeof ordered, ...more: Network[]): Network => overlay(started, to.triggers(pack), ...more);

  it.each<[string, Network, Rule | undefined]>([
    [
      'a FIFO queue behind a standard topic',
      work(ordered, send.publishes(topic('news')), topic('news').sends(ordered)),
      'fifo-refused',
    ],
    [
      'a FIFO queue behind a FIFO topic',
      work(
        ordered,
        send.publishes(topic('news', { fifo: true })),
        topic('news', { fifo: true }).sends(ordered, { raw: true }),
      ),
      undefined,
    ],
    [
      'a standard queue behind a FIFO topic',
      work(plain, send.publishes(topic('news', { fifo: true })), topic('news', { fifo: true }).sends(plain)),
      undefined,
    ],
    [
      'a function behind a FIFO topic',
      overlay(started, send.publishes(topic('news', { fifo: true })), topic('news', { fifo: true }).triggers(pack)),
      'fifo-refused',
    ],
    ['a FIFO queue behind a schedule', work(ordered, clock.sends(ordered)), 'fifo-refused'],
    ['a queue behind a schedule', work(plain, clock.sends(plain)), undefined],
    [
      'a FIFO queue behind a bus',
      work(ordered, send.publishes(bus('events')), bus('events').sends(ordered, { pattern: { source: ['a'] } })),
      'fifo-refused',
    ],
    [
      'a FIFO topic behind a bus',
      overlay(
        started,
        send.publishes(bus('events')),
        bus('events').publishes(topic('news', { fifo: true }), { pattern: { source: ['a'] } }),
      ),
      'fifo-refused',
    ],
    [
      'a batch of a FIFO queue that is gathered',
      overlay(started, send.sends(ordered), ordered.triggers(pack, { windowSeconds: 1 })),
      'fifo-refused',
    ],
    [
      'more than ten of a FIFO queue',
      overlay(started, send.sends(ordered), ordered.triggers(pack, { batchSize: 11 })),
      'fifo-refused',
    ],
    [
      'ten of a FIFO queue',
      overlay(started, send.sends(ordered), ordered.triggers(pack, { batchSize: 10 })),
      undefined,
    ],
    [
      'more than ten of a queue without a window',
      overlay(started, send.sends(plain), plain.triggers(pack, { batchSize: 11 })),
      'batch-refused',
    ],
    [
      'more than ten of a queue with a window',
      overlay(started, send.sends(plain), plain.triggers(pack, { batchSize: 11, windowSeconds: 1 })),
      undefined,
    ],
    [
      'more than ten thousand',
      overlay(started, send.sends(plain), plain.triggers(pack, { batchSize: 10_001, windowSeconds: 1 })),
      'batch-refused',
    ],
  ])('%s', (_what, of, rule) => {
    expect(check(of).map((finding) => finding.rule)).toEqual(rule === undefined ? [] : [rule]);
  });
});

describe('check, of those who wait', () => {
  const within = (timeoutSeconds?: number) => func('answer', timeoutSeconds === undefined ? {} : { timeoutSeconds });
  const route = { method: 'GET', path: '/' };

  it.each<[string, Network, Rule | undefined]>([
    ['a skill, by default', skill('voice').triggers(within()), 'answer-too-late'],
    ['a skill, over 8 s', skill('voice').triggers(within(9)), 'answer-too-late'],
    ['a skill, 8 s', skill('voice').triggers(within(8)), undefined],
    ['an HTTP API, over 30 s', http('api').triggers(within(31), route), 'answer-too-late'],
    ['an HTTP API, 30 s', http('api').triggers(within(30), route), undefined],
    ['a REST API, over 29 s', http('api', { style: 'rest' }).triggers(within(30), route), 'answer-too-late'],
    ['a REST API, 29 s', http('api', { style: 'rest' }).triggers(within(29), route), undefined],
    ['a WebSocket API, over 29 s', websocket('api').triggers(within(30), { route: '$default' }), 'answer-too-late'],
    ['a clock', clock.triggers(within(900)), undefined],
  ])('%s', (_who, of, rule) => {
    expect(check(of).map((finding) => finding.rule)).toEqual(rule === undefined ? [] : [rule]);
  });

  it('says who waits, how long, and what to set', () => {
    const [finding, ...others] = check(
      overlay(
        http('api').triggers(within(40), { method: 'GET', path: '/a' }),
        http('api').triggers(within(40), { method: 'GET', path: '/b' }),
      ),
    );

    expect(others).toEqual([]);
    expect(finding?.sentence).toBe(
      'An HTTP API waits 30 s for an answer, and "answer" may take 40 s: set its timeoutSeconds to 30 or less.',
    );
  });

  it('finds two functions on one route, and tells ANY, other paths and other gateways from it', () => {
    const api = http('api');
    const shared = overlay(
      api.triggers(func('a'), { method: 'GET', path: '/x' }),
      api.triggers(func('b'), { method: 'GET', path: '/x' }),
    );
    const apart = overlay(
      api.triggers(func('a'), { method: 'GET', path: '/x' }),
      api.triggers(func('b'), { method: 'ANY', path: '/x' }),
      api.triggers(func('c'), { method: 'GET', path: '/y' }),
      http('other', { style: 'rest' }).triggers(func('d'), { method: 'GET', path: '/x' }),
    );
    const sockets = overlay(
      websocket('live').triggers(func('a'), { route: '$default' }),
      websocket('live').triggers(func('b'), { route: '$default' }),
    );

    expect(found(shared)).toEqual([['route-shared', 'api', undefined]]);
    expect(found(apart)).toEqual([]);
    expect(found(sockets)).toEqual([['route-shared', 'live', undefined]]);
  });

  it('finds methods that differ in case: they are one route', () => {
    const mixed = overlay(
      http('api').triggers(func('a'), { method: 'get', path: '/x' }),
      http('api').triggers(func('b'), { method: 'GET', path: '/x' }),
    );

    expect(found(mixed)).toEqual([
      ['method-case', 'api', 'api triggers a get /x'],
      ['route-shared', 'api', undefined],
    ]);
  });
});

describe('check, of names', () => {
  const namesIn = (of: Network): unknown[] =>
    Object.values(compile(of, { service: 'shop', stage: 'dev' }).resources.Resources).flatMap(
      (resource) => (resource as { Properties: { QueueName?: string } }).Properties.QueueName ?? [],
    );

  it.each<[string, Network]>([
    [
      "a queue and another's dead letters",
      overlay(queue('jobs').triggers(pack), queue('jobsDeadLetters').triggers(send)),
    ],
    ["a queue and a function's failures", overlay(clock.triggers(pack), queue('packFailures').triggers(send))],
    [
      "a FIFO queue and another's dead letters",
      overlay(queue('jobs', { fifo: true }).triggers(pack), queue('jobsDeadLetters', { fifo: true }).triggers(send)),
    ],
  ])('finds %s that get one name', (_what, of) => {
    const names = namesIn(of);

    expect(new Set(names).size).toBe(names.length - 1);
    expect(found(of).filter(([rule]) => rule === 'name-collision')).toHaveLength(1);
  });

  it('finds none where names differ', () => {
    const of = overlay(queue('jobs').triggers(pack), queue('jobsDeadLetters', { fifo: true }).triggers(send));

    expect(new Set(namesIn(of)).size).toBe(4);
    expect(found(of).filter(([rule]) => rule === 'name-collision')).toEqual([]);
  });
});
