import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawingOf, themeOf } from '../draw/drawing.ts';
import { laidOut, type PlacedNode } from '../draw/layout.ts';
import { relaxed, waiting } from '../examples/shop.ts';
import { failuresOf, type Network } from '../index.ts';
import { aNetwork } from './generators.ts';
import { overlapsIn } from './support/overlaps.ts';
import { patterns } from './support/patterns.ts';

const drawn: readonly (readonly [string, Network])[] = Object.entries({ patterns, relaxed, waiting });

describe('the layout', () => {
  it.each(drawn)(
    'of the network %s fits a page, with labels beside lines and nothing on anything',
    async (_name, of) => {
      for (const failures of [[], failuresOf(of)]) {
        const layout = await laidOut(drawingOf(of, { failures }));

        expect(layout.width).toBeLessThan(1200);
        expect(overlapsIn(layout)).toEqual([]);
      }
    },
  );

  it('lays no label on a line and no line through a node, whatever the network', async () => {
    await fc.assert(
      fc.asyncProperty(aNetwork, async (any) => {
        expect(overlapsIn(await laidOut(drawingOf(any)))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('lets every arrow begin and end at the border of its node', async () => {
    const { nodes, edges } = await laidOut(drawingOf(patterns));
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

  it('has the nodes of each theme within its frame, and no others', async () => {
    const { nodes, groups } = await laidOut(drawingOf(patterns));

    expect(groups.map(({ title }) => title).sort()).toEqual(['front', 'packing station', 'tracking']);
    for (const { title, ...frame } of groups) {
      const within = nodes.filter(
        ({ x, y }) => Math.abs(x - frame.x) < frame.width / 2 && Math.abs(y - frame.y) < frame.height / 2,
      );
      expect(within.map(({ node }) => themeOf(node))).toEqual(within.map(() => title));
      expect(within.length).toBe(nodes.filter(({ node }) => themeOf(node) === title).length);
    }
  });
});
