import { z } from 'zod';
import { arnOf } from '../../core/arn.ts';
import type { Timer } from '../../core/clock.ts';
import type { Core } from '../../core/cloud.ts';
import { correlationIdIn } from '../../core/correlation.ts';
import { AwsError, asError } from '../../core/errors.ts';
import { ACCOUNT, kind } from '../../core/store/index.ts';
import { formatTrace, newTrace } from '../../lambda/trace.ts';
import type { Bus } from '../bus.ts';
import type { BusEvent } from '../busEvent.ts';
import { busArn } from '../buses.ts';
import { type Archives, archiveArn } from './archives.ts';

const ACTIVE_STATES = ['STARTING', 'RUNNING', 'CANCELLING'] as const;
const STATES = [...ACTIVE_STATES, 'COMPLETED', 'CANCELLED', 'FAILED'] as const;
export type ReplayState = (typeof STATES)[number];

/** A replay, running or over. Times are milliseconds since the epoch. */
export interface Replay {
  name: string;
  description?: string;
  archiveName: string;
  busName: string;
  /** The rules that get the events; left out, all of the bus. */
  ruleArns?: string[];
  /** Of the events that it is to bring again: from, and up to. */
  startMs: number;
  endMs: number;
  state: ReplayState;
  stateReason?: string;
  startedMs: number;
  endedMs?: number;
  /** The hour of the archive that it is at, and the place of the last event in it. */
  hour?: string;
  position?: string;
  /** The time of the event that it brought last. */
  lastEventMs?: number;
}

const REPLAYS = kind<Replay>(
  'events/replays',
  z.looseObject({
    name: z.string(),
    archiveName: z.string(),
    busName: z.string(),
    startMs: z.number(),
    endMs: z.number(),
    startedMs: z.number(),
    state: z.enum(STATES),
  }),
);

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_ACTIVE = 10;
/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html */
const KEPT_MS = 90 * 86_400_000;
/** AWS names no pace: so many events go at a time, and so much later the next, so that one can watch it, and cancel. */
const EVENTS_PER_STEP = 100;
const STEP_MS = 250;

/** The ARN of a replay of that name. */
export const replayArn = (name: string): string => arnOf('events', `replay/${name}`);

const isActive = ({ state }: Replay) => (ACTIVE_STATES as readonly string[]).includes(state);

/** What an hour of an archive has, while a replay is at it. */
interface OpenHour {
  hour: string;
  events: [position: string, event: BusEvent][];
  next: number;
}

/** Brings archived events again, a step at a time by the clock. How far each replay has come is kept: after a kill it goes on from there. */
export class Replays {
  readonly #core: Pick<Core, 'clock' | 'journal' | 'newId' | 'store'>;
  readonly #archives: Archives;
  readonly #bus: Bus;
  readonly #byName = new Map<string, Replay>();
  readonly #open = new Map<string, OpenHour>();
  readonly #timers = new Map<string, Timer>();

  constructor(core: Pick<Core, 'clock' | 'journal' | 'newId' | 'store'>, parts: { archives: Archives; bus: Bus }) {
    this.#core = core;
    this.#archives = parts.archives;
    this.#bus = parts.bus;
    for (const { value } of core.store.all(REPLAYS)) this.#byName.set(value.name, value);
  }

