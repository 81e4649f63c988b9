import type { Network } from '../core/network.ts';
import { mermaid } from './mermaid.ts';
import { type SvgOptions, svg } from './svg.ts';

/** A network in pictures: Mermaid text for a Markdown page, and an SVG to stand beside it. */
export interface Drawn {
  readonly mermaid: string;
  readonly svg: string;
}

/** Draws a network. The same network gives the same bytes, so that a stale drawing can be found by comparing. */
export const draw = (network: Network, options: SvgOptions = {}): Drawn => ({
  mermaid: mermaid(network),
  svg: svg(network, options),
});

export { mermaid } from './mermaid.ts';
export { type SvgOptions, svg } from './svg.ts';
