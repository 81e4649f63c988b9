import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { ACCOUNT, kind, type Owner } from '../core/store/index.ts';
import type { Definition } from './definition.ts';

/** A schedule, with how far it has come. All of it is kept; times in milliseconds since the epoch. */
export interface Schedule {
  /** The stack that it belongs to, or the account: functions make schedules too. */
  owner: Owner;
  definition: Definition;
  createdMs: number;
  modifiedMs: number;
  /** When it is due next; left out: not any more, or not while it is disabled. */
  dueMs?: number;
  /** What made it: the same request again is answered again. */
  clientToken?: string;
  /** It was deleted after its completion; what is left keeps a restart from making it anew out of its template. */
  isOver?: true;
}

/** A group of schedules. */
export interface Group {
  /** The stack that it belongs to; the account's is `default` alone. */
  owner: Owner;
  name: string;
  createdMs: number;
}

const SCHEDULES = kind<Schedule>(
  'scheduler/schedules',
  z.looseObject({
    owner: z.string(),
    definition: z.looseObject({ Name: z.string(), GroupName: z.string(), Target: z.looseObject({}) }),
    dueMs: z.number().optional(),
  }),
);

const GROUPS = kind<Group>(
  'scheduler/groups',
  z.looseObject({ owner: z.string(), name: z.string(), createdMs: z.number() }),
);

/** The service that takes on the roles of schedules. */
export const SCHEDULER = 'scheduler.amazonaws.com';
export const DEFAULT_GROUP = 'default';

export const scheduleArn = ({ GroupName, Name }: Pick<Definition, 'GroupName' | 'Name'>) =>
  arnOf('scheduler', `schedule/${GroupName}/${Name}`);
export const groupArn = (name: string) => arnOf('scheduler', `schedule-group/${name}`);
export const keyOf = ({ GroupName, Name }: Pick<Definition, 'GroupName' | 'Name'>) => `${GroupName}/${Name}`;

/** The schedules of all stacks and of the account, and their groups. Those of stacks come back with them (`adopt`). */
export class Schedules {
  readonly #core: Pick<Core, 'clock' | 'store'>;
  readonly #schedules = new Map<string, Schedule>();
  readonly #groups = new Map<string, Group>();

  constructor(core: Pick<Core, 'clock' | 'store'>) {
    this.#core = core;
    this.#groups.set(DEFAULT_GROUP, { owner: ACCOUNT, name: DEFAULT_GROUP, createdMs: core.clock.now() });
    const isThere = !core.store.damaged().some(({ owner }) => owner === ACCOUNT);
    if (!isThere) return;
    for (const [key, schedule] of core.store.collection(ACCOUNT, SCHEDULES).entries())
      this.#schedules.set(key, schedule);
  }

  /** Takes over what an earlier run has left to a stack under this name. */
  adopt(owner: Owner, named: Pick<Definition, 'GroupName' | 'Name'>): Schedule | undefined {
    const kept = this.#core.store.collection(owner, SCHEDULES).get(keyOf(named));
    if (kept) this.#schedules.set(keyOf(named), kept);
    return kept;
  }

  put(schedule: Schedule): void {
    this.#schedules.set(keyOf(schedule.definition), schedule);
    this.#core.store.collection(schedule.owner, SCHEDULES).put(keyOf(schedule.definition), schedule);
  }

  /** Also one that is over. */
  get(key: string): Schedule | undefined {
    return this.#schedules.get(key);
  }

  /** Throws AwsError ResourceNotFoundException. */
  find(named: Pick<Definition, 'GroupName' | 'Name'>): Schedule {
    this.findGroup(named.GroupName);
    const schedule = this.#schedules.get(keyOf(named));
    if (!schedule || schedule.isOver) throw notFound(`Schedule ${named.Name} does not exist.`);
    return schedule;
  }

  /** By group and name; without those that are over. */
  list(): Schedule[] {
    return [...this.#schedules]
      .filter(([, { isOver }]) => !isOver)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([, schedule]) => schedule);
  }

  remove({ owner, definition }: Schedule): void {
    this.#schedules.delete(keyOf(definition));
    this.#core.store.collection(owner, SCHEDULES).delete(keyOf(definition));
  }

  /** Takes over a group that an earlier run has left to a stack. */
  adoptGroup(owner: Owner, name: string): Group | undefined {
    const kept = this.#core.store.collection(owner, GROUPS).get(name);
    if (kept) this.#groups.set(name, kept);
    return kept;
  }

  /** Throws AwsError ConflictException. */
  putGroup(owner: Owner, name: string): void {
    if (this.#groups.has(name)) throw conflict(`Schedule group ${name} already exists.`);
    const group = { owner, name, createdMs: this.#core.clock.now() };
    this.#groups.set(name, group);
    this.#core.store.collection(owner, GROUPS).put(name, group);
  }

  /** Throws AwsError ResourceNotFoundException. */
  findGroup(name: string): Group {
    const group = this.#groups.get(name);
    if (!group) throw notFound(`Schedule group ${name} does not exist.`);
    return group;
  }

  groups(): Group[] {
    return [...this.#groups.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  removeGroup(name: string): void {
    const group = this.#groups.get(name);
    if (!group) return;
    this.#groups.delete(name);
    this.#core.store.collection(group.owner, GROUPS).delete(name);
  }
}

const notFound = (message: string) => new AwsError('ResourceNotFoundException', message, { status: 404 });
export const conflict = (message: string) => new AwsError('ConflictException', message, { status: 409 });
