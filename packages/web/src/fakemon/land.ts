/** The land on which they live: hills from a seed, and the lines along which it is equally high. Drawn once. */

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Height at a place from 0 to 1 in both directions. */
export type HeightField = (x: number, y: number) => number;

/** Round hills and hollows, each with a place, a width and a height of its own. */
export function hillsFrom(seed: number, hills = 22): HeightField {
  const next = numbersFrom(seed);
  const all = Array.from({ length: hills }, (_, index) => ({
    x: next() * 1.2 - 0.1,
    y: next() * 1.2 - 0.1,
    width: 0.06 + next() * 0.15,
    stretch: 0.6 + next() * 0.8,
    height: (index % 4 === 3 ? -0.6 : 1) * (0.5 + next() * 0.7),
  }));
  return (x, y) =>
    all.reduce((sum, hill) => {
      const [dx, dy] = [(x - hill.x) / (hill.width * hill.stretch), (y - hill.y) / hill.width];
      return sum + hill.height * Math.exp(-(dx * dx + dy * dy) / 2);
    }, 0);
}

/** Points of a line, one after the other. */
type Line = [x: number, y: number][];

/** Which sides of a cell a line joins, by which of its corners are higher: 1 top left, 2 top right, 4 bottom right, 8 bottom left. */
const SIDES: Readonly<
  Record<number, readonly (readonly ['top' | 'right' | 'bottom' | 'left', 'top' | 'right' | 'bottom' | 'left'])[]>
> = {
  1: [['left', 'top']],
  2: [['top', 'right']],
  3: [['left', 'right']],
  4: [['right', 'bottom']],
  5: [
    ['left', 'top'],
    ['right', 'bottom'],
  ],
  6: [['top', 'bottom']],
  7: [['left', 'bottom']],
  8: [['bottom', 'left']],
  9: [['top', 'bottom']],
  10: [
    ['top', 'right'],
    ['bottom', 'left'],
  ],
  11: [['right', 'bottom']],
  12: [['left', 'right']],
  13: [['top', 'right']],
  14: [['left', 'top']],
};

/** The lines at a height over a grid of `cells` by `cells` (marching squares), as pieces: each from one side of a cell to another. */
function piecesAt(heights: readonly (readonly number[])[], level: number, cells: number): [string, string, Line][] {
  const pieces: [string, string, Line][] = [];
  const at = (column: number, row: number) => heights[row]?.[column] ?? 0;
  const part = (low: number, high: number) => (level - low) / (high - low);
  for (let row = 0; row < cells; row += 1) {
    for (let column = 0; column < cells; column += 1) {
      const corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)] as const;
      const [topLeft, topRight, bottomRight, bottomLeft] = corners;
      const kind = corners.reduce((sum, height, bit) => sum + (height > level ? 1 << bit : 0), 0);
      const ends = {
        top: [`h ${column} ${row}`, column + part(topLeft, topRight), row],
        bottom: [`h ${column} ${row + 1}`, column + part(bottomLeft, bottomRight), row + 1],
        left: [`v ${column} ${row}`, column, row + part(topLeft, bottomLeft)],
        right: [`v ${column + 1} ${row}`, column + 1, row + part(topRight, bottomRight)],
      } as const;
      for (const [from, to] of SIDES[kind] ?? []) {
        const [[fromId, fromX, fromY], [toId, toX, toY]] = [ends[from], ends[to]];
        pieces.push([
          fromId,
          toId,
          [
            [fromX, fromY],
            [toX, toY],
          ],
        ]);
      }
    }
  }
  return pieces;
}

/** Pieces put together where their ends meet: closed lines, and lines from edge to edge. */
function joined(pieces: readonly [string, string, Line][]): Line[] {
  const byEnd = new Map<string, Set<number>>();
  pieces.forEach(([from, to], index) => {
    for (const end of [from, to]) byEnd.set(end, (byEnd.get(end) ?? new Set()).add(index));
  });
  const used = new Set<number>();
  /** Goes on from an end as far as there are pieces. */
  const walk = (start: string, line: Line) => {
    let end = start;
    for (;;) {
      const next = [...(byEnd.get(end) ?? [])].find((index) => !used.has(index));
      const piece = next === undefined ? undefined : pieces[next];
      if (next === undefined || !piece) return;
      used.add(next);
      const [from, to, [first, last]] = piece;
      const point = from === end ? last : first;
      if (point) line.push(point);
      end = from === end ? to : from;
    }
  };
  return pieces.flatMap(([from, to, [first, last]], index) => {
    if (used.has(index) || !first || !last) return [];
    used.add(index);
    const onwards: Line = [first, last];
    walk(to, onwards);
    const back: Line = [];
    walk(from, back);
    return [[...back.reverse(), ...onwards]];
  });
}

/** A line as an SVG path through the middles of its pieces, so that it bends smoothly; `scale` units a cell. */
function pathOf(line: Line, scale: number): string {
  const point = ([x, y]: readonly [number, number]) => `${(x * scale).toFixed(1)} ${(y * scale).toFixed(1)}`;
  const [first] = line;
  const last = line.at(-1);
  if (!first || !last) return '';
  const middles = line.slice(1).map(([x, y], index): string => {
    const [beforeX, beforeY] = line[index] ?? [x, y];
    return `Q${point([beforeX, beforeY])} ${point([(beforeX + x) / 2, (beforeY + y) / 2])}`;
  });
  return `M${point(first)}${middles.join('')}L${point(last)}`;
}

/** A line of equal height, over a map of 1,000 by 1,000. */
export interface Contour {
  /** From 0, the lowest. */
  level: number;
  /** An SVG path: all lines of this height. */
  path: string;
}

/** The contours of a height field at `levels` heights between its lowest and its highest place. */
export function contoursOf(field: HeightField, levels = 10, cells = 56): Contour[] {
  const heights = Array.from({ length: cells + 1 }, (_, row) =>
    Array.from({ length: cells + 1 }, (_, column) => field(column / cells, row / cells)),
  );
  const all = heights.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return Array.from({ length: levels }, (_, level) => {
    const height = low + ((high - low) * (level + 1)) / (levels + 1);
    const lines = joined(piecesAt(heights, height, cells));
    return { level, path: lines.map((line) => pathOf(line, 1_000 / cells)).join('') };
  });
}
