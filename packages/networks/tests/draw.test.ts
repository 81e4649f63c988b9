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
  key,
  type Network,
  open,
  overlay,
  queue,
  secret,
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
          expect(mermaid).toMatch(new RegExp(`n_${name}\\b|(secret|key) ${name}<`));
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
    expect(labelsOf(overlay(f.publishes(topic('news')), f.reads(players), f.writes(players)))).toEqual([[], []]);
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
      '  subgraph g0["back"]',
      '    n_g("g<br/><small>function</small>"):::function',
      '  subgraph g1["front"]',
      '    n_f("f<br/><small>function</small>"):::function',
    ]);
    expect(drawn.svg.match(/class="group pattern\d"/g)?.sort()).toEqual([
      'class="group pattern0"',
      'class="group pattern1"',
    ]);
    expect(drawn.mermaid.match(/style g\d fill:#\w{8},stroke:#\w{6}/g)).toHaveLength(2);
    // A mark in the colour of each of its two patterns, and the sentence for those who see no colours.
    expect(drawn.svg).toContain('<title>players, table, index Masked, of back, front</title>');
    expect(drawn.svg.match(/<title>players.*?<\/g>/)?.[0].match(/pattern\d-mark/g)).toEqual([
      'pattern0-mark',
      'pattern1-mark',
    ]);
    expect(drawn.svg).toContain('>belongs to several patterns</text>');
  });

  it('gives a pattern one colour in all drawings of a page', async () => {
    const [one, other] = [
      themed('back', func('f').sends(queue('jobs'))),
      themed('front', func('g').sends(queue('jobs2'))),
    ];
    const frameOf = (drawn: { svg: string }, title: string): string | undefined =>
      drawn.svg.match(new RegExp(`<g><title>${title}</title><rect class="group (pattern\\d)"`))?.[1];
    const themes = ['front', 'back'];

    const [both, alone] = [await draw(overlay(one, other), { themes }), await draw(one, { themes })];

    expect([frameOf(both, 'front'), frameOf(both, 'back'), frameOf(alone, 'back')]).toEqual([
      'pattern0',
      'pattern1',
      'pattern1',
    ]);
    expect(frameOf(await draw(one), 'back')).toBe('pattern0');
  });

  it('writes on a function what it has at hand, for no message goes there', async () => {
    const [f, api] = [func('f'), http('api')];
    const of = overlay(
      api.triggers(f, { method: 'GET', path: '/' }),
      f.reads(secret('password')),
      f.reads(key('seal')),
      f.writes(key('seal')),
      f.calls(api),
      key('spare'),
    );

    const { nodes, edges } = drawingOf(of);

    expect(nodes.map(({ name, holds }) => [name, holds.map((held) => held.name)])).toEqual([
      ['api', []],
      ['f', ['api', 'password', 'seal']],
      ['spare', []],
    ]);
    expect(edges.map(({ from, to }) => [from, to])).toEqual([['api', 'f']]);
    const { svg, mermaid } = await draw(of);
    expect(svg).toContain('<title>f reads seal\nf writes seal</title>');
    expect(mermaid).toContain('function<br/>HTTP API api<br/>secret password<br/>key seal');
    expect(svg).toMatch(/<desc id="description">.*f reads password/);
  });

  it('draws all of it where nothing is to be hidden', () => {
    const { nodes, edges } = drawingOf(func('f').reads(secret('password')), { isAllDrawn: true });

    expect([nodes.length, edges.length]).toEqual([2, 1]);
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
    for (const fill of fills.filter((name) => name.startsWith('pattern'))) {
      for (const line of ['event', 'data', 'call', 'failure', fill.replace('fill', 'line')])
        expect([fill, line, contrast(of(line), of(fill)) >= 4.5]).toEqual([fill, line, true]);
    }
    for (const line of ['event', 'data', 'call', 'failure', ...fills.map((fill) => fill.replace('fill', 'line'))]) {
      expect([line, contrast(of(line), of('ground')) >= 4.5]).toEqual([line, true]);
    }
  });
});
