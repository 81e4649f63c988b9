import { BOMB, INVADER, ROCKET, SHIP } from './engine.ts';

/** A line drawing around the middle, in units of the field. */
type Strokes = readonly (readonly (readonly [x: number, y: number])[])[];

/** Three tribes, each with two steps of its march. */
const TRIBES: readonly (readonly [Strokes, Strokes])[] = [
  [
    [
      [
        [-6, 3],
        [-8, 6],
      ],
      [
        [6, 3],
        [8, 6],
      ],
      [
        [0, -6],
        [6, -1],
        [6, 3],
        [-6, 3],
        [-6, -1],
        [0, -6],
      ],
      [
        [-2.4, -0.8],
        [-2.4, 0.8],
      ],
      [
        [2.4, -0.8],
        [2.4, 0.8],
      ],
    ],
    [
      [
        [-6, 3],
        [-4, 6],
      ],
      [
        [6, 3],
        [4, 6],
      ],
      [
        [0, -6],
        [6, -1],
        [6, 3],
        [-6, 3],
        [-6, -1],
        [0, -6],
      ],
      [
        [-2.4, -0.8],
        [-2.4, 0.8],
      ],
      [
        [2.4, -0.8],
        [2.4, 0.8],
      ],
    ],
  ],
  [
    [
      [
        [-5, -3],
        [5, -3],
        [8, 1],
        [5, 4],
        [-5, 4],
        [-8, 1],
        [-5, -3],
      ],
      [
        [-3, -3],
        [-5, -6.5],
      ],
      [
        [3, -3],
        [5, -6.5],
      ],
      [
        [-3, 0.5],
        [-1.6, 0.5],
      ],
      [
        [1.6, 0.5],
        [3, 0.5],
      ],
      [
        [-8, 1],
        [-8, 6],
      ],
      [
        [8, 1],
        [8, 6],
      ],
    ],
    [
      [
        [-5, -3],
        [5, -3],
        [8, 1],
        [5, 4],
        [-5, 4],
        [-8, 1],
        [-5, -3],
      ],
      [
        [-3, -3],
        [-4, -6.5],
      ],
      [
        [3, -3],
        [4, -6.5],
      ],
      [
        [-3, 0.5],
        [-1.6, 0.5],
      ],
      [
        [1.6, 0.5],
        [3, 0.5],
      ],
      [
        [-8, 1],
        [-8.5, -4],
      ],
      [
        [8, 1],
        [8.5, -4],
      ],
    ],
  ],
  [
    [
      [
        [-8.5, 1],
        [-6, -4],
        [-2, -6],
        [2, -6],
        [6, -4],
        [8.5, 1],
        [-8.5, 1],
      ],
      [
        [-3.5, -2.5],
        [-2, -2.5],
      ],
      [
        [2, -2.5],
        [3.5, -2.5],
      ],
      [
        [-5, 1],
        [-2, 4],
        [-5, 6.5],
      ],
      [
        [5, 1],
        [2, 4],
        [5, 6.5],
      ],
    ],
    [
      [
        [-8.5, 1],
        [-6, -4],
        [-2, -6],
        [2, -6],
        [6, -4],
        [8.5, 1],
        [-8.5, 1],
      ],
      [
        [-3.5, -2.5],
        [-2, -2.5],
      ],
      [
        [2, -2.5],
        [3.5, -2.5],
      ],
      [
        [-5, 1],
        [-6, 4],
        [-8, 6.5],
      ],
      [
        [5, 1],
        [6, 4],
        [8, 6.5],
      ],
    ],
  ],
];

const SHIP_STROKES: Strokes = [
  [
    [-10, 6],
    [-10, 1],
    [-6, -1],
    [-2, -2],
    [0, -7],
    [2, -2],
    [6, -1],
    [10, 1],
    [10, 6],
    [-10, 6],
  ],
];
const ROCKET_STROKES: Strokes = [
  [
    [0, -ROCKET.height / 2],
    [0, ROCKET.height / 2],
  ],
];
const BOMB_STROKES: Strokes = [
  [
    [0, -BOMB.height / 2],
    [1.4, -1],
    [-1.4, 1],
    [0, BOMB.height / 2],
  ],
];

/** What they are drawn in: dark values of the tokens, for the screen is dark by day, too. */
export const COLOURS = {
  tribes: ['#c3a8ff', '#5cd3f0', '#58d39b'],
  ship: '#e9f5ec',
  rocket: '#ffffff',
  bomb: '#ff8f85',
} as const;

const MARGIN = 3;

/** Pictures that are made once for a size of the field, and copied from then on: glow is dear to draw. */
export interface Sprites {
  invader(rank: number, step: 0 | 1): CanvasImageSource;
  ship: CanvasImageSource;
  rocket: CanvasImageSource;
  bomb: CanvasImageSource;
  /** Draws a picture around a place, in units of the field; the context has its scale. */
  put(context: CanvasRenderingContext2D, picture: CanvasImageSource, x: number, y: number): void;
}

function pictureOf(strokes: Strokes, colour: string, size: { width: number; height: number }, scale: number) {
  const canvas = document.createElement('canvas');
  const [width, height] = [size.width + 2 * MARGIN, size.height + 2 * MARGIN];
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  context.scale(scale, scale);
  context.translate(width / 2, height / 2);
  Object.assign(context, { lineWidth: 1.3, lineJoin: 'round', lineCap: 'round', strokeStyle: colour });
  Object.assign(context, { shadowColor: colour, shadowBlur: 3 * scale });
  context.beginPath();
  for (const stroke of strokes)
    for (const [index, [x, y]] of stroke.entries()) index === 0 ? context.moveTo(x, y) : context.lineTo(x, y);
  context.stroke();
  return canvas;
}

/** All pictures, at `scale` pixels for a unit. */
export function makeSprites(scale: number): Sprites {
  const invaders = TRIBES.map((steps, tribe) =>
    steps.map((strokes) => pictureOf(strokes, COLOURS.tribes[tribe] ?? COLOURS.ship, INVADER, scale)),
  );
  const ship = pictureOf(SHIP_STROKES, COLOURS.ship, SHIP, scale);
  return {
    // One rank of the first tribe, two of each other.
    invader: (rank, step) => invaders[Math.ceil(rank / 2) % TRIBES.length]?.[step] ?? ship,
    ship,
    rocket: pictureOf(ROCKET_STROKES, COLOURS.rocket, ROCKET, scale),
    bomb: pictureOf(BOMB_STROKES, COLOURS.bomb, BOMB, scale),
    put(context, picture, x, y) {
      const { width, height } = picture as HTMLCanvasElement;
      context.drawImage(picture, x - width / scale / 2, y - height / scale / 2, width / scale, height / scale);
    },
  };
}
