import type { Json } from '../../packages/networks/index.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where filters say which events they take: of a topic or in a message `type`, on a bus `detail-type`. */
const TYPE_FIELDS = ['type', 'detail-type'];
/** What stands around an event: a record's data, a message's body. */
const AROUND = ['data', 'body'];
/** What says nothing more once the type is known. */
const SAYS_NOTHING = [...TYPE_FIELDS, 'source', '$or', ...AROUND];

/** Whether a filter's list lets a value through; what it says otherwise than by words or their beginnings lets all through. */
const takes = (list: Json | undefined, value: string): boolean =>
  !Array.isArray(list) ||
  list.some((item) => {
    if (typeof item === 'string') return item === value;
    const prefix = isRecord(item) ? item.prefix : undefined;
    return typeof prefix === 'string' ? value.startsWith(prefix) : true;
  });

/** The parts of a filter that can let events of a type through: one, or of several that stand beside each other in `$or` those that do. */
function partsFor(filter: Json | undefined, type: string): Readonly<Record<string, Json>>[] {
  if (!isRecord(filter)) return [{}];
  if (!TYPE_FIELDS.every((field) => takes(filter[field], type))) return [];
  const inner = AROUND.find((field) => isRecord(filter[field]));
  if (inner !== undefined) return partsFor(filter[inner], type);
  const { $or: ways } = filter;
  return Array.isArray(ways)
    ? ways.flatMap((way) => partsFor(way, type).map((part) => ({ ...filter, ...part })))
    : [filter];
}

/** Whether a filter of a topic, a bus or a stream can let events of a type through. */
export const letsThrough = (filter: Json | undefined, type: string): boolean => partsFor(filter, type).length > 0;

/**
 * What a filter asks of events of a type beside that, as JSON; undefined when it asks for nothing more.
 *
 * @example
 * asksFor({ type: ['a.hit'], by: ['ping'] }, 'a.hit'); // '{"by":["ping"]}'
 */
export function asksFor(filter: Json | undefined, type: string): string | undefined {
  const asked = partsFor(filter, type).map((part) =>
    Object.fromEntries(Object.entries(part).filter(([field]) => !SAYS_NOTHING.includes(field))),
  );
  const texts = asked.filter((part) => Object.keys(part).length > 0).map((part) => JSON.stringify(part));
  return texts.length === asked.length && texts.length > 0 ? texts.join(' or ') : undefined;
}
