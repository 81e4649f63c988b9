import { describe, expect, it } from '@jest/globals';
import { edgeKey, networkOf } from '../core/facts.ts';
import { undescribed } from '../core/words.ts';
import * as alexa from '../examples/alexa/networks.ts';
import {
  bus,
  differences,
  fromTemplate,
  func,
  http,
  type Network,
  network,
  queue,
  rename,
  schedule,
  stream,
  table,
  topic,
  websocket,
} from '../index.ts';
import { packaged } from './support/packaged.ts';

const PACKAGING_MS = 120_000;

/** What Serverless names itself; a template's themes are by name. */
const NAMED_ANEW: readonly string[] = ['http', 'websocket', 'schedule', 'skill'];

/**
 * A template says nothing of titles, of who calls an API from outside, and of the themes of what is named anew; everything
 * else it says.
 */
const asDeployed = (of: Network): Network =>
  networkOf(
    Object.values(of.nodes).map((node) => (NAMED_ANEW.includes(node.kind) ? undescribed(node) : node)),
    Object.values(of.edges)
      .filter(({ type }) => type !== 'external calls http')
      .map((edge) => {
        const { title: _title, bound: _bound, ...settings } = edge.settings;
        return { ...edge, settings } as typeof edge;
      }),
  );

/** Serverless names gateways, schedules and skills itself. */
const asNamed = (of: Network, names: Readonly<Record<string, string>>): Network =>
  rename(asDeployed(of), Object.fromEntries(Object.entries(names).filter(([name]) => Object.hasOwn(of.nodes, name))));

const [first, second] = [func('first'), func('second')];

/** One of everything that is compiled. */
const everything = network(
  http('httpApi').triggers(first, { method: 'POST', path: '/things/{id}' }),
  http('restApi', { style: 'rest' }).triggers(first, { method: 'GET', path: '/things' }),
  websocket('webSockets').triggers(first, { route: '$connect' }),
  schedule('firstSchedule', { expression: 'rate(5 minutes)', enabled: false }).triggers(first, { input: { a: 1 } }),
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
);

const alexaNames = { voice: 'alexa', everyMinute: 'pollSchedule', hook: 'httpApi' };

const withoutIds = (of: Network): Network =>
  networkOf(
    Object.values(of.nodes).map((node) =>
      node.kind === 'skill' || node.kind === 'external' ? { ...node, settings: {} } : node,
    ),
    Object.values(of.edges),
  );

describe('what is drawn is what deploys', () => {
  it(
    'a network that is compiled, packaged by osls and read back is the same network',
    () => {
      const originals = [...Object.values(alexa).map((of) => asNamed(of, alexaNames)), asDeployed(everything)];

      const read = packaged([...Object.values(alexa), everything]).map(fromTemplate);

      for (const [at, original] of originals.entries()) {
        expect(differences(withoutIds(original), withoutIds(read[at] as Network))).toEqual([]);
        expect(Object.values(read[at]?.edges ?? {}).map(edgeKey)).toEqual(Object.keys(original.edges));
      }
    },
    PACKAGING_MS,
  );
});
