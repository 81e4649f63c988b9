import type { GameSession } from '../session.ts';
import { type Age, AgeWatch, statusKeyIn } from './age.ts';
import { type Board, movesBetween, readBoard, SeatCount } from './board.ts';
import type { ManagerPorts } from './ports.ts';
import { RecordRate } from './rate.ts';
import { unheard } from './sessions.ts';
import type { ManagerConfig } from './shapes.ts';
import { StreamReader } from './streamReader.ts';
import { MOST_LISTED } from './words.ts';

/** What one look has seen. */
export interface Sight {
  /** Sessions as they stand in the table, the newest first. */
  sessions: readonly GameSession[];
  /** The newest session, when players hear something else of it than what stands in the table, and have for two looks: see `unheard`. */
  unheard: GameSession | undefined;
  /** The session whose board it is; undefined while there was never one. */
  shown: GameSession | undefined;
  board: Board;
  /** By player: how many places up since the look before. */
  moves: ReadonlyMap<string, number>;
  /** Seats of the newest session that are taken. */
  taken: number;
  stream: StreamSight;
  /** How old the newest session's board is; undefined while nobody plays. */
  age: Age | undefined;
}

/** How the stream does. */
export interface StreamSight {
  openShards: number;
  /** Records a second, by shard, of those that took any. */
  rates: ReadonlyMap<string, number>;
  /** It could not be looked at: what is said of it is old. */
  isOld: boolean;
}

/** What a watch stands on. */
export interface WatchParts {
  ports: ManagerPorts;
  config: Pick<ManagerConfig, 'seatsPerBlock'>;
  /** What time it is at the service, in milliseconds since the epoch. */
  nowMs(): number;
}

/**
 * Boards are read up to so many players. Those that the service keeps whole have 500 at the most; one that `npm run rebuild -- --write --all`
 * has written has everybody, and of it so many are shown.
 */
const MOST_ROWS = 2_000;
/** The parameter is read at every so many looks: an account has 40 reads a second for everybody. */
const TOLD_EVERY = 4;

const NO_BOARD: Board = { rows: [], isCut: false };

/** Looks at a session with a manager's eyes. */
export class Watch {
  readonly #parts: WatchParts;
  readonly #reader: StreamReader;
  readonly #rate = new RecordRate();
  #age = new AgeWatch();
  #stream: StreamSight = { openShards: 0, rates: new Map(), isOld: true };
  #seats: { sessionId: string; count: SeatCount } | undefined;
  #before: { sessionId: string; board: Board } | undefined;
  #told: { session: GameSession | undefined; looks: number } | undefined;
  #unheard: GameSession | undefined;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#reader = new StreamReader(parts.ports.stream, parts.nowMs);
  }

  /** The parameter is read at the next look, whenever it was read before: somebody has changed it. */
  hear(): void {
    this.#told = undefined;
  }

  /**
   * Looks once, at the board of the session `chosen`, or of the newest. Throws what AWS throws; but a stream that cannot be read only now is
   * shown as it was.
   */
  async look(chosen?: string): Promise<Sight> {
    const { sessions } = this.#parts.ports;
    const { entries } = await sessions.list({ limit: MOST_LISTED });
    const [newest] = entries;
    const shown = chosen === undefined ? newest : entries.find(({ sessionId }) => sessionId === chosen);
    const sessionId = chosen ?? newest?.sessionId;
    const [told, taken, read] = await Promise.all([
      this.#hearTold(newest),
      newest ? this.#taken(newest) : 0,
      this.#board(sessionId),
      this.#look(),
    ]);
    const { board, askedAtMs } = read;
    if (newest && sessionId === newest.sessionId)
      this.#age.shown(board.rows, { askedAtMs, shownAtMs: this.#parts.nowMs() });
    const before = this.#before?.sessionId === sessionId ? this.#before?.board : undefined;
    this.#before = sessionId === undefined ? undefined : { sessionId, board };
    return {
      ...{ sessions: entries, shown, board, taken, unheard: this.#wasUnheard(unheard(newest, told)) },
      moves: before ? movesBetween(before.rows, board.rows) : new Map(),
      stream: this.#stream,
      age: newest?.closedAtMs === undefined ? this.#age.now() : undefined,
    };
  }

  async #board(sessionId: string | undefined): Promise<{ board: Board; askedAtMs: number }> {
    const askedAtMs = this.#parts.nowMs();
    const board = sessionId === undefined ? NO_BOARD : await readBoard(this.#parts.ports.board, sessionId, MOST_ROWS);
    return { board, askedAtMs };
  }

  async #hearTold(newest: GameSession | undefined): Promise<GameSession | undefined> {
    const known = this.#told;
    if (known && known.looks < TOLD_EVERY && !unheard(newest, known.session)) {
      known.looks += 1;
      return known.session;
    }
    const session = await this.#parts.ports.parameter.read();
    this.#told = { session, looks: 1 };
    return session;
  }

  /** Whoever changes a session writes the table first: between the two all is well. */
  #wasUnheard(now: GameSession | undefined): GameSession | undefined {
    const before = this.#unheard;
    this.#unheard = now;
    return now && JSON.stringify(before) === JSON.stringify(now) ? now : undefined;
  }

  #taken({ sessionId, seats }: GameSession): Promise<number> {
    if (this.#seats?.sessionId !== sessionId) {
      const blocks = Math.ceil(seats / this.#parts.config.seatsPerBlock);
      this.#seats = { sessionId, count: new SeatCount(this.#parts.ports.seats, sessionId, blocks) };
      this.#age = new AgeWatch();
    }
    return this.#seats.count.look();
  }

  async #look(): Promise<void> {
    try {
      const { records, openShards, failed } = await this.#reader.look();
      for (const { record } of records) {
        const key = statusKeyIn(record);
        if (key !== undefined) this.#age.streamed(key, record.arrivedAtMs);
      }
      this.#rate.add(records, this.#parts.nowMs());
      this.#stream = { openShards, rates: this.#rate.byShard(), isOld: failed.length > 0 };
    } catch (error) {
      if (error instanceof Error && /^(AccessDenied|ExpiredToken|UnrecognizedClient)/.test(error.name)) throw error;
      this.#stream = { ...this.#stream, isOld: true };
    }
  }
}
