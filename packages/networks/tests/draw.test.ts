import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { drawingOf } from '../draw/drawing.ts';
import { draw } from '../draw/index.ts';
import { laidOut, type PlacedNode } from '../draw/layout.ts';
import { COLOURS } from '../draw/theme.ts';
import * as alexa from '../examples/alexa/networks.ts';
import { bus, func, http, type Network, network, open, overlay, queue, table, topic } from '../index.ts';
import { aNetwork } from './generators.ts';

const players = table('players', { partitionKey: 'id', indexes: { Masked: { partitionKey: 'id' } } });

const labelsOf = (of: Network): (readonly string[])[] => drawingOf(of).edges.map(({ label }) => label);

describe('a drawing', () => {
  it('is the same bytes for the same network, in whatever order it was put together', () => {
    fc.assert(
      fc.property(aNetwork, (any) => {
        const edges = Object.keys(any.edges).reverse();
        const parts = edges.map((key) => ({ nodes: any.nodes, edges: { [key]: any.edges[key] as never } }));

        expect(draw(overlay(...parts, any))).toEqual(draw(any));
      }),
      { numRuns: 30 },
    );
  });

  it('is well-formed and hides no name, whatever the network', () => {
    fc.assert(
      fc.property(aNetwork, (any) => {
        const { svg, mermaid } = draw(any, { title: 'A & B <"network">' });

        expect(XMLValidator.validate(svg)).toBe(true);
        for (const name of Object.keys(any.nodes)) {
          expect(svg).toContain(`>${name}</text>`);
          expect(mermaid).toContain(`n_${name}`);
        }
      }),
      { numRuns: 30 },
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
        label: ['reads, reads Masked, writes'],
        sentences: ['state reads players GetItem', 'state reads players Query Masked', 'state writes players PutItem'],
      },
    ]);
  });

  it('says on its arrows what tells them apart: title, route, pattern, filter, and otherwise the verb', () => {
    const f = func('f');

    expect(labelsOf(f.sends(queue('jobs'), { title: 'orders' }))).toEqual([['orders']]);
    expect(labelsOf(http('api').triggers(f, { method: 'GET', path: '/games' }))).toEqual([['GET /games']]);
    expect(labelsOf(bus('events').triggers(f, { pattern: { 'detail-type': ['captured', 'fled'] } }))).toEqual([
      ['captured, fled'],
    ]);
    expect(labelsOf(topic('news').triggers(f, { filter: { type: ['served'], server: ['ping', 'pong'] } }))).toEqual([
      ['server = ping or pong', 'type = served'],
    ]);
    expect(labelsOf(f.publishes(topic('news')))).toEqual([['publishes']]);
  });

  it('shows an open end as one', () => {
    const { svg, mermaid } = draw(func('f').sends(open.queue('jobs')));

    expect(svg).toContain('queue, from elsewhere');
    expect(mermaid).toContain('queue, from elsewhere');
    expect(svg).toContain('message open');
  });

  it('keeps its labels harmless to Mermaid', () => {
    const { mermaid } = draw(func('f').sends(queue('jobs'), { title: 'a "b" <c>; `d`' }));

    expect(mermaid).toContain(`|"a 'b' ‹c›, 'd'"|`);
  });

  it('has a legend for the kinds and arrows that it shows, and no others', () => {
    const { svg } = draw(func('f').writes(players));

    expect(svg).toContain('>reads or writes</text>');
    expect(svg).not.toContain('>triggers, sends or publishes</text>');
    expect(svg).not.toContain('>queue</text>');
  });
});

const overlaps = (one: PlacedNode, other: PlacedNode): boolean =>
  Math.abs(one.x - other.x) * 2 < one.width + other.width && Math.abs(one.y - other.y) * 2 < one.height + other.height;

describe('the layout', () => {
  it.each(Object.entries(alexa))(
    'of the network %s fits its frame and a page, and nothing lies on anything',
    (_name, of) => {
      const { nodes, edges, width, height } = laidOut(drawingOf(of));
      const boxes = [...nodes, ...edges.map(({ label }) => ({ ...label, node: nodes[0]?.node as PlacedNode['node'] }))];

      expect(width).toBeLessThan(1200);
      for (const [at, one] of boxes.entries()) {
        expect([one.x - one.width / 2, one.y - one.height / 2].every((edge) => edge >= 0)).toBe(true);
        expect(one.x + one.width / 2 <= width && one.y + one.height / 2 <= height).toBe(true);
        for (const other of boxes.slice(at + 1)) expect([one, other].filter(() => overlaps(one, other))).toEqual([]);
      }
    },
  );

  it('lets every arrow begin and end at the border of its node', () => {
    const { nodes, edges } = laidOut(drawingOf(network(alexa.polling)));
    const boxOf = (name: string) => nodes.find(({ node }) => node.name === name) as PlacedNode;

    for (const { edge, points } of edges) {
      for (const [point, name] of [
        [points[0], edge.from],
        [points.at(-1), edge.to],
      ] as const) {
        const box = boxOf(name);
        const [dx, dy] = [
          Math.abs((point?.x ?? 0) - box.x) / box.width,
          Math.abs((point?.y ?? 0) - box.y) / box.height,
        ];
        expect(Math.max(dx, dy)).toBeLessThanOrEqual(0.51);
        expect(Math.max(dx, dy)).toBeGreaterThan(0.35);
      }
    }
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
    for (const line of ['event', 'data', 'call', ...fills.map((fill) => fill.replace('fill', 'line'))]) {
      expect([line, contrast(of(line), of('ground')) >= 4.5]).toEqual([line, true]);
    }
  });
});
