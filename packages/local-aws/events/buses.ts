import { arnOf } from '../core/arn.ts';
import { AwsError } from '../core/errors.ts';
import type { PolicyDocument, PolicyStatement } from '../core/service.ts';

/** The bus that every account has. */
export const DEFAULT_BUS = 'default';

/** A bus. */
export interface EventBus {
  name: string;
  arn: string;
  description?: string;
  createdMs: number;
  changedMs: number;
  /** Who else may put events on it; the same object until it changes. */
  policy?: PolicyDocument;
}

/** The ARN of a bus of that name. */
export const busArn = (name: string): string => arnOf('events', `event-bus/${name}`);

const ARN_START = busArn('');

/** The name of a bus that is given by name or ARN. One of another account or region has none here: its ARN stays. */
export const busNameOf = (nameOrArn = DEFAULT_BUS): string =>
  nameOrArn.startsWith(ARN_START) ? nameOrArn.slice(ARN_START.length) : nameOrArn;

/** All buses, in memory: they are rebuilt from the templates. */
export class Buses {
  readonly #buses = new Map<string, EventBus>();
  /** What policies say, by bus and by the resource that says it. */
  readonly #statements = new Map<string, Map<string, readonly PolicyStatement[]>>();

  constructor(nowMs: number) {
    this.#add({ name: DEFAULT_BUS, createdMs: nowMs, changedMs: nowMs });
  }

  get(name: string): EventBus | undefined {
    return this.#buses.get(name);
  }

  byArn(arn: string): EventBus | undefined {
    return arn.startsWith(ARN_START) ? this.#buses.get(arn.slice(ARN_START.length)) : undefined;
  }

  /** Throws AwsError `ResourceNotFoundException`. */
  find(name: string): EventBus {
    const bus = this.#buses.get(name);
    if (!bus) throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
    return bus;
  }

  list(): EventBus[] {
    return [...this.#buses.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Throws AwsError `ResourceAlreadyExistsException`. */
  create(bus: Omit<EventBus, 'arn' | 'policy'>): EventBus {
    if (this.#buses.has(bus.name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${bus.name} already exists.`);
    }
    return this.#add(bus);
  }

  remove(name: string): void {
    this.#buses.delete(name);
    this.#statements.delete(name);
  }

  /** Says who else may put events on a bus; `by` is who says so, and says it anew. Without statements it says nothing any more. */
  allow(name: string, by: string, statements: readonly PolicyStatement[]): void {
    const all = this.#statements.get(name) ?? new Map<string, readonly PolicyStatement[]>();
    this.#statements.set(name, all);
    if (statements.length > 0) all.set(by, statements);
    else all.delete(by);
    const bus = this.#buses.get(name);
    if (!bus) return;
    const Statement = [...all.values()].flat();
    if (Statement.length > 0) bus.policy = { Version: '2012-10-17', Statement };
    else delete bus.policy;
  }

  #add(bus: Omit<EventBus, 'arn' | 'policy'>): EventBus {
    const added = { ...bus, arn: busArn(bus.name) };
    this.#buses.set(bus.name, added);
    return added;
  }
}
