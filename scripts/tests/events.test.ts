import { describe, expect, it } from '@jest/globals';
import type { Catalogue } from '../../packages/events/catalogue.ts';
import { func, type Json, type Network, overlay, queue, topic, websocket } from '../../packages/networks/index.ts';
import { problemsOf } from '../events/catalogue.ts';
import { useIn } from '../events/codeUse.ts';
import { fieldsOf } from '../events/fields.ts';
import { asksFor, letsThrough } from '../events/filters.ts';
import { flowsOf } from '../events/flows.ts';
import type { KnownService } from '../events/services.ts';

describe('what a bundle does with contracts', () => {
  const defined = `
    var hit = defineEvent({
      type: "game.hit", version: 1 });
    var missed = defineEvent({ type: "game.missed" });
    var over2 = defineEvent({ type: "game.over" });
    var all = [hit, ...others];
    var others = [missed];`;

  it.each<[string, { creates?: string[]; reads?: string[] }]>([
    ['createEvent(hit, { by })', { creates: ['game.hit'] }],
    ['createEvent(\n  over2,\n  {}) ; createEvent(missed, {})', { creates: ['game.missed', 'game.over'] }],
    ['queueHandler({ contracts: [hit, over2], onEvent })', { reads: ['game.hit', 'game.over'] }],
    ['messageHandler({ contracts: all, onEvent })', { reads: ['game.hit', 'game.missed'] }],
    ['parseEvent([missed], body)', { reads: ['game.missed'] }],
    ['createSqsPublisher(client, { contracts })', {}],
    ['publish(topic, [hit])', {}],
    ['createEvent(unknown, {})', {}],
  ])('is found in %j', (code, { creates = [], reads = [] }) => {
    const use = useIn(`${defined}\n${code}`);

    expect([...use.creates].sort()).toEqual(creates);
    expect([...use.reads].sort()).toEqual(reads);
  });
});

describe('a filter', () => {
  const either: Json = {
    source: ['game'],
    $or: [{ 'detail-type': ['game.hit'] }, { 'detail-type': ['game.over'], detail: { by: ['ann'] } }],
  };

  it.each<[Json | undefined, boolean, string | undefined]>([
    [undefined, true, undefined],
    [{ type: ['game.over'] }, false, undefined],
    [{ type: ['game.over', 'game.hit'] }, true, undefined],
    [{ type: [{ prefix: 'game.' }] }, true, undefined],
    [{ type: [{ prefix: 'match.' }] }, false, undefined],
    [{ type: ['game.hit'], by: ['ann'] }, true, '{"by":["ann"]}'],
    [{ data: { type: ['game.over'] } }, false, undefined],
    [{ data: { type: ['game.hit'], detail: { lives: [0] } } }, true, '{"detail":{"lives":[0]}}'],
    [{ source: [{ prefix: '' }] }, true, undefined],
    [either, true, undefined],
  ])('%j lets game.hit through: %s; and asks for %s', (filter, isThrough, asked) => {
    expect(letsThrough(filter, 'game.hit')).toBe(isThrough);
    expect(asksFor(filter, 'game.hit')).toBe(asked);
  });

  it('asks of each type only what stands with it', () => {
    expect(asksFor(either, 'game.over')).toBe('{"detail":{"by":["ann"]}}');
    expect(letsThrough(either, 'game.missed')).toBe(false);
  });
});

/** A service as if it had been read; `use`: by function what it makes, and what it is written for. */
function aService(
  network: Network,
  use: Record<string, [creates: string[], reads: string[]]>,
  contracts = {},
): KnownService {
  return {
    name: 'game',
    template: { Resources: {}, Metadata: { Contracts: contracts } },
    network,
    logicalIds: new Map(),
    given: new Map(),
    use: new Map(
      Object.entries(use).map(([name, [creates, reads]]) => [
        name,
        { creates: new Set(creates), reads: new Set(reads) },
      ]),
    ),
  };
}

const TYPES = ['game.hit', 'game.over'];
const [bat, judge, hits, ends] = [func('bat'), func('judge'), topic('hits'), topic('ends')];
const ways = overlay(bat.publishes(hits), bat.publishes(ends), hits.triggers(judge));

