import type { Standing } from '@arcade/events/contracts/space-invaders';
import { WebSocket } from 'ws';
import { type Random, seededRandom } from '../../../packages/local-aws/core/random.ts';
import { clockHeard, type ServerClock, serverTime } from '../../../packages/web/src/lib/serverClock.ts';
import { createBotTrial } from './botGame.ts';
import { type Client, createClient } from './client.ts';
import { until } from './clock.ts';
import type { BoardRow, BotLog } from './measured.ts';

/** A player by machine, who has signed in. */
export interface BotAccount {
  /** Counts the bots of a run; from it follows how it plays. */
  index: number;
  name: string;
  /** The `sub`. */
  player: string;
  token: string;
}

/** Where a bot plays. */
export interface Place {
  apiUrl: string;
  wsUrl: string;
  sessionId: string;
}

/** How it plays. */
export interface Play {
  /** When the last status is sent, in milliseconds since the epoch. */
  endsAtMs: number;
  everyMs: number;
  /** How often it asks for the top ten. */
  boardEveryMs: number;
}

/** What it says while it plays. */
export interface Telling {
  /** Of a status, or of a question for the board. */
  answered(what: 'status' | 'board', status: number, tookMs: number): void;
  board(rows: readonly BoardRow[], seenAtMs: number): void;
}

/** Between a trial's end and the next. */
const PAUSE_MS = 1500;
/** How often a seat is asked for, and the longest pause between. */
const MOST_TRIES = 20;
const TRY_AGAIN_MS = 3000;
/** As pages do: two pings, of which the quicker tells the time. */
const PINGS_MS = [0, 1500];
/** Who plays asks for the seat again after so long, when the page looks at that next. */
const SEAT_EVERY_MS = 30_000;
const LOOK_EVERY_MS = 10_000;
/** Before a socket is opened again. */
const RECONNECT_MS = 1000;

/** What pages do, as far as the service sees it: join, connect, hear of the start, send statuses and ask for the board. */
export class Bot {
  readonly log: BotLog;
  readonly #account: BotAccount;
  readonly #place: Place;
  readonly #telling: Telling;
  readonly #client: Client;
  readonly #random: Random;
  readonly #startsAtMs = Promise.withResolvers<number>();
  #socket: WebSocket | undefined;
  #clock: ServerClock | undefined;
  /** Pings that have no answer yet. */
  #pingedAtMs: number[] = [];
  #trial = 0;
  #isGone = false;

  constructor(account: BotAccount, place: Place, telling: Telling, client = createClient(place.apiUrl, account.token)) {
    this.#account = account;
    this.#place = place;
    this.#telling = telling;
    this.#client = client;
    this.#random = seededRandom(account.index);
    this.log = { player: account.player, name: account.name, sent: [], startedAtMs: 0, startsAtMs: 0 };
  }

