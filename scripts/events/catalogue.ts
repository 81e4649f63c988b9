import type { Catalogue, CatalogueEvent, Party } from '../../packages/events/catalogue.ts';
import { type Contract, jsonSchemaOf } from '../../packages/events/contract.ts';
import { ALL_CONTRACTS } from '../../packages/events/contracts/all.ts';
import { PUBLISHED } from '../../packages/events/tests/publishedEvents.ts';
import { fieldsOf } from './fields.ts';
import { flowsOf } from './flows.ts';
import { knownServices } from './services.ts';
import { UNHEARD } from './unheard.ts';

/** An event of a contract as one was published: of several the one that says most. Throws an Error where there is none. */
export function exampleOf({ type, version }: Contract): CatalogueEvent['example'] {
  const [example] = PUBLISHED.filter((event) => event.type === type && event.version === version).toSorted(
    (one, other) => JSON.stringify(other).length - JSON.stringify(one).length,
  );
  if (!example) throw new Error(`${type} has no example: add one to packages/events/tests/publishedEvents.ts`);
  return example;
}

const ofType = (parties: readonly Party[], type: string) =>
  parties.filter((party) => party.type === type).map(({ type: _type, ...party }) => party);

/** What does not fit together in who publishes events and who takes them, a sentence each. */
export function problemsOf({ events }: Catalogue, unheard: Readonly<Record<string, string>> = UNHEARD): string[] {
  return events.flatMap(({ type, publishers, consumers }) => {
    const isUnheard = Object.hasOwn(unheard, type);
    return [
      ...(publishers.length === 0 ? [`nobody publishes ${type}`] : []),
      ...(consumers.length === 0 && !isUnheard ? [`nobody takes ${type}: say why in scripts/events/unheard.ts`] : []),
      ...(consumers.length > 0 && isUnheard
        ? [`${type} is taken by now: scripts/events/unheard.ts says otherwise`]
        : []),
    ];
  });
}

/** The catalogue of all events, from contracts, templates and code; and what of it does not fit together. */
export async function makeCatalogue(): Promise<{ catalogue: Catalogue; problems: string[] }> {
  const services = await knownServices();
  const { channels, publishers, consumers, problems } = flowsOf(
    services,
    ALL_CONTRACTS.map(({ type }) => type),
  );
  const events = ALL_CONTRACTS.map((contract): CatalogueEvent => {
    const { type, version, source, description } = contract;
    const { properties } = jsonSchemaOf(contract, 'draft-7') as {
      properties: { detail: Parameters<typeof fieldsOf>[0] };
    };
    const unheard = UNHEARD[type];
    return {
      type,
      version,
      source,
      description,
      fields: fieldsOf(properties.detail),
      example: exampleOf(contract),
      publishers: ofType(publishers, type),
      consumers: ofType(consumers, type),
      ...(unheard !== undefined && { unheard }),
    };
  });
  const catalogue = { events, channels: channels.toSorted((one, other) => one.id.localeCompare(other.id)) };
  return { catalogue, problems: [...problems, ...problemsOf(catalogue)] };
}
