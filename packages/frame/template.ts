/** A CloudFormation template, as far as it is looked into here. */
export interface Template {
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, { Description?: string; Value: unknown }>;
}

export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
}

/** A list of what may also stand alone. */
export function listOf<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The resources of a type, with their logical ids. */
export function ofType(template: Template, type: string): [string, TemplateResource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The logical id that `Ref` or `Fn::GetAtt` leads to; undefined for anything else. */
export function referenced(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  if ('Ref' in value) return String(value.Ref);
  if ('Fn::GetAtt' in value) return listOf(value['Fn::GetAtt'] as string | string[])[0]?.split('.')[0];
  return undefined;
}

/** `${Table}`, `${Queue.Arn}` of a `Fn::Sub`; `${!Literal}` is none. */
const PLACEHOLDER = /\$\{([^!}.]+)[^}]*\}/g;

/** All logical ids that a value refers to, at any depth, DependsOn of a resource included. Pseudo parameters are among them. */
export function referencesIn(value: unknown, key = ''): Set<string> {
  if (typeof value === 'string') return new Set(key === 'DependsOn' ? [value] : []);
  if (!isObject(value)) return new Set();
  const members = Array.isArray(value) ? value.map((member) => [key, member] as const) : Object.entries(value);
  const found = new Set(members.flatMap(([name, member]) => [...referencesIn(member, name)]));
  const own = referenced(value);
  if (own !== undefined) found.add(own);
  const text = 'Fn::Sub' in value ? String(listOf(value['Fn::Sub'])[0]) : '';
  for (const [, name = ''] of text.matchAll(PLACEHOLDER)) found.add(name);
  return found;
}

/** A value as it is, but for one logical id, which has another name. */
export function renamed(value: unknown, from: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((member) => (member === from ? to : renamed(member, from, to)));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const isName = key === 'Ref' || key === 'DependsOn';
      return [key, isName && member === from ? to : renamed(member, from, to)];
    }),
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