  /** Asks for a seat, so many times at once, and again while the answer is none; gives the last one's status. */
  async join(times = 1): Promise<number> {
    const answers = await Promise.all(Array.from({ length: times }, () => this.#ask()));
    return answers.find((status) => status === 200) ?? answers[0] ?? 0;
  }

  async #ask(): Promise<number> {
    const wish = { sessionId: this.#place.sessionId, isBot: true };
    for (let tries = 1; ; tries += 1) {
      const { status } = await this.#client.ask('POST', '/allocate', wish);
      if ((status > 0 && status < 500 && status !== 429) || tries === MOST_TRIES) return status;
      await until(Date.now() + this.#random() * TRY_AGAIN_MS);
    }
  }

  /** Opens the socket, and compares the clocks. Rejects when the socket is refused. */
  async connect(): Promise<void> {
    const socket = new WebSocket(`${this.#place.wsUrl}/?token=${this.#account.token}`);
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.on('error', () => {});
    socket.on('message', (data) => this.#hear(JSON.parse(String(data))));
    socket.on('close', () => this.#reconnect());
    this.#pingedAtMs = [];
    for (const afterMs of PINGS_MS) setTimeout(() => this.#ping(socket), afterMs);
  }

  #ping(socket: WebSocket): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    this.#pingedAtMs.push(Date.now());
    socket.send(JSON.stringify({ action: 'ping' }));
  }

  #hear(message: { type?: string; nowMs?: number; detail?: { sessionId?: string; startsAtMs?: number } }): void {
    const sentAtMs = message.type === 'pong' ? this.#pingedAtMs.shift() : undefined;
    if (sentAtMs !== undefined)
      this.#clock = clockHeard(this.#clock, { nowMs: message.nowMs ?? 0, sentAtMs, receivedAtMs: Date.now() });
    const { sessionId, startsAtMs } = message.detail ?? {};
    if (sessionId === this.#place.sessionId && startsAtMs !== undefined) this.#startsAtMs.resolve(startsAtMs);
  }

  #reconnect(): void {
    if (this.#isGone) return;
    setTimeout(() => {
      if (!this.#isGone) this.connect().catch(() => this.#reconnect());
    }, RECONNECT_MS);
  }

  /** Waits for the moment that is called over the socket, or begins at `atMs`. */
  async begin(atMs?: number): Promise<void> {
    const startsAtMs = atMs ?? (await this.#startsAtMs.promise) - (this.#clock?.aheadMs ?? 0);
    await until(startsAtMs);
    Object.assign(this.log, { startsAtMs, startedAtMs: performance.timeOrigin + performance.now() });
  }

  /** Sends statuses, keeps the seat and asks for the board until the end. */
  async play(play: Play): Promise<void> {
    await Promise.all([this.#sendStatuses(play), this.#keepSeat(play), this.#askForBoard(play)]);
  }

  /** A board that stands still hears of nobody: it is by asking that a seat is kept then, or had again. */
  async #keepSeat({ endsAtMs }: Play): Promise<void> {
    const afterMs = SEAT_EVERY_MS + ((this.#account.index * 1000) % LOOK_EVERY_MS);
    for (let dueMs = Date.now() + afterMs; dueMs < endsAtMs; dueMs += SEAT_EVERY_MS) {
      await until(dueMs);
      const wish = { sessionId: this.#place.sessionId, isBot: true, trial: this.#trial };
      await this.#client.ask('POST', '/allocate', wish);
    }
  }

  async #sendStatuses({ endsAtMs, everyMs }: Play): Promise<void> {
    while (Date.now() < endsAtMs) {
      const game = createBotTrial(this.#random);
      const beganAtMs = Date.now();
      this.#trial += 1;
      let lives = Number.POSITIVE_INFINITY;
      // The first at once, as pages do; then each at its own moment, because players act at different ones.
      let dueMs = beganAtMs;
      for (let sequence = 1; lives > 0 && dueMs < endsAtMs; sequence += 1) {
        const standing = game.at(Date.now() - beganAtMs);
        await this.#send(sequence, standing);
        lives = standing.lives;
        const nextMs = dueMs + (sequence === 1 ? everyMs * (1 + this.#random()) : everyMs);
        // One at a time: what could not be sent meanwhile is not made up for, only the newest matters.
        dueMs = Math.max(nextMs, Date.now());
        await until(Math.min(dueMs, endsAtMs));
      }
      await until(Math.min(Date.now() + PAUSE_MS, endsAtMs));
    }
  }

  async #send(sequence: number, standing: Standing) {
    const { sessionId } = this.#place;
    const trial = this.#trial;
    const status = {
      sessionId,
      trial,
      sequence,
      sentAtMs: Math.round(serverTime(this.#clock, Date.now())),
      ...standing,
    };
    const answer = await this.#client.ask('POST', '/updatestatus', status);
    const { score, lives } = standing;
    const { sentAtMs, tookMs } = answer;
    this.log.sent.push({ trial, sequence, score, lives, sentAtMs, tookMs, status: answer.status });
    this.#telling.answered('status', answer.status, answer.tookMs);
  }

  async #askForBoard({ endsAtMs, boardEveryMs }: Play): Promise<void> {
    const path = `/scoreboard?sessionId=${encodeURIComponent(this.#place.sessionId)}`;
    for (let dueMs = Date.now() + this.#random() * boardEveryMs; dueMs < endsAtMs; dueMs += boardEveryMs) {
      await until(dueMs);
      const { status, body, sentAtMs, tookMs } = await this.#client.ask('GET', path);
      this.#telling.answered('board', status, tookMs);
      if (status === 200) this.#telling.board(JSON.parse(body).scoreboard, sentAtMs + tookMs);
    }
  }

  leave(): void {
    this.#isGone = true;
    this.#socket?.terminate();
    this.#client.close();
  }
}
