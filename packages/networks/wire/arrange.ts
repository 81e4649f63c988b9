import type { Size } from '../layout/plan.ts';

/** Two rows of rooms, by their names, from left to right: an aisle runs between them. */
export interface Rows {
  readonly upper: readonly string[];
  readonly lower: readonly string[];
}

/** Something goes from one room to another. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** Between two rooms of a row, in px. */
export const BESIDE = 26;

const widthOf = (row: readonly string[], sizes: ReadonlyMap<string, Size>): number =>
  row.reduce((sum, name) => sum + (sizes.get(name)?.width ?? 0) + BESIDE, -BESIDE);

/** The left sides of a row's rooms, where the row stands in the middle of `width`. */
export function leftsOf(row: readonly string[], sizes: ReadonlyMap<string, Size>, width: number): Map<string, number> {
  let left = (width - widthOf(row, sizes)) / 2;
  const lefts = new Map<string, number>();
  for (const name of row) {
    lefts.set(name, left);
    left += (sizes.get(name)?.width ?? 0) + BESIDE;
  }
  return lefts;
}

/** How wide both rows are. */
export const widthOfRows = ({ upper, lower }: Rows, sizes: ReadonlyMap<string, Size>): number =>
  Math.max(widthOf(upper, sizes), widthOf(lower, sizes));

/** What is bad about rows: room that is not needed (a page is wide and low), and ways that are long. */
function costOf(rows: Rows, sizes: ReadonlyMap<string, Size>, links: readonly Link[]): number {
  const width = widthOfRows(rows, sizes);
  const lefts = new Map([...leftsOf(rows.upper, sizes, width), ...leftsOf(rows.lower, sizes, width)]);
  const middleOf = (name: string) => (lefts.get(name) ?? 0) + (sizes.get(name)?.width ?? 0) / 2;
  const heightOf = (row: readonly string[]) => Math.max(0, ...row.map((name) => sizes.get(name)?.height ?? 0));
  const ways = links.reduce((sum, { from, to }) => sum + Math.abs(middleOf(from) - middleOf(to)), 0);
  return width + 3 * (heightOf(rows.upper) + heightOf(rows.lower)) + ways / Math.max(1, links.length);
}

/** All rows that differ by one room in another place, or by two that have changed places. */
function* neighboursOf({ upper, lower }: Rows): Generator<Rows> {
  const all = [...upper, ...lower];
  const split = (names: readonly string[], at: number): Rows => ({ upper: names.slice(0, at), lower: names.slice(at) });
  for (const [one, name] of all.entries()) {
    const others = all.toSpliced(one, 1);
    for (let to = 0; to <= others.length; to += 1) {
      const moved = others.toSpliced(to, 0, name);
      yield split(moved, upper.length - 1);
      yield split(moved, upper.length);
      yield split(moved, upper.length + 1);
    }
    for (let other = one + 1; other < all.length; other += 1)
      yield split(all.with(one, all[other] as string).with(other, name), upper.length);
  }
}

/** Puts rooms into two rows, so that the rows are about as wide and what goes from room to room goes no long way. */
export function rowsOf(sizes: ReadonlyMap<string, Size>, links: readonly Link[]): Rows {
  const names = [...sizes.keys()];
  const half = Math.ceil(names.length / 2);
  let best: Rows = { upper: names.slice(0, half), lower: names.slice(half) };
  for (let least = costOf(best, sizes, links); ; ) {
    const before = least;
    for (const rows of neighboursOf(best)) {
      const cost = costOf(rows, sizes, links);
      if (rows.upper.length > 0 && cost < least) [best, least] = [rows, cost];
    }
    if (least === before) return best;
  }
}
