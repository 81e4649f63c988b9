import type { Block } from './iso.ts';

/** What it is made of; the stylesheet knows its colour by night and in the light. */
export type Stuff = 'wood' | 'cloth' | 'white' | 'leaf' | 'metal' | 'rug' | 'linen' | 'dark';

export interface Piece extends Block {
  stuff: Stuff;
}

const piece = (
  stuff: Stuff,
  [x, y, z]: readonly [number, number, number],
  [dx, dy, dz]: readonly [number, number, number],
): Piece => ({ stuff, x, y, z, dx, dy, dz });

/** All that stands in the room, from the corner to the front: what comes later hides what is behind it. */
export const furniture: readonly Piece[] = [
  // Flat on the floor.
  piece('leaf', [8.6, 4.6, 0], [3.4, 2.4, 0]),
  piece('rug', [3.4, 2.6, 0], [3.4, 3, 0]),
  piece('rug', [1.9, 5, 0], [0.7, 1.6, 0]),
  // The desk in the corner, and its chair.
  piece('wood', [0.1, 0.7, 0.62], [1, 2, 0.08]),
  piece('wood', [0.1, 2.55, 0], [1, 0.12, 0.62]),
  piece('dark', [0.25, 1, 0.7], [0.12, 0.9, 0.5]),
  piece('cloth', [1.3, 1.2, 0.3], [0.6, 0.6, 0.1]),
  piece('cloth', [1.85, 1.2, 0.3], [0.1, 0.6, 0.6]),
  // A sideboard below the pictures.
  piece('wood', [4.3, 0.05, 0], [1.6, 0.5, 0.55]),
  // The sofa, its back to the wall.
  piece('cloth', [6.9, 0.2, 0], [0.3, 1.5, 0.6]),
  // The kitchen: counter, oven, and the table with its bench.
  piece('white', [8.1, 0.05, 0], [3.85, 0.8, 0.75]),
  piece('wood', [8.05, 0.02, 0.75], [3.95, 0.9, 0.07]),
  piece('metal', [9.7, 0.25, 0.82], [0.8, 0.4, 0.02]),
  piece('wood', [8.3, 2.2, 0.55], [1.9, 0.95, 0.08]),
  piece('wood', [8.4, 2.9, 0], [0.14, 0.14, 0.55]),
  piece('wood', [9.95, 2.9, 0], [0.14, 0.14, 0.55]),
  piece('wood', [8.5, 3.4, 0.28], [1.5, 0.35, 0.08]),
  // The bed.
  piece('linen', [0.05, 4.1, 0], [2, 1.7, 0.32]),
  piece('cloth', [0.75, 4.1, 0.32], [1.3, 1.7, 0.06]),
  piece('white', [0.15, 4.3, 0.32], [0.45, 1.3, 0.12]),
  piece('wood', [0.05, 6.15, 0], [0.6, 0.6, 0.45]),
  // The living room: sofa and a low table.
  piece('wood', [4.4, 3.4, 0.25], [1.3, 1, 0.07]),
  piece('cloth', [3.5, 5.6, 0], [3.2, 0.9, 0.34]),
  piece('cloth', [3.5, 6.35, 0.34], [3.2, 0.2, 0.34]),
  // What is outside of the garden door, and a plant.
  piece('wood', [8.2, 5.9, 0], [0.5, 0.5, 0.45]),
  piece('leaf', [8.1, 5.8, 0.45], [0.7, 0.7, 0.6]),
];
