import type { Catalogue, CatalogueEvent, Channel, Party } from '@arcade/events/catalogue';
import { describe, expect, it } from '@jest/globals';
import { createCounter, createReading } from '../src/events/passing.ts';
import { eventsWith, namedIn } from '../src/events/search.ts';
import type { Hop } from '../src/lib/journal.ts';

const AWS = 'eu-west-1:000000000000';

const channel = (transport: Channel['transport'], node: string, address: string): Channel => ({
  id: `game.${node}`,
  service: 'game',
  node,
  transport,
  address,
});
const by = (node: string, on: string): Omit<Party, 'type'> => ({
  service: 'game',
  node,
  channel: `game.${on}`,
  kind: 'function',
});
const event = (
  type: string,
  publishers: Omit<Party, 'type'>[],
  consumers: Omit<Party, 'type'>[] = [],
): CatalogueEvent => ({
  type,
  version: 1,
  source: 'game',
  description: 'Something has happened.',
  fields: [{ path: 'by', type: 'text', isOptional: false }],
  example: { id: '1', time: '', correlationId: '', type, source: 'game', version: 1, detail: {} },
  publishers,
  consumers,
});

const catalogue: Catalogue = {
  channels: [
    channel('topic', 'hits', 'arn:aws:sns:{region}:{account}:game-{stage}-hits'),
    channel('queue', 'line', 'arn:aws:sqs:{region}:{account}:game-{stage}-line.fifo'),
    channel('stream', 'shots', 'arn:aws:kinesis:{region}:{account}:stream/game-{stage}-shots'),
    channel('timer', 'later', 'arn:aws:scheduler:{region}:{account}:schedule/game-{stage}-later/*'),
    channel('socket', 'room', '/api/game/socket'),
    channel('http', 'door', '/api/game/changes'),
  ],
  events: [
    event('game.hit', [by('bat', 'hits'), by('tellAll', 'room')]),
    event('game.over', [by('judge', 'line'), by('tellAll', 'room')]),
    event('game.late', [by('judge', 'line')]),
    event('game.shot', [{ ...by('POST /shots', 'shots'), kind: 'http' }]),
    event('game.check', [by('judge', 'later')]),
    event('game.changed', [], [by('changed', 'door')]),
  ],
};

const hop = (one: Partial<Hop>): Hop => ({
  seq: 7,
  atMs: 0,
  kind: 'call',
  service: 'x',
  action: '',
  outcome: 'ok',
  ...one,
});
const role = (name: string) => `arn:aws:sts::000000000000:assumed-role/some-role/${name}`;
const delivery = (type: string, id: string, more: Partial<Hop> = {}) =>
  hop({ kind: 'delivery', service: 'sns', detail: { message: JSON.stringify({ type, id }) }, ...more });

describe('a hop', () => {
  const judge = role('game-local-judge');
  const line = `arn:aws:sqs:${AWS}:game-local-line.fifo`;

  it.each<[string, Partial<Hop>, string | undefined]>([
    ['a delivery of a topic', delivery('game.hit', 'e1'), 'game.hit'],
    [
      'a bus that says what it brings',
      { kind: 'delivery', service: 'events', detail: { detailType: 'game.hit', eventId: 'e' } },
      'game.hit',
    ],
    [
      'a bus of which no rule matches',
      { kind: 'no-match', service: 'events', detail: { detailType: 'game.over', eventId: 'e' } },
      'game.over',
    ],
    [
      'what AWS itself tells',
      { kind: 'delivery', service: 'events', detail: { detailType: 'Scheduled Event' } },
      undefined,
    ],
    ['a text that is no event', { kind: 'delivery', service: 'sns', detail: { message: 'hello' } }, undefined],
    [
      'a gateway that puts a record',
      { action: 'PutRecord', from: role('gateway'), to: `arn:aws:kinesis:${AWS}:stream/game-local-shots` },
      'game.shot',
    ],
    [
      'a record of another stream',
      { action: 'PutRecord', to: `arn:aws:kinesis:${AWS}:stream/other-local-shots` },
      undefined,
    ],
    [
      'a schedule that is made',
      { action: 'CreateSchedule', from: judge, to: `arn:aws:scheduler:${AWS}:schedule/game-local-later/one` },
      'game.check',
    ],
    [
      'a queue to which two may go, and nobody knows which',
      { action: 'SendMessage', from: judge, to: line },
      undefined,
    ],
    [
      'a send that has failed',
      { action: 'PutRecord', outcome: 'error', to: `arn:aws:kinesis:${AWS}:stream/game-local-shots` },
      undefined,
    ],
    [
      'the run of a function that another service called',
      { kind: 'invocation', to: `arn:aws:lambda:${AWS}:function:game-local-changed` },
      'game.changed',
    ],
    [
      'the run of any other function',
      { kind: 'invocation', to: `arn:aws:lambda:${AWS}:function:game-local-judge` },
      undefined,
    ],
  ])('shows the event that passes: %s', (_what, one, type) => {
    expect(createReading(catalogue)(hop(one))?.type).toBe(type);
  });

  it('of a way that several may go is the one that its chain has had last', () => {
    const read = createReading(catalogue);
    const push = hop({ action: 'PostToConnection', from: role('game-local-tell-all'), correlationId: 'chain' });

    expect(read(push)).toBeUndefined();
    read(delivery('game.over', 'e1', { correlationId: 'chain' }));
    read(delivery('game.shot', 'e2', { correlationId: 'chain' }));
    read(delivery('game.hit', 'e3', { correlationId: 'another' }));
    expect(read(push)?.type).toBe('game.over');
  });
});

describe('the counts', () => {
  it('have an event once that goes to several, and twice when it happens twice', () => {
    const counter = createCounter(createReading(catalogue));

    expect(counter.take([delivery('game.hit', 'e1'), delivery('game.hit', 'e1'), delivery('game.hit', 'e2')])).toBe(
      true,
    );
    const before = counter.counts();
    expect(before).toEqual({ 'game.hit': 2 });
    expect(counter.take([delivery('game.hit', 'e1'), hop({})])).toBe(false);
    expect(counter.counts()).toBe(before);
    expect(counter.take([delivery('game.over', 'e3')])).toBe(true);
    expect(counter.counts()).toEqual({ 'game.hit': 2, 'game.over': 1 });
  });
});

describe('a search', () => {
  it.each([
    ['', 6],
    ['  ', 6],
    ['HIT', 1],
    ['game judge', 3],
    ['judge later', 1],
    ['room', 2],
    ['nowhere', 0],
  ])('for %j finds %i', (words, count) => {
    expect(eventsWith(catalogue.events, words)).toHaveLength(count);
  });
});

describe('the event that an address names', () => {
  it.each([
    ['', ''],
    ['#mafia.game_ended', 'mafia.game_ended'],
    ['#mafia%2Egame_ended', 'mafia.game_ended'],
    ['#%', ''],
    ['#%E0%A4%A', ''],
  ])('is of %j %j', (hash, expected) => {
    expect(namedIn(hash)).toBe(expected);
  });
});
