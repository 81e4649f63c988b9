/**
 * DynamoDB's expressions as data. Names and values always go through placeholders, so that a reserved word
 * (`name`, `status`, `year`, ...) or a dot in a name can never break one; this file is the only place that makes them.
 * A path like `score.ping` means the attribute `ping` inside the map `score`; `points[0]` an element of a list.
 */

/** A condition, as the functions below make it. */
export type Condition =
  | { kind: 'compare'; path: string; operator: '=' | '<' | '<='; value: unknown }
  | { kind: 'call'; name: 'attribute_exists' | 'attribute_not_exists'; path: string }
  | { kind: 'between'; path: string; low: unknown; high: unknown }
  | { kind: 'and' | 'or'; conditions: readonly Condition[] }
  | { kind: 'not'; condition: Condition };

type Compare = (path: string, value: unknown) => Condition;
const compare =
  (operator: '=' | '<' | '<='): Compare =>
  (path, value) => ({ kind: 'compare', path, operator, value });

export const equal = compare('=');
export const less = compare('<');
export const lessOrEqual = compare('<=');
export const exists = (path: string): Condition => ({ kind: 'call', name: 'attribute_exists', path });
export const missing = (path: string): Condition => ({ kind: 'call', name: 'attribute_not_exists', path });
/** `low <= path <= high`. */
export const between = (path: string, low: unknown, high: unknown): Condition => ({ kind: 'between', path, low, high });
export const and = (...conditions: Condition[]): Condition => ({ kind: 'and', conditions });
export const or = (...conditions: Condition[]): Condition => ({ kind: 'or', conditions });
export const not = (condition: Condition): Condition => ({ kind: 'not', condition });

/** What an update does. A path may stand in one of them only (DynamoDB refuses overlapping paths). */
export interface Change {
  /** Sets attributes. Undefined values are left out. */
  set?: Record<string, unknown>;
  /** Sets attributes that the item does not have yet. */
  setIfMissing?: Record<string, unknown>;
  /** Adds to numbers (missing ones count as 0) and to sets. */
  add?: Record<string, number | bigint | Set<unknown>>;
  /** Appends to lists; missing ones are made. */
  append?: Record<string, readonly unknown[]>;
  remove?: readonly string[];
}

/** Collects the placeholders of one request's expressions. */
export class Placeholders {
  readonly #names = new Map<string, string>();
  readonly #values: unknown[] = [];

  /** `#0.#1[2]` for `score.ping[2]`. */
  path(path: string): string {
    return path
      .split('.')
      .map((step) => {
        const [name = '', ...indexes] = step.split(/(?=\[\d+\]$|\[\d+\]\[)/);
        return this.#name(name) + indexes.join('');
      })
      .join('.');
  }

  value(value: unknown): string {
    this.#values.push(value);
    return `:${this.#values.length - 1}`;
  }

  /** The members that go into the request; left out when there is nothing in them, as DynamoDB demands. */
  members(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, unknown>;
  } {
    const names = Object.fromEntries([...this.#names].map(([name, placeholder]) => [placeholder, name]));
    const values = Object.fromEntries(this.#values.map((value, at) => [`:${at}`, value]));
    return {
      ...(this.#names.size > 0 && { ExpressionAttributeNames: names }),
      ...(this.#values.length > 0 && { ExpressionAttributeValues: values }),
    };
  }

  #name(name: string): string {
    const known = this.#names.get(name);
    if (known) return known;
    const placeholder = `#${this.#names.size}`;
    this.#names.set(name, placeholder);
    return placeholder;
  }
}

/** The text of a condition. */
export function conditionText(condition: Condition, placeholders: Placeholders): string {
  switch (condition.kind) {
    case 'compare':
      return `${placeholders.path(condition.path)} ${condition.operator} ${placeholders.value(condition.value)}`;
    case 'call':
      return `${condition.name}(${placeholders.path(condition.path)})`;
    case 'between': {
      const path = placeholders.path(condition.path);
      return `${path} BETWEEN ${placeholders.value(condition.low)} AND ${placeholders.value(condition.high)}`;
    }
    case 'and':
      // AND binds more tightly than OR, and less than all else (DynamoDB, "Precedence in conditions"): only an OR needs brackets.
      return condition.conditions
        .map((one) => (one.kind === 'or' ? `(${conditionText(one, placeholders)})` : conditionText(one, placeholders)))
        .join(' AND ');
    case 'or':
      return condition.conditions.map((one) => conditionText(one, placeholders)).join(' OR ');
    case 'not':
      return `NOT (${conditionText(condition.condition, placeholders)})`;
  }
}

/** The text of an update. Throws a TypeError when nothing is to be changed. */
export function changeText(change: Change, placeholders: Placeholders): string {
  const given = (record: Record<string, unknown> = {}) =>
    Object.entries(record)
      .filter(([, value]) => value !== undefined)
      .map(([path, value]) => [placeholders.path(path), value] as const);

  const set = [
    ...given(change.set).map(([path, value]) => `${path} = ${placeholders.value(value)}`),
    ...given(change.setIfMissing).map(
      ([path, value]) => `${path} = if_not_exists(${path}, ${placeholders.value(value)})`,
    ),
    ...given(change.append).map(
      ([path, value]) =>
        `${path} = list_append(if_not_exists(${path}, ${placeholders.value([])}), ${placeholders.value(value)})`,
    ),
  ];
  const add = given(change.add).map(([path, value]) => `${path} ${placeholders.value(value)}`);
  const remove = (change.remove ?? []).map((path) => placeholders.path(path));

  const clauses = Object.entries({ SET: set, ADD: add, REMOVE: remove })
    .filter(([, parts]) => parts.length > 0)
    .map(([clause, parts]) => `${clause} ${parts.join(', ')}`);
  if (clauses.length === 0) throw new TypeError('an update that changes nothing');
  return clauses.join(' ');
}
