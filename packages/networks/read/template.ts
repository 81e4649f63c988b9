import type { Json } from '../core/settings.ts';

export type Properties = Readonly<Record<string, Json>>;

export interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DeletionPolicy?: string;
}

/** A compiled CloudFormation template, as far as it is read here. */
export interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Metadata?: Json;
}

export const isRecord = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The inner value at the end of a path of keys, or undefined. */
export const within = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);

export const propertiesOf = (resource: Resource | undefined): Properties => resource?.Properties ?? {};

export const listOf = (value: Json | undefined): readonly Json[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value as Json];

export const recordsOf = (value: Json | undefined): Properties[] => listOf(value).filter(isRecord);

export const textAt = (properties: Properties, key: string): string | undefined => {
  const value = properties[key];
  return typeof value === 'string' ? value : undefined;
};

export const numberAt = (properties: Properties, key: string): number | undefined => {
  const value = properties[key];
  return typeof value === 'number' ? value : undefined;
};

const substituted = (value: Json): string => {
  const [text, own] = Array.isArray(value) ? (value as [string, Properties]) : [String(value), {}];
  return text.replaceAll(/\$\{([^}!]+)\}/g, (_all, name: string) =>
    Object.hasOwn(own, name) ? flat(own[name] as Json) : `{${name}}`,
  );
};

const joined = (value: Json): string => {
  const [separator, parts] = value as unknown as [string, Json];
  return Array.isArray(parts) ? parts.map(flat).join(separator) : flat(parts);
};

/**
 * A value of a template as one line of text, in which `{Name}` stands for a reference and `{Name.Arn}` for an
 * attribute: enough to see what an ARN or a URI points at, without an account to resolve it in.
 */
export const flat = (value: Json | undefined): string => {
  if (Array.isArray(value)) return value.map(flat).join(',');
  if (!isRecord(value)) return value === undefined ? '' : String(value);
  const [[name, argument] = ['', '']] = Object.entries(value);
  if (name === 'Ref') return `{${String(argument)}}`;
  if (name === 'Fn::GetAtt') return `{${Array.isArray(argument) ? argument.join('.') : String(argument)}}`;
  if (name === 'Fn::Sub') return substituted(argument);
  if (name === 'Fn::Join') return joined(argument);
  return Object.values(value).map(flat).join(',');
};

/** The logical ids that a value refers to, in order. */
export const referencesIn = (value: Json | undefined): string[] =>
  [...flat(value).matchAll(/\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}/g)].map((match) => match[1] as string);
