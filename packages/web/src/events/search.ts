import type { CatalogueEvent } from '@arcade/events/catalogue';

/** All that one may look for of an event, in one text. */
const textOf = ({ type, source, description, fields, publishers, consumers }: CatalogueEvent): string =>
  [
    type,
    source,
    description,
    ...fields.map(({ path }) => path),
    ...[...publishers, ...consumers].flatMap(({ service, node, channel }) => [service, node, channel]),
  ]
    .join(' ')
    .toLowerCase();

/** The events that have each of the words somewhere: in their names, fields, channels, or in who publishes or takes them. */
export function eventsWith(events: readonly CatalogueEvent[], words: string): CatalogueEvent[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return events.filter((event) => {
    const text = textOf(event);
    return wanted.every((word) => text.includes(word));
  });
}

/** The event that an address names after its `#`; empty where it names none, or in letters that nobody can read. */
export function namedIn(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return '';
  }
}
