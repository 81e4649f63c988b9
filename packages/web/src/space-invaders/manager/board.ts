import type { BoardRow, BoardTable, Cursor, SeatsTable } from './ports.ts';

/** The board of a session as far as it is read. */
export interface Board {
  rows: BoardRow[];
  /** There are more, which are not read: the first are shown, and that there are others. */
  isCut: boolean;
}

const PAGE = 500;

/** Reads a board by pages up to its first `most` players. Throws what AWS throws. */
export async function readBoard(table: BoardTable, sessionId: string, most: number): Promise<Board> {
  const rows: BoardRow[] = [];
  let after: Cursor | undefined;
  do {
    const page = await table.page(sessionId, { limit: Math.min(PAGE, most - rows.length), after });
    rows.push(...page.entries);
    after = page.next;
  } while (after && rows.length < most);
  return { rows, isCut: after !== undefined };
}

/**
 * How many places each player has gone up since a board before (down: less than 0), by player. Whoever was not on it is not in the result.
 */
export function movesBetween(before: readonly BoardRow[], now: readonly BoardRow[]): Map<string, number> {
  const places = new Map(before.map(({ player }, place) => [player, place]));
  const moves = new Map<string, number>();
  now.forEach(({ player }, place) => {
    const was = places.get(player);
    if (was !== undefined && was !== place) moves.set(player, was - place);
  });
  return moves;
}

/** As many blocks are asked for at once: DynamoDB takes no more. */
const BLOCKS = 100;

/**
 * Counts the seats of a session that are taken. They stand in blocks, a hundred of which are read at each look: of a session with more the count
 * is a few looks old, and no look grows with the number of players.
 */
export class SeatCount {
  readonly #table: SeatsTable;
  readonly #sessionId: string;
  readonly #blocks: number;
  readonly #taken = new Map<number, number>();
  #nextBlock = 0;

  constructor(table: SeatsTable, sessionId: string, blocks: number) {
    this.#table = table;
    this.#sessionId = sessionId;
    this.#blocks = blocks;
  }

  /** How many are taken, as far as is known. Throws what AWS throws. */
  async look(): Promise<number> {
    const count = Math.min(BLOCKS, this.#blocks);
    const blocks = Array.from({ length: count }, (_, index) => (this.#nextBlock + index) % this.#blocks);
    const taken = await this.#table.taken(this.#sessionId, blocks);
    blocks.forEach((block, index) => {
      this.#taken.set(block, taken[index] ?? 0);
    });
    this.#nextBlock = (this.#nextBlock + count) % this.#blocks;
    return [...this.#taken.values()].reduce((sum, each) => sum + each, 0);
  }
}
