import { arnOf } from '../core/arn.ts';
import { AwsError } from '../core/errors.ts';
import type { Owner } from '../core/store/index.ts';
import { DEFAULT_BUS } from './buses.ts';
import type { InputTransformer } from './input.ts';
import { RuleIndex } from './ruleIndex.ts';

/** Where a rule sends its events. */
export interface Target {
  Id: string;
  Arn: string;
  RoleArn?: string;
  Input?: string;
  InputPath?: string;
  InputTransformer?: InputTransformer;
  SqsParameters?: { MessageGroupId: string };
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
  DeadLetterConfig?: { Arn?: string };
}

/** A rule on a bus: it fires by what comes there, by a schedule, or by both. */
export interface Rule {
  /** The stack that it belongs to. */
  owner: Owner;
  busName: string;
  name: string;
  arn: string;
  description?: string;
  state: 'ENABLED' | 'DISABLED';
  scheduleExpression?: string;
  /** As JSON text. */
  eventPattern?: string;
  targets: Target[];
}

/** The ARN of a rule: that of the default bus has no part for it. */
export const ruleArn = (busName: string, name: string): string =>
  arnOf('events', busName === DEFAULT_BUS ? `rule/${name}` : `rule/${busName}/${name}`);

/** The rules of all stacks. */
export class RuleStore {
  readonly #byArn = new Map<string, Rule>();
  readonly #indexes = new Map<string, RuleIndex>();

  put(rule: Omit<Rule, 'arn'>): Rule {
    const stored = { ...rule, arn: ruleArn(rule.busName, rule.name) };
    this.#byArn.set(stored.arn, stored);
    this.#indexes.delete(rule.busName);
    return stored;
  }

  setState(rule: Rule, state: Rule['state']): void {
    rule.state = state;
    this.#indexes.delete(rule.busName);
  }

  get(arn: string): Rule | undefined {
    return this.#byArn.get(arn);
  }

  /** Throws AwsError ResourceNotFoundException. */
  find(busName: string, name: string): Rule {
    const rule = this.#byArn.get(ruleArn(busName, name));
    if (!rule) {
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${busName}.`);
    }
    return rule;
  }

  /** The rules of a bus, by name. */
  list(busName: string): Rule[] {
    const found = [...this.#byArn.values()].filter((rule) => rule.busName === busName);
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The rules of a bus that wait for events, ready to be asked. */
  index(busName: string): RuleIndex {
    let index = this.#indexes.get(busName);
    if (!index) {
      index = new RuleIndex(this.list(busName).filter(({ state }) => state === 'ENABLED'));
      this.#indexes.set(busName, index);
    }
    return index;
  }

  remove(arn: string): void {
    const rule = this.#byArn.get(arn);
    if (!rule) return;
    this.#byArn.delete(arn);
    this.#indexes.delete(rule.busName);
  }
}
