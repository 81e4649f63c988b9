import { relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { drawingOf } from '../../packages/networks/draw/drawing.ts';
import { laidOut } from '../../packages/networks/draw/layout.ts';
import type { Network } from '../../packages/networks/index.ts';
import { crossingsIn } from '../../packages/networks/layout/crossings.ts';
import { overlapsIn } from '../../packages/networks/tests/support/overlaps.ts';
import { wireGraphOfNetwork } from '../../packages/networks/wire/index.ts';
import { diagramOf, drawingsOf, networkOf, networkPages, stale, withBlock } from '../diagrams.ts';
import { findServices, ROOT } from '../workspace.ts';

const PACKAGING_MS = 120_000;

const names = (files: ReturnType<typeof stale>): string[] => files.map(({ path }) => relative(ROOT, path));

describe('the drawings in the repository are what deploys (mend with: npm run diagrams)', () => {
  it.each(findServices().map((service) => [service.name, service] as const))(
    "%s's README and diagram.svg",
    async (_name, service) => {
      expect(names(stale(await diagramOf(service)))).toEqual([]);
    },
    PACKAGING_MS,
  );

  it('the pages of packages/networks', () => {
    expect(names(stale(networkPages()))).toEqual([]);
  });

  it('a page keeps what it says of one line more when the line is there already, and that is said', async () => {
    for (const service of findServices()) {
      const drawings = await drawingsOf(service);
      if (drawings === undefined) continue;
      const { after } = drawings.oneLine;
      const said: string[] = [];
      const walked = { ...drawings, oneLine: { ...drawings.oneLine, before: after } };
      const files = await diagramOf(service, { drawings: walked, say: (text) => said.push(text) });

      expect(names(stale(files))).toEqual([]);
      expect(said).toEqual([expect.stringMatching(/^services\/smart-home has the line already/)]);
    }
  });

  it(
    'a service that is drawn from its patterns deploys the network that is drawn',
    async () => {
      for (const service of findServices()) {
        const drawings = await drawingsOf(service);
        if (drawings === undefined) continue;
        const { nodes, edges } = drawings.networks[drawings.deployed] as Network;
        const { network } = await networkOf(service);

        expect(Object.keys(network.nodes)).toEqual(Object.keys(nodes));
        // Who calls a gateway from outside is in no template.
        const own = Object.entries(edges).filter(([, { type }]) => type !== 'external calls http');
        expect(Object.keys(network.edges)).toEqual(own.map(([key]) => key));
      }
    },
    PACKAGING_MS,
  );
});

describe('the drawings of services, with what failed and without', () => {
  it.each(findServices().map((service) => [service.name, service] as const))(
    "%s's has no label on a line, no line through a node, and nothing on anything",
    async (_name, service) => {
      const { network, failures } = await networkOf(service);

      const drawings = await drawingsOf(service);
      for (const drawing of [
        drawingOf(network),
        drawingOf(network, { failures }),
        ...Object.values(drawings?.networks ?? {}).map((one) => drawingOf(one)),
        ...(drawings ? [drawingOf(drawings.oneLine.after)] : []),
      ])
        expect(overlapsIn(await laidOut(drawing))).toEqual([]);
    },
    PACKAGING_MS,
  );
});

/** In how many places lines may cross in a drawing of all of a service's patterns (the whole smart home has so many): more nobody follows. */
const MOST_CROSSINGS = 11;

it.each(findServices().map((service) => [service.name, service] as const))(
  '%s has few crossings where it is drawn from its patterns',
  async (_name, service) => {
    for (const network of Object.values((await drawingsOf(service))?.networks ?? {})) {
      const { edges } = await laidOut(drawingOf(network));
      expect(crossingsIn(edges.map(({ points }) => points)).length).toBeLessThanOrEqual(MOST_CROSSINGS);
    }
  },
  PACKAGING_MS,
);

/** Strips in px of networks of some thirty nodes, which take no less: their pages shrink them. */
const LARGER: Readonly<Record<string, { width?: number; height?: number }>> = {
  fakemon: { width: 1500 },
  'space-invaders': { width: 1250, height: 285 },
  'smart-home': { width: 1620, height: 240 },
  // What it hears of five others stands one above the other; no page shows it as a strip.
  lobby: { width: 1250, height: 460 },
};

describe('the strips of services for their pages', () => {
  it.each(findServices().map((service) => [service.name, service] as const))(
    "%s's is wide and low, knows what each node stands for, and shows what failed",
    async (_name, service) => {
      const { network, failures, logicalIds } = await networkOf(service);
      const options = { service: service.name, failures };
      const { width, height, nodes, edges } = await wireGraphOfNetwork(network, options, { logicalIds });

      const most = { width: 1100, height: 210, ...LARGER[service.name] };
      expect([width <= most.width, height <= most.height]).toEqual([true, true]);
      // What is another's is known by no id of this stack; nor are a skill, and the secrets that no template holds.
      const own = nodes.filter(({ family, kind }) => family !== 'outside' && kind !== 'skill' && kind !== 'secret');
      expect(own.filter((node) => node.logicalIds.length === 0)).toEqual([]);
      // Whoever waits for identity's functions is told at once what failed.
      expect(edges.some(({ isFailure }) => isFailure)).toBe(service.name !== 'identity');
    },
    PACKAGING_MS,
  );
});

describe('a page', () => {
  it('gets the drawing between its markers and keeps the rest', () => {
    const page = 'before\n<!-- diagram -->\nold\n<!-- /diagram -->\nafter\n';

    expect(withBlock(page, 'diagram', 'new', 'README.md')).toBe(
      'before\n<!-- diagram -->\nnew\n<!-- /diagram -->\nafter\n',
    );
  });

  it('without markers is an error that says which', () => {
    expect(() => withBlock('text', 'diagram', 'new', 'README.md')).toThrow(
      'README.md has no place for a drawing: add a line <!-- diagram --> and a line <!-- /diagram -->',
    );
  });
});
