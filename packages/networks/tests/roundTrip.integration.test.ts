import { describe, expect, it } from '@jest/globals';
import { edgeKey, networkOf, type Settings } from '../core/facts.ts';
import { undescribed, wordsOf } from '../core/words.ts';
import {
  bus,
  differences,
  func,
  http,
  key,
  type Network,
  overlay,
  queue,
  readTemplate,
  schedule,
  secret,
  skill,
  stream,
  table,
  timer,
  topic,
  websocket,
} from '../index.ts';
import { packaged } from './support/packaged.ts';
import { patterns } from './support/patterns.ts';

const PACKAGING_MS = 120_000;

/** A template says nothing of titles, of contracts, and of who calls an API from outside; everything else it says. */
const asDeployed = (of: Network): Network =>
  networkOf(
    Object.values(of.nodes),
    Object.values(of.edges)
      .filter(({ type }) => type !== 'external calls http')
      .map((edge) => {
        const { withinSeconds: _within, ...settings } = undescribed(edge).settings as Settings;
        return { ...edge, settings } as typeof edge;
      }),
  );

const [first, second] = [func('first'), func('second')];

/** One of everything that is compiled. */
const everything = overlay(
  http('pushGateway').triggers(first, { method: 'POST', path: '/things/{id}' }),
  http('oldApi', { style: 'rest' }).triggers(first, { method: 'GET', path: '/things' }),
  websocket('webSockets').triggers(first, { route: '$connect' }),
  schedule('everyFiveMinutes', { expression: 'rate(5 minutes)', enabled: false }).triggers(first, { input: { a: 1 } }),
  queue('jobs', { maxReceiveCount: 8, retentionDays: 2 }).triggers(second, { batchSize: 5, concurrency: 2 }),
  topic('news').triggers(second, { filter: { kind: ['a', 'b'] } }),
  topic('news').sends(queue('jobs', { maxReceiveCount: 8, retentionDays: 2 }), { raw: true }),
  bus('events').triggers(second, { pattern: { source: ['shop'] } }),
  bus('events').publishes(topic('alarms'), { pattern: { source: ['fire'] } }),
  stream('clicks', { shards: 2 }).triggers(second, {
    batchSize: 100,
    windowSeconds: 3,
    parallelization: 2,
    retries: 9,
  }),
  table('things', { partitionKey: 'id', sortKey: 'at:N', expiresAt: 'until' }).triggers(second, {
    batchSize: 10,
    startingPosition: 'LATEST',
  }),
  first.reads(
    table('names', { partitionKey: 'id', indexes: { ByAge: { partitionKey: 'age:N', project: ['name'] } } }),
    { index: 'ByAge' },
  ),
  first.writes(
    table('names', { partitionKey: 'id', indexes: { ByAge: { partitionKey: 'age:N', project: ['name'] } } }),
    { action: ['PutItem', 'DeleteItem'] },
  ),
  first.writes(stream('clicks', { shards: 2 }), { action: 'PutRecords' }),
  first.publishes(bus('events')),
  first.publishes(topic('news')),
  first.sends(queue('jobs', { maxReceiveCount: 8, retentionDays: 2 })),
  first.calls(second),
  first.calls(websocket('webSockets')),
  first.calls(http('pushGateway')),
  first.calls(http('oldApi', { style: 'rest' })),
  skill('voice').triggers(first),
  first.reads(secret('pushSecret', { parameter: '/example/dev/push-secret' })),
  first.reads(secret('lwaClient', { parameter: '/example/dev/lwa-client' })),
  first.writes(key('grantKey')),
  second.reads(key('grantKey')),
  first.writes(timer('checks')),
  timer('checks').triggers(second),
  second.writes(table('grants', { partitionKey: 'account', precious: true })),
  second.sends(queue('late', { keeps: true, retentionDays: 14 })),
  second.sends(queue('slow', { fifo: true, visibilitySeconds: 45, delaySeconds: 3 }), { bound: 'once' }),
  queue('slow', { fifo: true, visibilitySeconds: 45, delaySeconds: 3 }).triggers(second),
);

const withoutIds = (of: Network): Network =>
  networkOf(
    Object.values(of.nodes).map((node) =>
      node.kind === 'skill' || node.kind === 'external' ? { ...node, settings: wordsOf([node]) as never } : node,
    ),
    Object.values(of.edges),
  );

describe('what is drawn is what deploys', () => {
  it(
    'a network that is compiled, packaged by osls and read back is the same network',
    () => {
      const originals = [patterns, everything].map(asDeployed);

      const read = packaged([patterns, everything]).map((template) => readTemplate(template).network);

      for (const [at, original] of originals.entries()) {
        expect(differences(withoutIds(original), withoutIds(read[at] as Network))).toEqual([]);
        expect(Object.values(read[at]?.edges ?? {}).map(edgeKey)).toEqual(Object.keys(original.edges));
      }
    },
    PACKAGING_MS,
  );
});
