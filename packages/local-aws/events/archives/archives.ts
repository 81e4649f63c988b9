import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { arnOf } from '../../core/arn.ts';
import type { Timer } from '../../core/clock.ts';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import { ACCOUNT, kind, kinds, type Owner } from '../../core/store/index.ts';
import { compilePattern, type Pattern } from '../../patterns/pattern.ts';
import type { BusEvent } from '../busEvent.ts';

/** What a template says of an archive. */
export interface ArchiveSettings {
  description?: string;
  /** As JSON text. */
  eventPattern?: string;
  /** 0: for ever. */
  retentionDays: number;
}

/** An archive: what it is, and which hours it has events of. */
export interface Archive extends ArchiveSettings {
  /** The stack that it belongs to. */
  owner: Owner;
  name: string;
  /** The bus whose events it keeps. */
  busName: string;
  createdMs: number;
  /** Hours of which it has events (`2030-01-01T00`), in the order of their first one. */
  hours: string[];
}

const ARCHIVES = kind<Archive>(
  'events/archives',
  z.looseObject({
    owner: z.string(),
    name: z.string(),
    busName: z.string(),
    retentionDays: z.number(),
    createdMs: z.number(),
    hours: z.array(z.string()),
  }),
);

/** A collection for each hour of each archive: to keep an event is one row, whatever is there already, and a replay reads an hour at a time. */
const EVENTS = kinds<BusEvent>(
  'events/archived/',
  z.looseObject({ id: z.string(), time: z.string(), source: z.string(), detail: z.looseObject({}) }),
);

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const HOUR_LENGTH = 'yyyy-mm-ddThh'.length;
const MINUTE_LENGTH = 'yyyy-mm-ddThh:mm'.length;

const hourOf = (time: string) => time.slice(0, HOUR_LENGTH);
const startOf = (hour: string) => Date.parse(`${hour}:00:00Z`);
const eventsIn = ({ name }: Archive, hour: string) => EVENTS(`${name}/${hour}`);

/** Where an event stands in its archive: by minute, and within one by its id, which is no order at all. */
export const positionOf = ({ time, id }: BusEvent): string => `${time.slice(0, MINUTE_LENGTH)}/${id}`;

/** The ARN of an archive of that name. */
export const archiveArn = (name: string): string => arnOf('events', `archive/${name}`);

/** What an archive has, in events and in bytes of JSON. */
interface Size {
  events: number;
  bytes: number;
}

/** The archives of all buses. Nothing of their events is in memory but how many there are, once somebody has asked. */
export class Archives {
  readonly #core: Pick<Core, 'clock' | 'store'>;
  readonly #byName = new Map<string, Archive>();
  readonly #patterns = new Map<string, Pattern | undefined>();
  readonly #sizes = new Map<string, Size>();
  readonly #timers = new Map<string, Timer>();

  /** Those that were kept are there again. */
  constructor(core: Pick<Core, 'clock' | 'store'>) {
    this.#core = core;
    for (const { value } of core.store.all(ARCHIVES)) this.#know(value);
  }

  get(name: string): Archive | undefined {
    return this.#byName.get(name);
  }

  /** Throws AwsError `ResourceNotFoundException`. */
  find(name: string): Archive {
    const archive = this.#byName.get(name);
    if (!archive) throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
    return archive;
  }

