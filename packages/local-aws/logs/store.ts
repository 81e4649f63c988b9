import { AwsError } from '../core/errors.ts';

/** One line of a log. */
export interface LogEvent {
  timestampMs: number;
  message: string;
}

/** A line in a group, with where it came from. */
export interface StoredEvent extends LogEvent {
  stream: string;
  /** Counts up within the group. */
  id: number;
  ingestedAtMs: number;
}

interface LogStream {
  createdAtMs: number;
  firstEventMs?: number;
  lastEventMs?: number;
}

/** A log group: its streams, and the latest of its lines. */
export interface LogGroup {
  name: string;
  createdAtMs: number;
  streams: Map<string, LogStream>;
  events: StoredEvent[];
  /** In all of its events. */
  characters: number;
  lastId: number;
}

/** How many lines of a group are kept in memory, and by how much that may be passed before the oldest are dropped. */
const KEPT_EVENTS = 5000;
const SLACK_EVENTS = 1000;
/** How many characters of a group are kept in memory: a few thousand lines may be a few thousand dumps of whole events. */
const KEPT_CHARACTERS = 16_000_000;
/** How many streams of a group are kept; every environment makes one. */
const KEPT_STREAMS = 200;

/** All log groups, in memory. */
export class LogStore {
  readonly #groups = new Map<string, LogGroup>();
  readonly #now: () => number;

  /** `now` gives milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  groups(): LogGroup[] {
    return [...this.#groups.values()];
  }

  /** Throws AwsError ResourceNotFoundException. */
  find(name: string): LogGroup {
    const group = this.#groups.get(name);
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  /** The group, which comes into being if it has to. */
  open(name: string): LogGroup {
    let group = this.#groups.get(name);
    if (!group) {
      group = { name, createdAtMs: this.#now(), streams: new Map(), events: [], characters: 0, lastId: 0 };
      this.#groups.set(name, group);
    }
    return group;
  }

  remove(name: string): void {
    this.#groups.delete(name);
  }

  /** The stream, which comes into being if it has to. */
  openStream(group: LogGroup, name: string): LogStream {
    let stream = group.streams.get(name);
    if (!stream) {
      stream = { createdAtMs: this.#now() };
      group.streams.set(name, stream);
      const oldest = group.streams.size > KEPT_STREAMS ? group.streams.keys().next().value : undefined;
      if (oldest !== undefined) group.streams.delete(oldest);
    }
    return stream;
  }

  append(group: LogGroup, streamName: string, events: readonly LogEvent[]): void {
    const stream = this.openStream(group, streamName);
    const ingestedAtMs = this.#now();
    for (const event of events) {
      group.lastId += 1;
      group.events.push({ ...event, stream: streamName, id: group.lastId, ingestedAtMs });
      group.characters += event.message.length;
      stream.firstEventMs ??= event.timestampMs;
      stream.lastEventMs = event.timestampMs;
    }
    dropOldest(group);
  }
}

function dropOldest(group: LogGroup): void {
  const { events } = group;
  let dropped = events.length > KEPT_EVENTS + SLACK_EVENTS ? events.length - KEPT_EVENTS : 0;
  for (const { message } of events.slice(0, dropped)) group.characters -= message.length;
  for (; group.characters > KEPT_CHARACTERS && dropped < events.length - 1; dropped += 1) {
    group.characters -= events[dropped]?.message.length ?? 0;
  }
  if (dropped > 0) group.events = events.slice(dropped);
}
