import type { Network } from '../core/network.ts';
import type { DrawOptions } from './drawing.ts';
import { mermaid } from './mermaid.ts';
import { svg } from './svg.ts';

/** A network in pictures: Mermaid text for a Markdown page, and an SVG to stand beside it. */
export interface Drawn {
  readonly mermaid: string;
  readonly svg: string;
}

/** Draws a network. The same network gives the same bytes, so that a stale drawing can be found by comparing. */
export const draw = async (network: Network, options: DrawOptions = {}): Promise<Drawn> => ({
  mermaid: mermaid(network, options),
  svg: await svg(network, options),
});

export type { DrawOptions } from './drawing.ts';
export { mermaid } from './mermaid.ts';
export { svg } from './svg.ts';