  list(): Archive[] {
    return [...this.#byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Throws AwsError `ResourceAlreadyExistsException`. */
  create(archive: Omit<Archive, 'createdMs' | 'hours'>): Archive {
    if (this.#byName.has(archive.name))
      throw new AwsError('ResourceAlreadyExistsException', `Archive ${archive.name} already exists.`);
    return this.#put({ ...archive, createdMs: this.#core.clock.now(), hours: [] });
  }

  /** What it has stays, but for what it is to have no longer. */
  change(archive: Archive, settings: ArchiveSettings): Archive {
    const { owner, name, busName, createdMs, hours } = archive;
    const changed = { owner, name, busName, createdMs, hours, ...settings };
    // What a stack takes over as it was is not changed by it.
    return isDeepStrictEqual(archive, changed) ? archive : this.#put(changed);
  }

  /** Keeps an event in the archives of its bus whose pattern takes it. One that comes out of an archive is there already. */
  keep(busName: string, event: BusEvent): void {
    if (event['replay-name'] !== undefined) return;
    for (const archive of this.#byName.values()) {
      if (archive.busName !== busName || this.#patterns.get(archive.name)?.matches(event).matched === false) continue;
      const hour = hourOf(event.time);
      if (!archive.hours.includes(hour)) this.#put({ ...archive, hours: [...archive.hours, hour] });
      this.#core.store.collection(archive.owner, eventsIn(archive, hour)).put(positionOf(event), event);
      const size = this.#sizes.get(archive.name);
      if (size) count(size, event);
    }
  }

  /** How much there is: counted once, then added up. */
  sizeOf(archive: Archive): Readonly<Size> {
    const known = this.#sizes.get(archive.name);
    if (known) return known;
    const size: Size = { events: 0, bytes: 0 };
    for (const hour of archive.hours) for (const [, event] of this.#entries(archive, hour)) count(size, event);
    this.#sizes.set(archive.name, size);
    return size;
  }

  /** The first hour after that one, of those that it has events of until `endMs`; after none the first since `startMs`. */
  nextHour({ hours }: Archive, after: string, startMs: number, endMs: number): string | undefined {
    const wanted = (hour: string) => hour > after && startOf(hour) + HOUR_MS > startMs && startOf(hour) < endMs;
    return hours.filter(wanted).sort()[0];
  }

  /** The events of an hour in the order of a replay, with their places. */
  eventsOf(archive: Archive, hour: string): [position: string, event: BusEvent][] {
    const since = archive.retentionDays === 0 ? 0 : this.#core.clock.now() - archive.retentionDays * DAY_MS;
    return this.#entries(archive, hour).filter(([, { time }]) => Date.parse(time) >= since);
  }

  remove(name: string): void {
    const archive = this.#byName.get(name);
    if (!archive) return;
    for (const hour of archive.hours) this.#forgetHour(archive, hour);
    this.#core.store.collection(archive.owner, ARCHIVES).delete(name);
    for (const known of [this.#byName, this.#patterns, this.#sizes]) known.delete(name);
    this.#timers.get(name)?.cancel();
    this.#timers.delete(name);
  }

  /** It is the account's from now on, with what it has. */
  retain(archive: Archive): void {
    const entries = archive.hours.map((hour) => ({ hour, events: this.#entries(archive, hour) }));
    this.remove(archive.name);
    const kept = this.#put({ ...archive, owner: ACCOUNT });
    for (const { hour, events } of entries) {
      const collection = this.#core.store.collection(ACCOUNT, eventsIn(kept, hour));
      for (const [position, event] of events) collection.put(position, event);
    }
  }

  /** Forgets nothing any more. */
  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #entries(archive: Archive, hour: string): [position: string, event: BusEvent][] {
    return this.#core.store.collection(archive.owner, eventsIn(archive, hour)).entries();
  }

  #put(archive: Archive): Archive {
    this.#core.store.collection(archive.owner, ARCHIVES).put(archive.name, archive);
    this.#know(archive);
    return archive;
  }

  #know(archive: Archive): void {
    const { name, eventPattern } = archive;
    this.#byName.set(name, archive);
    this.#patterns.set(name, eventPattern === undefined ? undefined : compilePattern(eventPattern, 'events'));
    this.#plan(archive);
  }

  /** An hour goes as a whole, once the last of its events may. */
  #plan({ name, hours, retentionDays }: Archive): void {
    this.#timers.get(name)?.cancel();
    this.#timers.delete(name);
    const oldest = hours.toSorted()[0];
    if (retentionDays === 0 || oldest === undefined) return;
    const atMs = startOf(oldest) + HOUR_MS + retentionDays * DAY_MS;
    this.#timers.set(
      name,
      this.#core.clock.at(atMs, () => {
        const archive = this.#byName.get(name);
        if (!archive) return;
        this.#forgetHour(archive, oldest);
        this.#sizes.delete(name);
        this.#put({ ...archive, hours: archive.hours.filter((hour) => hour !== oldest) });
      }),
    );
  }

  #forgetHour(archive: Archive, hour: string): void {
    const collection = this.#core.store.collection(archive.owner, eventsIn(archive, hour));
    for (const [position] of collection.entries()) collection.delete(position);
  }
}

function count(size: Size, event: BusEvent): void {
  size.events += 1;
  size.bytes += Buffer.byteLength(JSON.stringify(event));
}
