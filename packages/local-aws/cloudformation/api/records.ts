import { z } from 'zod';
import type { Core } from '../../core/cloud.ts';
import { ACCOUNT, type Kind, kind } from '../../core/store/index.ts';
import type { ResourceEvent } from '../deployment.ts';
import { stackIdOf } from '../history.ts';

/** The type that a stack has in its own events. */
export const STACK_TYPE = 'AWS::CloudFormation::Stack';

/** Each stack keeps so many; AWS keeps them for 90 days. */
const MOST_EVENTS = 3000;
/** Of stacks that are gone, so many can still be asked for by their ids. */
const MOST_GONE = 50;

const tagSchema = z.strictObject({ Key: z.string(), Value: z.string() });

const recordSchema = z.strictObject({
  name: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  createdMs: z.number(),
  updatedMs: z.number().optional(),
  tags: z.array(tagSchema),
  capabilities: z.array(z.string()),
  isProtected: z.boolean(),
  /** The stack policy, as JSON text. */
  policy: z.string().optional(),
  /** What it is to become: a digest of the template and the parameters that are being carried out. */
  goal: z.string().optional(),
  /** How many events it has had. */
  events: z.number(),
});

/** What CloudFormation's API keeps of a stack, beside what makes the stack. */
export type StackRecord = z.output<typeof recordSchema>;

const eventSchema = z.strictObject({
  id: z.string(),
  logicalId: z.string(),
  type: z.string(),
  physicalId: z.string().optional(),
  status: z.string(),
  reason: z.string().optional(),
  atMs: z.number(),
});

/** Something that happened to a stack or one of its resources. */
export type StackEvent = z.output<typeof eventSchema>;

const changeSetSchema = z.strictObject({
  stack: z.string(),
  name: z.string(),
  id: z.string(),
  type: z.enum(['CREATE', 'UPDATE']),
  template: z.record(z.string(), z.unknown()),
  parameters: z.record(z.string(), z.string()),
  tags: z.array(tagSchema),
  capabilities: z.array(z.string()),
  description: z.string().optional(),
  createdMs: z.number(),
  status: z.enum(['CREATE_COMPLETE', 'FAILED']),
  reason: z.string().optional(),
  executionStatus: z.enum(['AVAILABLE', 'UNAVAILABLE', 'EXECUTE_COMPLETE']),
  /** As the API shows them. */
  changes: z.array(z.unknown()),
});

/** A change that waits to be carried out. */
export type ChangeSet = z.output<typeof changeSetSchema>;

const RECORDS = kind<StackRecord>('cloudformation/records', recordSchema);
const EVENTS = kind<StackEvent>('cloudformation/events', eventSchema);
const CHANGE_SETS = kind<ChangeSet>('cloudformation/change-sets', changeSetSchema);

/** A stack's record with its latest events, oldest first. */
export interface Recorded {
  record: StackRecord;
  events: StackEvent[];
}

/** What CloudFormation's API keeps: records, events and change sets of the stacks that were deployed by it. */
export class Records {
  readonly #core: Core;
  readonly #stacks = new Map<string, Recorded>();
  readonly #changeSets = new Map<string, ChangeSet>();
  /** Those that are gone, by id: whoever follows a removal asks how it ended. */
  readonly #gone = new Map<string, Recorded>();

  constructor(core: Core) {
    this.#core = core;
    const { store } = core;
    for (const { value } of store.all(RECORDS)) this.#stacks.set(value.name, { record: value, events: [] });
    for (const { key, value } of store.all(EVENTS)) this.#stacks.get(stackOf(key))?.events.push(value);
    for (const { key, value } of store.all(CHANGE_SETS)) this.#changeSets.set(key, value);
  }

  /** Of stacks that are there. */
  all(): Recorded[] {
    return [...this.#stacks.values()];
  }

  get(name: string): Recorded | undefined {
    return this.#stacks.get(name);
  }

  /** One that is gone, by its id. */
  gone(id: string): Recorded | undefined {
    return this.#gone.get(id);
  }

  /** A new record; nothing has happened to its stack yet. */
  create(name: string, said: Pick<StackRecord, 'tags' | 'capabilities'>): Recorded {
    const createdMs = this.#core.clock.now();
    const record: StackRecord = { name, status: '', createdMs, ...said, isProtected: false, events: 0 };
    const recorded = { record, events: [] };
    this.#stacks.set(name, recorded);
    return recorded;
  }

  /** Changes what is kept of a stack. */
  change({ record }: Recorded, changes: Partial<StackRecord>): void {
    Object.assign(record, changes);
    this.#of(RECORDS).put(record.name, record);
  }

  /** Writes down what happened to a stack itself, which has that status from now on. */
  stackEvent(recorded: Recorded, status: string, reason?: string): void {
    const { record } = recorded;
    delete record.reason;
    this.change(recorded, { status, ...(reason !== undefined && { reason }) });
    const physicalId = stackIdOf(record.name);
    this.resourceEvent(recorded, {
      logicalId: record.name,
      type: STACK_TYPE,
      physicalId,
      status,
      ...(reason && { reason }),
    });
  }

  /** Writes down what happened to a resource. */
  resourceEvent(recorded: Recorded, event: ResourceEvent): void {
    const { record, events } = recorded;
    const kept = { ...event, id: this.#core.newId(), atMs: this.#core.clock.now() };
    events.push(kept);
    this.#of(EVENTS).put(eventKey(record.name, record.events), kept);
    this.change(recorded, { events: record.events + 1 });
    if (events.length <= MOST_EVENTS) return;
    events.shift();
    this.#of(EVENTS).delete(eventKey(record.name, record.events - events.length - 1));
  }

  /** Forgets a stack, but for who knows its id. */
  remove(recorded: Recorded): void {
    const { record, events } = recorded;
    for (let index = 1; index <= events.length; index += 1)
      this.#of(EVENTS).delete(eventKey(record.name, record.events - index));
    for (const { name } of this.changeSetsOf(record.name)) this.removeChangeSet(record.name, name);
    this.#of(RECORDS).delete(record.name);
    this.#stacks.delete(record.name);
    const id = stackIdOf(record.name);
    this.#gone.delete(id);
    this.#gone.set(id, recorded);
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > MOST_GONE && oldest !== undefined) this.#gone.delete(oldest);
  }

  changeSetsOf(stack: string): ChangeSet[] {
    return [...this.#changeSets.values()].filter((one) => one.stack === stack);
  }

  /** By name and stack, or by its own id. */
  changeSet(stack: string | undefined, nameOrId: string): ChangeSet | undefined {
    return [...this.#changeSets.values()].find(
      ({ id, name, stack: of }) => id === nameOrId || (name === nameOrId && of === stack),
    );
  }

  saveChangeSet(changeSet: ChangeSet): void {
    const key = `${changeSet.stack}/${changeSet.name}`;
    this.#changeSets.set(key, changeSet);
    this.#of(CHANGE_SETS).put(key, changeSet);
  }

  removeChangeSet(stack: string, name: string): void {
    this.#changeSets.delete(`${stack}/${name}`);
    this.#of(CHANGE_SETS).delete(`${stack}/${name}`);
  }

  #of<Value>(what: Kind<Value>) {
    return this.#core.store.collection(ACCOUNT, what);
  }
}

const DIGITS = 8;
const eventKey = (stack: string, index: number) => `${stack}/${String(index).padStart(DIGITS, '0')}`;
const stackOf = (key: string) => key.slice(0, -DIGITS - 1);
