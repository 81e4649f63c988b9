import { PLAY, type Standing } from '@arcade/events/contracts/space-invaders';

/** The most that the contract takes. */
const MOST_POINTS = 999_999_999;
const MOST_SHOTS = 999_999;

const digits = (value: number, most: number) => String(value).padStart(String(most).length, '0');

/**
 * Where somebody stands on the board, as text that sorts: score descending, lives descending, shots ascending, nickname
 * ascending (by its bytes in UTF-8, as DynamoDB sorts). Always of the same width before the name.
 *
 * @example
 * rankOf({ score: 15, lives: 2, shots: 4 }, 'Ann') // '999999984.1.000004.Ann'
 */
export const rankOf = ({ score, lives, shots }: Omit<Standing, 'level'>, name: string): string =>
  [
    digits(MOST_POINTS - score, MOST_POINTS),
    digits(PLAY.lives - lives, PLAY.lives),
    digits(shots, MOST_SHOTS),
    name,
  ].join('.');
