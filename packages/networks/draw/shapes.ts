import type { Kind } from '../core/settings.ts';
import type { Box } from './layout.ts';
import { rounded } from './measure.ts';

const CORNER = 8;
export const SLANT = 10;
export const LID = 5;

const polygon = (...points: readonly (readonly [number, number])[]): string =>
  `M${points.map(([x, y]) => `${rounded(x)} ${rounded(y)}`).join('L')}Z`;

const roundedBox = ({ x, y, width, height }: Box, radius: number): string => {
  const [left, top] = [x - width / 2, y - height / 2];
  const [across, down] = [width - 2 * radius, height - 2 * radius];
  const corner = (dx: number, dy: number): string => `a${radius} ${radius} 0 0 1 ${dx} ${dy}`;
  return [
    `M${rounded(left + radius)} ${rounded(top)}h${rounded(across)}`,
    `${corner(radius, radius)}v${rounded(down)}`,
    `${corner(-radius, radius)}h${rounded(-across)}`,
    `${corner(-radius, -radius)}v${rounded(-down)}`,
    `${corner(radius, -radius)}z`,
  ].join('');
};

const hexagon = ({ x, y, width, height }: Box): string => {
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  return polygon(
    [left, y],
    [left + SLANT, top],
    [right - SLANT, top],
    [right, y],
    [right - SLANT, bottom],
    [left + SLANT, bottom],
  );
};

const slanted = ({ x, y, width, height }: Box): string => {
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  return polygon([left + SLANT, top], [right, top], [right - SLANT, bottom], [left, bottom]);
};

const cylinder = ({ x, y, width, height }: Box): string => {
  const [left, top, bottom] = [rounded(x - width / 2), rounded(y - height / 2 + LID), rounded(y + height / 2 - LID)];
  const half = rounded(width / 2);
  const lid = `a${half} ${LID} 0 0 1 ${width} 0`;
  return `M${left} ${top}${lid}V${bottom}a${half} ${LID} 0 0 1 ${-width} 0ZM${left} ${top}a${half} ${LID} 0 0 0 ${width} 0`;
};

const cut = ({ x, y, width, height }: Box): string => {
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  return polygon(
    [left + CORNER, top],
    [right, top],
    [right, bottom - CORNER],
    [right - CORNER, bottom],
    [left, bottom],
    [left, top + CORNER],
  );
};

/** The outline of a kind: it can be told without its colour. */
export const outline = (kind: Kind, box: Box): string => {
  switch (kind) {
    case 'function':
      return roundedBox(box, CORNER);
    case 'queue':
    case 'schedule':
      return roundedBox(box, box.height / 2);
    case 'topic':
    case 'bus':
      return hexagon(box);
    case 'stream':
      return slanted(box);
    case 'table':
      return cylinder(box);
    case 'http':
    case 'websocket':
    case 'skill':
      return cut(box);
    case 'external':
      return roundedBox(box, 2);
  }
};
