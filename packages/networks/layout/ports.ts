import type { ElkPort } from 'elkjs/lib/elk-api.js';
import type { Direction } from './plan.ts';

/** On which side of a shape a line ends: the one that faces on, or the one that faces back. */
export type Facing = 'forward' | 'backward';

const SIDES = { LR: { forward: 'EAST', backward: 'WEST' }, TB: { forward: 'SOUTH', backward: 'NORTH' } } as const;

/** The places on each shape where lines end. */
export class Ports {
  readonly #direction: Direction;
  readonly #byShape = new Map<string, Map<string, ElkPort>>();

  constructor(direction: Direction) {
    this.#direction = direction;
  }

  /** The id of the place for a line's end: one for all lines of a channel that leave, or reach, that side. */
  at(shape: string, facing: Facing, flow: 'in' | 'out', channel: string): string {
    const id = ['port', shape, facing, flow, channel].join(' ');
    const ports = this.#byShape.get(shape) ?? new Map<string, ElkPort>();
    ports.set(id, { id, width: 0, height: 0, layoutOptions: { 'elk.port.side': SIDES[this.#direction][facing] } });
    this.#byShape.set(shape, ports);
    return id;
  }

  of(shape: string): ElkPort[] {
    return [...(this.#byShape.get(shape)?.values() ?? [])];
  }
}