  list(): Replay[] {
    return [...this.#byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Throws AwsError `ResourceNotFoundException`. */
  find(name: string): Replay {
    const replay = this.#byName.get(name);
    if (!replay) throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
    return replay;
  }

  /** Throws AwsError `ResourceAlreadyExistsException`, `LimitExceededException`. */
  start(wanted: Omit<Replay, 'state' | 'startedMs'>): Replay {
    this.#forgetOld();
    if (this.#byName.has(wanted.name))
      throw new AwsError('ResourceAlreadyExistsException', `Replay ${wanted.name} already exists.`);
    if (this.list().filter(isActive).length >= MOST_ACTIVE) {
      throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    }
    const replay = this.#put({ ...wanted, state: 'STARTING', startedMs: this.#core.clock.now() });
    this.#plan(replay.name);
    return replay;
  }

  /** Throws AwsError `ResourceNotFoundException`, `IllegalStatusException` when it is over. */
  cancel(name: string): Replay {
    const replay = this.find(name);
    if (replay.state !== 'STARTING' && replay.state !== 'RUNNING') {
      throw new AwsError('IllegalStatusException', `Replay ${name} is not in a valid state for this operation.`);
    }
    return this.#put({ ...replay, state: 'CANCELLING' });
  }

  /** Goes on with what an earlier run has left. */
  resume(): void {
    for (const replay of this.#byName.values()) if (isActive(replay)) this.#plan(replay.name);
  }

  /** Brings nothing any more, and keeps how far replays have come. */
  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #plan(name: string): void {
    const { clock } = this.#core;
    this.#timers.set(
      name,
      clock.at(clock.now() + STEP_MS, () => this.#step(this.find(name))),
    );
  }

  #step(replay: Replay): void {
    if (replay.state === 'CANCELLING') {
      this.#end(replay, 'CANCELLED');
      return;
    }
    try {
      const reached = this.#bring(replay);
      if (reached) {
        this.#put({ ...replay, ...reached, state: 'RUNNING' });
        this.#plan(replay.name);
      } else this.#end(replay, 'COMPLETED');
    } catch (error) {
      this.#end(replay, 'FAILED', asError(error).message);
    }
  }

  /** Brings the next events; says how far it has come, undefined when there are no more. Throws when archive or bus has gone. */
  #bring(replay: Replay): Pick<Replay, 'hour' | 'position' | 'lastEventMs'> | undefined {
    let reached: Pick<Replay, 'hour' | 'position' | 'lastEventMs'> | undefined;
    for (let brought = 0; brought < EVENTS_PER_STEP; ) {
      const open = this.#openHour(replay);
      const entry = open?.events[open.next];
      if (!open || !entry) break;
      const [position, event] = entry;
      open.next += 1;
      const timeMs = Date.parse(event.time);
      if (timeMs < replay.startMs || timeMs >= replay.endMs) continue;
      this.#accept(replay, event);
      brought += 1;
      // Within a minute there is no order, and one that goes back is no progress.
      const lastEventMs = Math.max(timeMs, reached?.lastEventMs ?? replay.lastEventMs ?? 0);
      reached = { hour: open.hour, position, lastEventMs };
    }
    return reached;
  }

  /** The hour that has an event left; undefined: none has. */
  #openHour(replay: Replay): OpenHour | undefined {
    const archive = this.#archives.find(replay.archiveName);
    const { startMs, endMs } = replay;
    let open = this.#open.get(replay.name);
    if (!open && replay.hour !== undefined) {
      const { hour, position = '' } = replay;
      const events = this.#archives.eventsOf(archive, hour).filter(([place]) => place > position);
      open = { hour, events, next: 0 };
    }
    while (!open || open.next >= open.events.length) {
      const hour = this.#archives.nextHour(archive, open?.hour ?? '', startMs, endMs);
      if (hour === undefined) return undefined;
      open = { hour, events: this.#archives.eventsOf(archive, hour), next: 0 };
    }
    this.#open.set(replay.name, open);
    return open;
  }

  #accept({ name, busName, ruleArns }: Replay, event: BusEvent): void {
    const { resources, detail, ...head } = event;
    const traceHeader = formatTrace(newTrace(this.#core.newId(), this.#core.clock.now()));
    const correlationId = correlationIdIn(detail);
    const chain = { traceHeader, ...(correlationId !== undefined && { correlationId }) };
    this.#bus.accept(
      busName,
      { ...head, 'replay-name': name, resources, detail },
      chain,
      ruleArns && { rules: ruleArns },
    );
  }

  #end(replay: Replay, state: ReplayState, stateReason?: string): void {
    this.#open.delete(replay.name);
    this.#timers.delete(replay.name);
    this.#put({ ...replay, state, endedMs: this.#core.clock.now(), ...(stateReason !== undefined && { stateReason }) });
    this.#core.journal.record({
      kind: 'schedule',
      service: 'events',
      action: 'Replay',
      from: archiveArn(replay.archiveName),
      to: busArn(replay.busName),
      outcome: state === 'FAILED' ? 'error' : 'ok',
      ...(stateReason !== undefined && { error: { code: 'ReplayFailed', message: stateReason } }),
      detail: { replay: replay.name, state },
    });
  }

  #forgetOld(): void {
    for (const { name, endedMs = Number.POSITIVE_INFINITY } of this.list()) {
      if (endedMs + KEPT_MS > this.#core.clock.now()) continue;
      this.#byName.delete(name);
      this.#core.store.collection(ACCOUNT, REPLAYS).delete(name);
    }
  }

  #put(replay: Replay): Replay {
    this.#byName.set(replay.name, replay);
    this.#core.store.collection(ACCOUNT, REPLAYS).put(replay.name, replay);
    return replay;
  }
}
