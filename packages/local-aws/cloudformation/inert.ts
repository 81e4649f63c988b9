import { z } from 'zod';
import type { AnyResourceType } from '../core/resource.ts';
import { definitionOf, unwrap } from './coerce.ts';

/** Something that a template may ask for and that does nothing on a laptop, with the reason. */
export interface InertNote {
  /** `AWS::CloudWatch::Dashboard`, or `AWS::Logs::LogGroup RetentionInDays`. */
  what: string;
  reason: string;
}

/** Resource types that are accepted as they are, and do nothing. */
const INERT_TYPES: Readonly<Record<string, string>> = {
  'AWS::Athena::NamedQuery': 'there is no Athena on a laptop: DuckDB asks the same files',
  'AWS::Athena::WorkGroup': 'there is no Athena on a laptop',
  'AWS::CloudWatch::CompositeAlarm':
    'metrics are not evaluated on a laptop: only single alarms are known, and set by hand',
  'AWS::CloudWatch::Dashboard': 'there are no CloudWatch dashboards on a laptop',
  'AWS::Glue::Database': 'there is no catalogue of data on a laptop: files of S3 are read as they are',
  'AWS::Glue::Table': 'there is no catalogue of data on a laptop: files of S3 are read as they are',
  'AWS::Route53::RecordSet': 'a laptop has no DNS: addresses below localhost lead to it by themselves',
  'AWS::Route53::RecordSetGroup': 'a laptop has no DNS: addresses below localhost lead to it by themselves',
  'AWS::Logs::MetricFilter': 'metrics are not gathered on a laptop; they stand in the logs',
  'AWS::Logs::QueryDefinition': 'saved queries belong to the CloudWatch console',
};

/** Whether local-aws accepts the resource without executing it. */
export function isInert(type: string): boolean {
  return Object.hasOwn(INERT_TYPES, type);
}

/** The type that stands for an inert resource: it has a name, and an ARN. */
export function inertType(type: string): AnyResourceType {
  const [, service = '', kind = ''] = type.toLowerCase().split('::');
  return {
    type,
    properties: z.record(z.string(), z.unknown()),
    async create(_properties, context) {
      const physicalId = context.generateName({ maxLength: 63 }).toLowerCase();
      return { physicalId, attributes: { Arn: `arn:aws:${service}:::${kind}/${physicalId}` } };
    },
    update: async (current) => current,
    remove: async () => undefined,
  };
}

/** All that does nothing on a laptop: inert types, and the properties that schemas mark with `inert(...)`. */
export function inertNotes(types: readonly AnyResourceType[]): InertNote[] {
  const notes: InertNote[] = Object.entries(INERT_TYPES).map(([what, reason]) => ({ what, reason }));
  for (const { type, properties } of types) {
    collect(properties, [], new Set(), (path, reason) => notes.push({ what: `${type} ${path.join('.')}`, reason }));
  }
  return notes;
}

/** Walks a schema and reports the properties that carry an `inert` reason. */
function collect(
  schema: z.core.$ZodType,
  path: readonly string[],
  seen: Set<z.core.$ZodType>,
  report: (path: readonly string[], reason: string) => void,
): void {
  const reason = inertReason(schema);
  if (reason !== undefined) {
    report(path, reason);
    return;
  }
  const inner = unwrap(schema);
  if (seen.has(inner)) return;
  seen.add(inner);
  const definition = definitionOf(inner);
  if (definition.type === 'object') {
    for (const [name, member] of Object.entries(definition.shape)) collect(member, [...path, name], seen, report);
  } else if (definition.type === 'array') {
    collect(definition.element, path, seen, report);
  } else if (definition.type === 'record') {
    collect(definition.valueType, path, seen, report);
  } else if (definition.type === 'union') {
    for (const option of definition.options) collect(option, path, seen, report);
  }
}

/** `inert(...)` puts its reason on the schema inside `optional`. */
function inertReason(schema: z.core.$ZodType): string | undefined {
  const own = z.globalRegistry.get(schema)?.inert ?? z.globalRegistry.get(unwrap(schema))?.inert;
  return typeof own === 'string' ? own : undefined;
}