describe('who publishes and who takes', () => {
  it('is clear where a function has one way, also over a queue behind a topic', () => {
    const line = queue('line');
    const network = overlay(
      bat.publishes(hits),
      hits.sends(line, { filter: { type: ['game.hit'] } }),
      line.triggers(judge),
    );
    const flows = flowsOf([aService(network, { bat: [TYPES, []], judge: [[], ['game.hit']] })], TYPES);

    expect(flows.problems).toEqual([]);
    expect(flows.publishers.map(({ type, node, channel }) => `${node} ${type} ${channel}`)).toEqual([
      'bat game.hit game.hits',
      'bat game.over game.hits',
    ]);
    expect(flows.consumers).toEqual([
      { type: 'game.hit', channel: 'game.line', service: 'game', node: 'judge', kind: 'function' },
    ]);
    expect(flows.channels).toContainEqual(expect.objectContaining({ id: 'game.line', filledBy: 'game.hits' }));
  });

  it('is what the template says where a function has several ways', () => {
    const contracts = { 'bat publishes hits': ['game.hit'], 'bat publishes ends': ['game.over'] };
    const flows = flowsOf([aService(ways, { bat: [TYPES, []], judge: [[], ['game.hit']] }, contracts)], TYPES);

    expect(flows.problems).toEqual([]);
    expect(flows.publishers.map(({ type, channel }) => `${type} ${channel}`)).toEqual([
      'game.over game.ends',
      'game.hit game.hits',
    ]);
  });

  const said = { 'bat publishes hits': ['game.hit'] };
  it.each<[string, Network, Record<string, [string[], string[]]>, Record<string, string[]>]>([
    [
      "game: its code does not tell what 'bat publishes ends': say it in the template's Metadata.Contracts",
      ways,
      { bat: [['game.hit'], []], judge: [[], ['game.hit']] },
      said,
    ],
    [
      "game: 'bat publishes ends' is to carry game.won, which bat neither makes nor gets",
      ways,
      { bat: [['game.hit'], []], judge: [[], ['game.hit']] },
      { ...said, 'bat publishes ends': ['game.won'] },
    ],
    [
      'game: bat makes game.over, and publishes it nowhere',
      ways,
      { bat: [TYPES, []], judge: [[], ['game.hit']] },
      { ...said, 'bat publishes ends': ['game.hit'] },
    ],
    [
      'game: judge gets game.over from game.hits, and is not written for it',
      overlay(bat.publishes(hits), hits.triggers(judge)),
      { bat: [TYPES, []], judge: [[], ['game.hit']] },
      {},
    ],
    [
      'game: judge is written for game.over, and nothing brings it',
      overlay(bat.publishes(hits), hits.triggers(judge)),
      { bat: [['game.hit'], []], judge: [[], TYPES] },
      {},
    ],
    [
      "game: its code does not tell what 'judge calls room': say it in the template's Metadata.Contracts",
      overlay(bat.publishes(hits), hits.triggers(judge), judge.calls(websocket('room'))),
      { bat: [['game.hit'], []], judge: [[], ['game.hit']] },
      {},
    ],
  ])('is a problem: %s', (problem, network, use, contracts) => {
    expect(flowsOf([aService(network, use, contracts)], TYPES).problems).toEqual([problem]);
  });

  it('counts a function that only passes on what others left behind as one that publishes again', () => {
    const flows = flowsOf(
      [aService(overlay(bat.publishes(hits), judge.publishes(hits)), { bat: [['game.hit'], []], judge: [[], []] })],
      TYPES,
    );

    expect(flows.publishers).toContainEqual(
      expect.objectContaining({ node: 'judge', type: 'game.hit', isAgain: true }),
    );
  });
});

describe('a catalogue', () => {
  const party = { channel: 'game.hits', service: 'game', node: 'bat', kind: 'function' };
  const catalogue = (publishers: object[], consumers: object[]) =>
    ({ channels: [], events: [{ type: 'game.hit', publishers, consumers }] }) as unknown as Catalogue;

  it.each<[string[], object[], object[], Record<string, string>]>([
    [[], [party], [party], {}],
    [['nobody publishes game.hit'], [], [party], {}],
    [['nobody takes game.hit: say why in scripts/events/unheard.ts'], [party], [], {}],
    [[], [party], [], { 'game.hit': 'for later' }],
    [
      ['game.hit is taken by now: scripts/events/unheard.ts says otherwise'],
      [party],
      [party],
      { 'game.hit': 'for later' },
    ],
  ])('finds an event that nobody publishes or takes but says so: %j', (problems, publishers, consumers, unheard) => {
    expect(problemsOf(catalogue(publishers, consumers), unheard)).toEqual(problems);
  });
});

describe('the fields of an event', () => {
  it('are a table that people can read: what is nested, listed or one of several', () => {
    const text = { type: 'string', minLength: 1, maxLength: 64 };
    const schema = {
      type: 'object',
      required: ['name', 'lives', 'sentAtMs', 'outcome', 'all', 'facts'],
      properties: {
        name: text,
        lives: { type: 'integer', minimum: 0, maximum: 3 },
        sentAtMs: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
        lateMs: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
        outcome: {
          anyOf: [
            { type: 'object', required: ['kind'], properties: { kind: { type: 'string', const: 'error' }, why: text } },
          ],
        },
        all: { type: 'array', minItems: 1, items: { type: 'object', properties: { by: { enum: ['ping', 'pong'] } } } },
        facts: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
      },
    };

    expect(fieldsOf(schema).map(({ path, type, isOptional }) => `${path}${isOptional ? '?' : ''}: ${type}`)).toEqual([
      'name: text, 1 to 64 characters',
      'lives: whole number, 0 to 3',
      'sentAtMs: whole number, milliseconds since the epoch',
      'lateMs?: whole number, milliseconds',
      'outcome: one of 1',
      'outcome.kind: "error", where kind is "error"',
      'outcome.why?: text, 1 to 64 characters, where kind is "error"',
      'all: list, at least 1',
      'all[].by?: "ping", "pong"',
      'facts: names, each with text or number',
    ]);
  });
});
