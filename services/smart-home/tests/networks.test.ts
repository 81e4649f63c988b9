import { check, compile, type Network, overlay, rename } from '@arcade/networks';
import { describe, expect, it } from '@jest/globals';
import { compiledNetwork, NETWORK_NAMES, networksOf } from '../networks.ts';
import { asyncProcessor } from '../patterns/asyncProcessor.ts';
import { deadline } from '../patterns/deadline.ts';
import { dispatcher } from '../patterns/dispatcher.ts';
import { entrypoint } from '../patterns/entrypoint.ts';
import { hubGrants } from '../patterns/hubGrants.ts';
import { optimisticProcessor } from '../patterns/optimisticProcessor.ts';
import { pollingEventProcessor } from '../patterns/pollingEventProcessor.ts';
import { pushGateway } from '../patterns/pushGateway.ts';
import { syncProcessor } from '../patterns/syncProcessor.ts';
import { settings } from '../settings.ts';

const compiled = (network: Network) => compile(network, { service: 'smart-home', stage: 'local' });
const functionsOf = (network: Network) => Object.keys(compiled(network).functions);
const variablesOf = (network: Network, name: string) => compiled(network).functions[name]?.environment ?? {};
/** The kinds of API that a network's entrypoint takes directives for. */
const served = (network: Network) =>
  Object.keys(variablesOf(network, 'entrypoint')).flatMap((name) => /^SERVES_(.+)$/.exec(name)?.[1] ?? []);

const PATTERNS = {
  entrypoint: entrypoint(6),
  syncProcessor: syncProcessor(),
  'asyncProcessor, push': asyncProcessor('push'),
  'asyncProcessor, polling': asyncProcessor('polling'),
  optimisticProcessor,
  pollingEventProcessor,
  pushGateway,
  deadline: deadline(6),
  dispatcher: dispatcher(6),
  hubGrants,
};

describe('a pattern leaves open what others supply', () => {
  it.each([
    ['entrypoint', ['grants', 'outcomes']],
    ['syncProcessor', ['directives', 'dispatch', 'entrypoint']],
    ['asyncProcessor, push', ['directives', 'dispatch', 'entrypoint', 'pushGateway']],
    ['asyncProcessor, polling', ['directives', 'dispatch', 'entrypoint']],
    ['optimisticProcessor', ['directives', 'dispatch', 'entrypoint', 'pushGateway']],
    ['pollingEventProcessor', ['directives', 'dispatch', 'requests']],
    ['pushGateway', ['dispatch', 'entrypoint', 'requests']],
    ['deadline', ['directives', 'dispatch']],
    ['dispatcher', []],
    ['hubGrants', ['dispatcher', 'entrypoint']],
  ] as const)('%s: %j', (name, left) => {
    const openEnds = Object.values(PATTERNS[name].nodes).flatMap((node) => (node.kind === 'open' ? [node.name] : []));

    expect(openEnds).toEqual(left);
  });
});

describe('the networks', () => {
  it.each(NETWORK_NAMES)('have nothing to be said against them: %s', (name) => {
    expect(check(networksOf()[name])).toEqual([]);
  });

  it('have time for an answer that fails once from six seconds on, which is the least that the param may be', () => {
    expect(check(networksOf(6).home)).toEqual([]);
    expect(check(networksOf(5).home).map(({ sentence }) => sentence)).toContainEqual(
      expect.stringMatching(/fails once.* 5 s are allowed/),
    );
    expect(settings.variables.DEFERRED_ANSWER_SECONDS.safeParse('6').success).toBe(true);
    expect(settings.variables.DEFERRED_ANSWER_SECONDS.safeParse('5').success).toBe(false);
  });

  it('have an entrypoint that takes directives for those devices that they have a processor for', () => {
    const { sync, asyncPush, asyncPoll, optimistic, home } = networksOf();

    expect([sync, asyncPush, asyncPoll, optimistic].map(served)).toEqual([
      ['SYNC'],
      ['PUSH'],
      ['POLLING'],
      ['OPTIMISTIC'],
    ]);
    expect(served(home)).toEqual(['OPTIMISTIC', 'POLLING', 'PUSH', 'SYNC']);
  });

  it('are each a part of the home, which is all of them in whatever order', () => {
    const { home, ...others } = networksOf();
    const { sync, asyncPush, asyncPoll, optimistic } = others;

    for (const network of Object.values(others)) expect(overlay(home, network)).toEqual(home);
    expect(overlay(optimistic, asyncPoll, asyncPush, sync)).toEqual(home);
    expect(functionsOf(home)).toHaveLength(9);
  });

  it('let the pushed and the optimistic be one: each directive reaches one processor, in a queue of its own', () => {
    const { asyncPush, optimistic } = networksOf();

    const both = overlay(asyncPush, optimistic);

    expect(check(both)).toEqual([]);
    const readers = Object.values(both.edges).filter(({ type }) => type === 'queue triggers function');
    expect(readers.map(({ from, to }) => [from, to])).toEqual([
      ['deadlines', 'giveUp'],
      ['dispatch', 'dispatcher'],
      ['optimisticDirectives', 'optimisticProcessor'],
      ['pushDirectives', 'asyncProcessor'],
    ]);
  });

  it('take one message at a time out of each line: what stands behind a failure would be received for nothing', () => {
    const { nodes, edges } = networksOf().home;
    const readings = Object.values(edges).flatMap((edge) => (edge.type === 'queue triggers function' ? [edge] : []));
    const isLine = (name: string) => (nodes[name] as { settings: { fifo?: boolean } }).settings.fifo;
    const lines = readings.filter(({ from }) => isLine(from));

    expect(lines.map(({ from }) => from)).toHaveLength(6);
    for (const { from, settings } of lines) expect([from, settings.batchSize]).toEqual([from, 1]);
  });

  it('hold a directive back until there are three seconds left to give it up in', () => {
    const delayOf = (seconds: number) =>
      (
        compiled(networksOf(seconds).home).resources.Resources.DeadlinesQueue as {
          Properties: { DelaySeconds?: number };
        }
      ).Properties.DelaySeconds;

    expect([delayOf(6), delayOf(30)]).toEqual([3, 27]);
    expect(variablesOf(networksOf(30).home, 'entrypoint').DEFERRED_ANSWER_SECONDS).toBe('30');
  });
});

