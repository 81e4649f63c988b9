import { byText, canonical, same } from './json.ts';
import type { Json, StatementSettings } from './settings.ts';

type Settings = Readonly<Record<string, Json>>;

/** Records that several may add to: what they say together has the keys of all. */
const RECORDS: ReadonlySet<string> = new Set(['environment', 'indexes']);
const STATEMENTS = 'statements';

/** Whether what several say of this setting is all of it, and no disagreement. */
const addsUp = (field: string): boolean => RECORDS.has(field) || field === STATEMENTS;

const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [value as Json]);

/** One statement for each resource under each condition, its actions in order: what is allowed, however it was written. */
export const mergedStatements = (statements: readonly StatementSettings[]): StatementSettings[] => {
  const merged = new Map<string, { readonly actions: Set<string>; readonly of: Settings }>();
  for (const { Action, Resource, Condition } of statements) {
    for (const resource of listOf(Resource)) {
      const of = canonical({ Resource: resource, Condition }) as Settings;
      const text = JSON.stringify(of);
      const entry = merged.get(text) ?? { actions: new Set(), of };
      for (const action of listOf(Action)) entry.actions.add(String(action));
      merged.set(text, entry);
    }
  }
  return [...merged]
    .sort(([one], [other]) => byText(one, other))
    .map(([, { actions, of }]) => ({ Action: [...actions].sort(byText), ...of }) as unknown as StatementSettings);
};

const normal = (field: string, value: Json): Json =>
  field === STATEMENTS ? (mergedStatements(value as unknown as StatementSettings[]) as unknown as Json) : value;

/** The settings with those that add up in normal form; one that adds nothing is left out. */
export const withNormalSums = (settings: Settings): Settings =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([field, value]): [string, Json][] => {
      if (!addsUp(field) || value === undefined) return [[field, value]];
      return Object.keys(value as Settings).length === 0 ? [] : [[field, normal(field, value)]];
    }),
  );

/** Two values under one key of a setting that adds up. */
export interface Clash {
  /** `environment` */
  readonly setting: string;
  readonly key: string;
  readonly one: Json;
  readonly other: Json;
}

/** What these settings add up to, and where they cannot. */
interface Sum {
  readonly settings: Settings;
  readonly clashes: readonly Clash[];
}

/** The sum of what these settings say that adds up. */
export const sumOf = (all: readonly Settings[]): Sum => {
  const sums: Record<string, Json> = {};
  const clashes: Clash[] = [];
  for (const [field, value] of all.flatMap((settings) => Object.entries(settings))) {
    const known = sums[field];
    if (!addsUp(field)) continue;
    if (known === undefined) sums[field] = value;
    else if (field === STATEMENTS) sums[field] = normal(field, [...(known as Json[]), ...(value as Json[])]);
    else {
      for (const [key, one] of Object.entries(known as Settings)) {
        const other = Object.hasOwn(value as Settings, key) ? (value as Settings)[key] : one;
        if (!same(one, other)) clashes.push({ setting: field, key, one, other: other as Json });
      }
      sums[field] = { ...(value as Settings), ...(known as Settings) };
    }
  }
  return { settings: sums, clashes };
};

/** The settings without those that add up. */
export const withoutSums = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([field]) => !addsUp(field)));
