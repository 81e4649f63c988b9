import { z } from 'zod';
import { arnOf } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import { kind, type Owner } from '../core/store/index.ts';
import type { AlarmProperties } from './properties.ts';

export const ALARM_STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

/** What an alarm says, and since when (milliseconds since the epoch). */
export interface AlarmState {
  value: (typeof ALARM_STATES)[number];
  reason: string;
  /** JSON. */
  reasonData?: string;
  sinceMs: number;
}

/** An alarm of a template. */
export interface Alarm {
  /** The stack that it belongs to. */
  owner: Owner;
  name: string;
  arn: string;
  properties: AlarmProperties;
  configuredMs: number;
  state: AlarmState;
}

const STATES = kind<AlarmState>(
  'cloudwatch/alarmStates',
  z.looseObject({ value: z.enum(ALARM_STATES), reason: z.string(), sinceMs: z.number() }),
);

/** The alarms of all stacks. What they say is kept over restarts. */
export class Alarms {
  readonly #core: Pick<Core, 'clock' | 'store'>;
  readonly #alarms = new Map<string, Alarm>();

  constructor(core: Pick<Core, 'clock' | 'store'>) {
    this.#core = core;
  }

  /** Makes an alarm, in the state in which an earlier run has left it, or changes one. Throws AwsError when another stack has the name. */
  put(owner: Owner, name: string, properties: AlarmProperties): Alarm {
    const known = this.#alarms.get(name);
    if (known && known.owner !== owner)
      throw new AwsError('AlreadyExistsException', `The alarm ${name} exists already.`);
    const configuredMs = this.#core.clock.now();
    const state = known?.state ??
      this.#kept(owner).get(name) ?? {
        value: 'INSUFFICIENT_DATA' as const,
        reason: 'Unchecked: Initial alarm creation',
        sinceMs: configuredMs,
      };
    const alarm = { owner, name, arn: alarmArn(name), properties, configuredMs, state };
    this.#alarms.set(name, alarm);
    return alarm;
  }

  get(name: string): Alarm | undefined {
    return this.#alarms.get(name);
  }

  /** By name. */
  list(): Alarm[] {
    return [...this.#alarms.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Gives the alarm as it is then. */
  setState(alarm: Alarm, state: AlarmState): Alarm {
    const changed = { ...alarm, state };
    this.#alarms.set(alarm.name, changed);
    this.#kept(alarm.owner).put(alarm.name, state);
    return changed;
  }

  remove(name: string): void {
    const alarm = this.#alarms.get(name);
    if (!alarm) return;
    this.#alarms.delete(name);
    this.#kept(alarm.owner).delete(name);
  }

  #kept(owner: Owner) {
    return this.#core.store.collection(owner, STATES);
  }
}

export const alarmArn = (name: string) => arnOf('cloudwatch', `alarm:${name}`);