describe("a customer's token at the vendor", () => {
  it('is in queues that forget it after a day', () => {
    const { home } = networksOf();
    const carried = Object.values(home.edges).flatMap(({ type, to, settings }) =>
      type.endsWith(' queue') &&
      [(settings as { contract?: string | string[] }).contract ?? []]
        .flat()
        .some((one) => /directive_deferred|poll_due/.test(one))
        ? [to]
        : [],
    );
    const days = carried.map(
      (name) => (home.nodes[name]?.settings as { retentionDays?: number } | undefined)?.retentionDays,
    );

    expect([new Set(carried).size, new Set(days)]).toEqual([6, new Set([1])]);
  });
});

describe('what serverless.yml takes', () => {
  const asked = (network: string) => ({
    resolveVariable: async (name: string) =>
      ({ 'param:network': network, 'param:deferredAnswerSeconds': '6', 'self:provider.logRetentionInDays': 14 })[
        name
      ] ?? 512,
  });

  it('is the network that the param names, without alarms, which the frame makes', async () => {
    const { functions, resources } = await compiledNetwork(asked('sync'));
    const { Resources } = resources;

    expect(Object.keys(functions)).toEqual(['dispatcher', 'entrypoint', 'giveUp', 'syncProcessor']);
    expect(Object.keys(Resources)).toContain('SyncDirectivesDeadLetterQueue');
    expect(JSON.stringify(Resources)).not.toContain('AWS::CloudWatch::Alarm');
  });

  it('is an error, with the names that there are, for a network that there is not', async () => {
    await expect(compiledNetwork(asked('fax'))).rejects.toThrow(
      "There is no network 'fax': sync, asyncPush, asyncPoll, optimistic, home.",
    );
  });
});

describe('a pattern that is used twice, under other names', () => {
  const { sync } = networksOf();
  const another = rename(syncProcessor('lamps'), {
    syncProcessor: 'lampProcessor',
    syncDirectives: 'lampDirectives',
    vendor: 'lampVendor',
  });
  const both = overlay(sync, another);

  it('serves a second vendor: with a processor, a queue and an address of its own, and the same dispatcher', () => {
    expect(check(both)).toEqual([]);
    expect(served(both)).toEqual(['LAMPS', 'SYNC']);
    expect(Object.keys(variablesOf(both, 'lampProcessor'))).toEqual(['DISPATCH_QUEUE_URL', 'LAMP_VENDOR_URL']);
    expect(Object.keys(variablesOf(both, 'syncProcessor'))).toEqual(['DISPATCH_QUEUE_URL', 'VENDOR_URL']);
    const routes = Object.values(both.edges).flatMap((edge) =>
      edge.type === 'topic sends queue' ? [[edge.to, edge.settings.filter]] : [],
    );
    expect(routes).toEqual([
      ['deadlines', undefined],
      ['lampDirectives', { api: ['lamps'] }],
      ['syncDirectives', { api: ['sync'] }],
    ]);
  });

  it('is not used under a name that was misspelt', () => {
    expect(() => rename(syncProcessor(), { syncProzessor: 'lampProcessor' } as never)).toThrow(/syncProzessor/);
  });
});
