import { arnOf } from '../core/arn.ts';
import { AwsError } from '../core/errors.ts';
import type { Owner } from '../core/store/index.ts';
import type { InputTransformer } from './input.ts';

/** Where a rule sends its events. */
export interface Target {
  Id: string;
  Arn: string;
  Input?: string;
  InputPath?: string;
  InputTransformer?: InputTransformer;
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
  DeadLetterConfig?: { Arn?: string };
}

/** A rule on the default bus. */
export interface Rule {
  /** The stack that it belongs to. */
  owner: Owner;
  name: string;
  arn: string;
  description?: string;
  state: 'ENABLED' | 'DISABLED';
  scheduleExpression: string;
  targets: Target[];
}

/** An event as it is on the bus. */
export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601 without fractions of a second. */
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** The rules of all stacks. */
export class RuleStore {
  readonly #rules = new Map<string, Rule>();

  put(rule: Omit<Rule, 'arn'>): Rule {
    const stored = { ...rule, arn: arnOf('events', `rule/${rule.name}`) };
    this.#rules.set(rule.name, stored);
    return stored;
  }

  get(name: string): Rule | undefined {
    return this.#rules.get(name);
  }

  /** Throws AwsError ResourceNotFoundException. */
  find(name: string): Rule {
    const rule = this.#rules.get(name);
    if (!rule) {
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
    }
    return rule;
  }

  list(): Rule[] {
    return [...this.#rules.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  remove(name: string): void {
    this.#rules.delete(name);
  }
}
