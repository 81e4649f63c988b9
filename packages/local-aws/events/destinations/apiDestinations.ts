import { arnOf } from '../../core/arn.ts';
import type { Core } from '../../core/cloud.ts';
import { AwsError } from '../../core/errors.ts';
import type { Owner } from '../../core/store/index.ts';
import { type Connections, uuidOf } from './connections.ts';

export const HTTP_METHODS = ['POST', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'] as const;

/** Where a rule sends events by HTTP. */
export interface ApiDestination {
  owner: Owner;
  name: string;
  arn: string;
  description?: string;
  connectionArn: string;
  endpoint: string;
  method: (typeof HTTP_METHODS)[number];
  /** Invocations a second, at the most. */
  rate: number;
  createdMs: number;
  changedMs: number;
}

const SECOND_MS = 1000;
const ARN_START = arnOf('events', 'api-destination/');

/** Whether it is the ARN of an API destination. */
export const isApiDestination = (arn: string): boolean => arn.startsWith(ARN_START);

/** The API destinations, in memory: they are rebuilt from the templates. */
export class ApiDestinations {
  readonly #core: Pick<Core, 'clock'>;
  readonly #connections: Connections;
  readonly #byName = new Map<string, ApiDestination>();
  /** The last second that was given to somebody, and to how many, by ARN. */
  readonly #lastTurns = new Map<string, { second: number; taken: number }>();
  /** The seconds of those who wait, by delivery. */
  readonly #turns = new Map<string, number>();

  constructor(core: Pick<Core, 'clock'>, connections: Connections) {
    this.#core = core;
    this.#connections = connections;
  }

  list(): ApiDestination[] {
    return [...this.#byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  byArn(arn: string): ApiDestination | undefined {
    return this.list().find((destination) => destination.arn === arn);
  }

  /** Throws AwsError `ResourceNotFoundException`. */
  find(name: string): ApiDestination {
    const destination = this.#byName.get(name);
    if (!destination) throw notFound(name);
    return destination;
  }

  /** Throws AwsError `ResourceAlreadyExistsException`, `ResourceNotFoundException` when there is no such connection. */
  create(wanted: Omit<ApiDestination, 'arn' | 'createdMs' | 'changedMs'>): ApiDestination {
    if (this.#byName.has(wanted.name))
      throw new AwsError('ResourceAlreadyExistsException', `An api-destination '${wanted.name}' already exists.`);
    const arn = `${ARN_START}${wanted.name}/${uuidOf(wanted.owner, 'api-destination', wanted.name)}`;
    const nowMs = this.#core.clock.now();
    return this.#put({ ...wanted, arn, createdMs: nowMs, changedMs: nowMs });
  }

  change(wanted: Omit<ApiDestination, 'arn' | 'createdMs' | 'changedMs'>): ApiDestination {
    const { arn, createdMs } = this.find(wanted.name);
    return this.#put({ ...wanted, arn, createdMs, changedMs: this.#core.clock.now() });
  }

  remove(name: string): void {
    this.#byName.delete(name);
  }

  /**
   * Whether a delivery may go to the destination now: 0; else how long it has to wait for its turn, in milliseconds. It is asked again then,
   * and goes: each waits once, however many there are.
   */
  takeTurn(arn: string, deliveryId: string): number {
    const { rate } = this.byArn(arn) ?? { rate: Number.POSITIVE_INFINITY };
    const nowMs = this.#core.clock.now();
    const now = Math.floor(nowMs / SECOND_MS);
    const turn = this.#turns.get(deliveryId) ?? this.#nextTurn(arn, now, rate);
    if (turn <= now) {
      this.#turns.delete(deliveryId);
      return 0;
    }
    this.#turns.set(deliveryId, turn);
    return turn * SECOND_MS - nowMs;
  }

  /** A delivery that has its turn does not come any more. */
  letGo(deliveryId: string): void {
    this.#turns.delete(deliveryId);
  }

  /** The first second that is not full, from now on. */
  #nextTurn(arn: string, now: number, rate: number): number {
    const last = this.#lastTurns.get(arn);
    const second = Math.max(now, last?.second ?? 0);
    const taken = last?.second === second ? last.taken : 0;
    const turn = taken < rate ? { second, taken: taken + 1 } : { second: second + 1, taken: 1 };
    this.#lastTurns.set(arn, turn);
    return turn.second;
  }

  #put(destination: ApiDestination): ApiDestination {
    if (!this.#connections.byArn(destination.connectionArn)) {
      const name = destination.connectionArn.split('/')[1] ?? destination.connectionArn;
      this.#connections.find(name);
      throw new AwsError('ResourceNotFoundException', `Connection ${destination.connectionArn} does not exist.`);
    }
    this.#byName.set(destination.name, destination);
    return destination;
  }
}

const notFound = (name: string) =>
  new AwsError(
    'ResourceNotFoundException',
    `Failed to describe the api-destination(s). An api-destination '${name}' does not exist.`,
  );
