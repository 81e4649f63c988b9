import type { Channel, Party } from '../../packages/events/catalogue.ts';
import { addConsumers, addUnheard } from './consuming.ts';
import { Flowing } from './flowing.ts';
import { pagesHearing } from './pages.ts';
import { addCalls, addFunctions, addGateways, addRelays } from './publishing.ts';
import type { KnownService } from './services.ts';

/** Who publishes what where, and who takes it. */
export interface Flows {
  channels: Channel[];
  publishers: Party[];
  consumers: Party[];
  /** What does not fit together, a sentence each. */
  problems: string[];
}

/** Who publishes events of these types, who takes them, and what of it does not fit together. */
export function flowsOf(services: readonly KnownService[], types: readonly string[]): Flows {
  const flowing = new Flowing(services);
  for (const service of services) {
    addFunctions(flowing, service);
    addGateways(flowing, service, types);
  }
  for (const service of services) addRelays(flowing, service);
  addCalls(flowing, services);
  addConsumers(flowing, services);
  addUnheard(flowing, services);
  flowing.consumers.push(...pagesHearing([...flowing.channels.values()], flowing.publishers));
  const used = new Set([...flowing.publishers, ...flowing.consumers].map(({ channel }) => channel));
  return {
    channels: [...flowing.channels.values()].filter(({ id }) => used.has(id)),
    publishers: flowing.publishers,
    consumers: unique(flowing.consumers),
    problems: flowing.problems,
  };
}

const unique = <T>(items: readonly T[]): T[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];
