import { describe, expect, it } from '@jest/globals';
import type { Kind } from '../../packages/web/src/smart-home/home.ts';
import { ASIDE } from '../../packages/web/src/smart-home/ways.ts';
import { type NetworkName, networksOf } from '../../services/smart-home/networks.ts';

const networks = networksOf();
const { nodes, edges } = networks.home;

describe('the smart home’s page', () => {
  it.each<[Kind, NetworkName]>([
    ['sync', 'sync'],
    ['push', 'asyncPush'],
    ['polling', 'asyncPoll'],
    ['optimistic', 'optimistic'],
  ])('has stand back what a kind’s own network goes without, and nothing else: %s', (kind, name) => {
    const own = networks[name];
    const seen = Object.keys(nodes).filter((node) => !ASIDE[kind](node));
    const seenEdges = Object.values(edges).filter(({ from, to }) => !ASIDE[kind](from) && !ASIDE[kind](to));

    expect(seen).toEqual(Object.keys(own.nodes));
    expect(seenEdges.map(({ from, to }) => `${from} ${to}`).sort()).toEqual(
      Object.values(own.edges)
        .map(({ from, to }) => `${from} ${to}`)
        .sort(),
    );
  });
});
