import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  check,
  external,
  func,
  http,
  open,
  overlay,
  type Part,
  queue,
  type Rule,
  schedule,
  table,
  topic,
} from '../index.ts';
import { aNetwork } from './generators.ts';

const clock = schedule('clock', { expression: 'rate(1 minute)' });
const [ping, pong] = [func('ping', { recursiveLoop: 'Allow' }), func('pong', { recursiveLoop: 'Allow' })];
const [pingTopic, pongTopic] = [topic('pingTopic'), topic('pongTopic')];

const rally = (bound?: string) =>
  overlay(
    clock.triggers(ping),
    ping.publishes(pingTopic, bound === undefined ? {} : { bound }),
    pingTopic.triggers(pong),
    pong.publishes(pongTopic),
    pongTopic.triggers(ping),
  );

const rulesOf = (...parts: Part[]): [Rule, string][] => check(overlay(...parts)).map(({ rule, node }) => [rule, node]);

describe('check', () => {
  it('has nothing to say of a network that can run', () => {
    expect(check(rally('at most maxStrokes strokes'))).toEqual([]);
  });

  it('reports an open end, and what closes it', () => {
    expect(
      check(
        overlay(
          http('api').triggers(func('checkout'), { method: 'GET', path: '/' }),
          func('checkout').sends(open.queue('jobs')),
        ),
      ),
    ).toEqual([
      {
        rule: 'open-end',
        node: 'jobs',
        sentence: 'The open end "jobs" is not closed: overlay a queue of that name, or import it when you compile.',
      },
    ]);
  });

  it('reports a function that nothing triggers, once, and not what follows from it', () => {
    expect(rulesOf(func('lonely').sends(queue('jobs')), queue('jobs').triggers(func('pack')))).toEqual([
      ['function-untriggered', 'lonely'],
    ]);
  });

  it('reports a queue that nobody reads', () => {
    expect(rulesOf(clock.triggers(ping), ping.sends(queue('jobs')))).toEqual([['queue-unread', 'jobs']]);
  });

  it('reports an index that the table does not have', () => {
    const players = table('players', { partitionKey: 'id', indexes: { Masked: { partitionKey: 'id' } } });

    expect(rulesOf(clock.triggers(ping), ping.reads(players, { index: 'Masked' }))).toEqual([]);
    expect(rulesOf(clock.triggers(ping), ping.reads(players, { index: 'Maskd' }))).toEqual([
      ['index-unknown', 'players'],
    ]);
  });

  it('reports a cycle without a bound by all its edges, and is content with a bound on one of them', () => {
    const [finding, ...others] = check(rally());

    expect(others).toEqual([]);
    expect(finding).toEqual({
      rule: 'cycle-unbounded',
      node: 'ping',
      edge: 'ping publishes pingTopic',
      sentence:
        'Nothing bounds the cycle "ping publishes pingTopic", "pingTopic triggers pong", "pong publishes pongTopic", "pongTopic triggers ping": say on one of its edges what ends it (bound: "..."), or break it.',
    });
  });

  it('is content when the bound is overlaid on a network that was read from elsewhere', () => {
    const bound = open.function('ping').publishes(open.topic('pingTopic'), { bound: 'at most maxStrokes strokes' });

    expect(check(overlay(rally(), bound))).toEqual([]);
  });

  it('warns of a bounded loop that Lambda would stop all the same', () => {
    const echo = func('echo');

    expect(rulesOf(clock.triggers(echo), echo.calls(echo, { bound: 'ten times' }))).toEqual([
      ['cycle-stopped-by-lambda', 'echo'],
    ]);
  });

  it('takes a table for a cycle only when its changes trigger', () => {
    const players = table('players', { partitionKey: 'id' });

    expect(rulesOf(clock.triggers(ping), ping.reads(players), ping.writes(players))).toEqual([]);
    expect(rulesOf(clock.triggers(ping), ping.writes(players), players.triggers(ping))).toEqual([
      ['cycle-unbounded', 'ping'],
    ]);
  });

  it('reports nodes that nothing reaches', () => {
    expect(rulesOf(clock.triggers(ping), topic('news'), external('bank'), http('api'))).toEqual([
      ['source-unused', 'api'],
      ['node-unreached', 'bank'],
      ['node-unreached', 'news'],
    ]);
  });

  it('reports a cycle that nothing ever starts', () => {
    const cut = overlay(ping.publishes(pingTopic, { bound: 'ten times' }), pingTopic.triggers(ping));

    expect(check(cut).map(({ rule, node }) => [rule, node])).toEqual([
      ['node-unreached', 'ping'],
      ['node-unreached', 'pingTopic'],
    ]);
  });

  it('copes with a chain of ten thousand nodes', () => {
    const steps = Array.from({ length: 5000 }, (_, at) =>
      overlay(func(`f${at}`).sends(queue(`q${at}`)), queue(`q${at}`).triggers(func(`f${at + 1}`))),
    );

    expect(check(overlay(clock.triggers(func('f0')), ...steps))).toEqual([]);
  });

  it('names a node that exists and an edge that exists, in every finding of every network', () => {
    fc.assert(
      fc.property(aNetwork, (any) => {
        for (const { node, edge, sentence } of check(any)) {
          expect(Object.hasOwn(any.nodes, node)).toBe(true);
          expect(edge === undefined || Object.hasOwn(any.edges, edge)).toBe(true);
          expect(sentence).toContain(node);
        }
      }),
    );
  });
});
