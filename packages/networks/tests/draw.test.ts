import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { drawingOf } from '../draw/drawing.ts';
import { draw, mermaid } from '../draw/index.ts';
import { COLOURS } from '../draw/theme.ts';
import {
  bus,
  failuresOf,
  func,
  http,
  type Network,
  network,
  open,
  overlay,
  queue,
  table,
  themed,
  topic,
} from '../index.ts';
import { aNetwork } from './generators.ts';

const players = table('players', { partitionKey: 'id', indexes: { Masked: { partitionKey: 'id' } } });

const labelsOf = (of: Network): (readonly string[])[] => drawingOf(of).edges.map(({ label }) => label);

describe('a drawing', () => {
  it('is the same bytes for the same network, in whatever order it was put together', async () => {
    await fc.assert(
      fc.asyncProperty(aNetwork, async (any) => {
        const edges = Object.keys(any.edges).reverse();
        const parts = edges.map((key) => ({ nodes: any.nodes, edges: { [key]: any.edges[key] as never } }));

        expect(await draw(overlay(...parts, any))).toEqual(await draw(any));
      }),
      { numRuns: 20 },
    );
  });

  it('is well-formed, has its title, and hides no name, whatever the network', async () => {
    await fc.assert(
      fc.asyncProperty(aNetwork, async (any) => {
        const { svg, mermaid } = await draw(any, { title: 'A & B <"network">', failures: failuresOf(any) });

        expect(XMLValidator.validate(svg)).toBe(true);
        expect(svg).toContain('class="title" x="16" y="26">A &#38; B &#60;&#34;network&#34;&#62;</text>');
        expect(mermaid).toMatch(/^---\ntitle: "A & B ‹'network'›"\n---\nflowchart LR/);
        for (const name of [...Object.keys(any.nodes), ...failuresOf(any).map(({ to }) => to)]) {
          expect(svg).toContain(`>${name}</text>`);
          expect(mermaid).toContain(`n_${name}`);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('has one arrow for all that one node does to another in one way', () => {
    const state = func('state');
    const drawing = drawingOf(
      overlay(state.reads(players), state.reads(players, { index: 'Masked' }), state.writes(players)),
    );

    expect(drawing.edges).toEqual([
      {
        from: 'state',
        to: 'players',
        line: 'data',
        isFailure: false,
        label: ['reads Masked'],
        sentences: ['state reads players GetItem', 'state reads players Query Masked', 'state writes players PutItem'],
      },
    ]);
  });

  it('says on its arrows what line and ends do not tell: titles, route, index, pattern, filter', () => {
    const f = func('f');

    expect(labelsOf(f.sends(queue('jobs'), { title: ['orders', 'returns'] }))).toEqual([['orders, returns']]);
    expect(labelsOf(http('api').triggers(f, { method: 'GET', path: '/games' }))).toEqual([['GET /games']]);
    expect(labelsOf(bus('events').triggers(f, { pattern: { 'detail-type': ['captured', 'fled'] } }))).toEqual([
      ['captured, fled'],
    ]);
    expect(labelsOf(topic('news').triggers(f, { filter: { type: ['served'], server: ['ping', 'pong'] } }))).toEqual([
      ['server = ping or pong', 'type = served'],
    ]);
    expect(labelsOf(network(f.publishes(topic('news')), f.reads(players), f.writes(players)))).toEqual([[], []]);
  });

  it('draws a call that nobody waits for as an event, and one that is waited for as a call', () => {
    const [one, other] = [func('one'), func('other')];

    expect(drawingOf(one.calls(other, { async: true })).edges.map(({ line }) => line)).toEqual(['event']);
    expect(drawingOf(one.calls(other)).edges.map(({ line }) => line)).toEqual(['call']);
  });

  it('shows where what failed goes, on request only', async () => {
    const jobs = func('f').sends(queue('jobs'));
    const [without, within] = [await draw(jobs), await draw(jobs, { failures: failuresOf(jobs) })];

    expect(without.svg + without.mermaid).not.toContain('jobsDeadLetterQueue');
    expect(within.svg).toContain('<title>jobs gives up to jobsDeadLetterQueue</title>');
    expect(within.svg).toContain('>gives up, after all retries</text>');
    expect(within.mermaid).toContain('n_jobs --x n_jobsDeadLetterQueue');
  });

  it('puts the nodes of a theme in a frame, and what two themes share between them', async () => {
    const jobs = queue('jobs');
    const drawn = await draw(
      overlay(
        themed('front', http('api').triggers(func('f'), { method: 'GET', path: '/' }), func('f').writes(players)),
        themed('back', jobs.triggers(func('g')), func('g').reads(players)),
      ),
    );

    expect(
      drawn.mermaid
        .split('\n')
        .filter((line) => /players|subgraph|n_f\(|n_g\(/.test(line))
        .slice(0, 5),
    ).toEqual([
      '  n_players[("players<br/><small>table, index Masked</small>")]:::store',
      '  subgraph g0["front"]',
      '    n_f("f<br/><small>function</small>"):::function',
      '  subgraph g1["back"]',
      '    n_g("g<br/><small>function</small>"):::function',
    ]);
    expect(drawn.svg.match(/class="group"/g)).toHaveLength(2);
  });

  it('shows an open end as one', async () => {
    const { svg, mermaid } = await draw(func('f').sends(open.queue('jobs')));

    expect(svg).toContain('queue, from elsewhere');
    expect(mermaid).toContain('queue, from elsewhere');
    expect(svg).toContain('message open');
  });

  it('keeps its labels harmless to Mermaid', () => {
    const text = mermaid(func('f').sends(queue('jobs'), { title: 'a "b" <c>; `d`' }));

    expect(text).toContain(`|"a 'b' ‹c›, 'd'"|`);
  });

  it('has a legend for the kinds and arrows that it shows, and no others', async () => {
    const { svg } = await draw(func('f').writes(players));

    expect(svg).toContain('>reads or writes</text>');
    expect(svg).not.toContain('>triggers, sends');
    expect(svg).not.toContain('>queue</text>');
  });
});

/** Contrast as WCAG 2.2 defines it (relative luminance of sRGB). */
const luminance = (colour: string): number => {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (one: string, other: string): number => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
};

describe('the colours', () => {
  it.each([
    ['light', 0],
    ['dark', 1],
  ] as const)('can be read in %s', (_scheme, column) => {
    const of = (name: string): string => COLOURS[name]?.[column] as string;
    const fills = Object.keys(COLOURS).filter((name) => name.endsWith('-fill'));

    for (const ground of ['ground', ...fills]) {
      for (const text of ['text', 'quiet'])
        expect([ground, text, contrast(of(text), of(ground)) >= 7]).toEqual([ground, text, true]);
    }
    for (const line of ['event', 'data', 'call', 'failure', ...fills.map((fill) => fill.replace('fill', 'line'))]) {
      expect([line, contrast(of(line), of('ground')) >= 4.5]).toEqual([line, true]);
    }
  });
});
