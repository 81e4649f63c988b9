import type { Catalogue, CatalogueEvent, Channel, Party, Transport } from '../../packages/events/catalogue.ts';
import { type Contract, jsonSchemaOf } from '../../packages/events/contract.ts';
import { ALL_CONTRACTS } from '../../packages/events/contracts/all.ts';

type Part = Record<string, unknown>;

/** What may stand in braces in addresses, and what it means. */
const PARAMETERS: Readonly<Record<string, string>> = {
  region: 'The region of the stack.',
  account: 'The account of the stack.',
  stage: 'The stage: `local` on a laptop.',
  suffix: 'What CloudFormation adds to a name that it makes.',
};

const region = { region: { default: 'eu-west-1', description: PARAMETERS.region } };
const arcade = {
  arcade: { default: 'localhost:4000', description: 'Where the web app is: a distribution, or a laptop.' },
};
const ofAws = (service: string, protocol = 'https'): Part => ({
  host: `${service}.{region}.amazonaws.com`,
  protocol,
  variables: region,
});

const SERVERS: Readonly<Record<Transport, Part>> = {
  topic: {
    ...ofAws('sns', 'sns'),
    description: 'SNS: the event is the message, its attributes are for filter policies.',
  },
  queue: { ...ofAws('sqs', 'sqs'), description: 'SQS: the event is the body.' },
  bus: { ...ofAws('events'), description: 'EventBridge: the event is the detail.' },
  stream: { ...ofAws('kinesis'), description: 'Kinesis: the event is the data of a record.' },
  timer: {
    ...ofAws('scheduler'),
    description: 'EventBridge Scheduler: the event is the input of a schedule for one moment.',
  },
  socket: {
    host: '{arcade}',
    protocol: 'wss',
    variables: arcade,
    description: 'WebSockets: the event is a text frame.',
  },
  http: {
    host: '{arcade}',
    protocol: 'https',
    variables: arcade,
    description: 'A call of one service by another: the event is the body.',
  },
};

const versioned = ({ type, version }: Pick<CatalogueEvent, 'type' | 'version'>) => `${type}.v${version}`;
const onBus = (name: string) => `${name}.on-bus`;
/** A key of the document may have letters, digits, dots, hyphens and underscores. */
const keyOf = (...parts: string[]) => parts.join('.').replaceAll(/[^\w.-]+/g, '_');
const within = (...path: string[]) => ({ $ref: `#/${path.join('/')}` });

/** An event on a bus, as a rule's target gets it. */
function busPayload({ type, source, version }: CatalogueEvent): Part {
  const text = { type: 'string' };
  const properties = {
    version: text,
    id: text,
    'detail-type': { const: type },
    source: { const: source },
    account: text,
    time: { type: 'string', format: 'date-time' },
    region: text,
    resources: { type: 'array', items: text },
    detail: within('components', 'schemas', versioned({ type, version })),
  };
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** The attributes that a message has on a topic. */
function headersOf(contract: Contract, { example }: CatalogueEvent): Part {
  const own = Object.keys(contract.attributes?.(example.detail) ?? {});
  const text = { type: 'string' };
  return {
    type: 'object',
    properties: {
      type: { const: contract.type },
      correlationId: text,
      ...Object.fromEntries(own.map((name) => [name, text])),
    },
  };
}

function messagesOf(event: CatalogueEvent, contract: Contract): [string, Part][] {
  const name = versioned(event);
  const said = { name: event.type, title: event.type, summary: event.description, contentType: 'application/json' };
  const plain = {
    ...said,
    correlationId: { location: '$message.payload#/correlationId' },
    headers: headersOf(contract, event),
    payload: within('components', 'schemas', name),
    examples: [{ payload: event.example }],
  };
  const bus = {
    ...said,
    correlationId: { location: '$message.payload#/detail/correlationId' },
    payload: busPayload(event),
  };
  return [
    [name, plain],
    [onBus(name), bus],
  ];
}

/** What of a catalogue goes over a channel. */
function eventsOn({ events }: Catalogue, channel: string): CatalogueEvent[] {
  return events.filter(({ publishers, consumers }) =>
    [...publishers, ...consumers].some((party) => party.channel === channel),
  );
}

const messageName = (event: CatalogueEvent, { transport }: Pick<Channel, 'transport'>) =>
  transport === 'bus' ? onBus(versioned(event)) : versioned(event);

function channelPart(catalogue: Catalogue, channel: Channel): Part {
  const { id, service, node, transport, address, filledBy } = channel;
  const used = Object.keys(PARAMETERS).filter((name) => address.includes(`{${name}}`));
  const messages = eventsOn(catalogue, id).map((event) => messageName(event, channel));
  return {
    address,
    title: node,
    summary: `A ${transport} of ${service}${filledBy === undefined ? '' : `, which ${filledBy} fills`}.`,
    servers: [within('servers', transport)],
    ...(used.length > 0 && {
      parameters: Object.fromEntries(used.map((name) => [name, within('components', 'parameters', name)])),
    }),
    messages: Object.fromEntries(messages.map((name) => [name, within('components', 'messages', name)])),
  };
}

type Deed = Omit<Party, 'type'> & { event: CatalogueEvent; action: 'send' | 'receive' };

/** Who sends over a channel, or receives from it: one operation for all events that it does so with. */
function operationsOf(catalogue: Catalogue): Part {
  const deeds = catalogue.events.flatMap((event) => [
    ...event.publishers.map((party): Deed => ({ ...party, event, action: 'send' })),
    ...event.consumers.map((party): Deed => ({ ...party, event, action: 'receive' })),
  ]);
  const byName = Map.groupBy(deeds, ({ service, node, action, channel }) =>
    keyOf(service, node, `${action}s`, channel),
  );
  const parts = [...byName]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, all]) => {
      const [{ service, node, kind, action, channel }] = all as [Deed, ...Deed[]];
      const found = catalogue.channels.find(({ id }) => id === channel) ?? { transport: 'queue' as const };
      const filters = [
        ...new Set(all.flatMap(({ only, event }) => (only === undefined ? [] : [`${event.type}: ${only}`]))),
      ];
      const messages = all.map(({ event }) => within('channels', channel, 'messages', messageName(event, found)));
      return [
        name,
        {
          action,
          title: `${node} (${kind}) of ${service}`,
          ...(filters.length > 0 && { description: `Takes of them only what fits: ${filters.join('; ')}` }),
          channel: within('channels', channel),
          messages: [...new Map(messages.map((one) => [one.$ref, one])).values()],
        },
      ];
    });
  return Object.fromEntries(parts);
}

/** The catalogue as an AsyncAPI document of version 3. `version` is the repository's. */
export function asyncApiOf(
  catalogue: Catalogue,
  version: string,
  contracts: readonly Contract[] = ALL_CONTRACTS,
): Part {
  const pairs = catalogue.events.flatMap((event) => {
    const contract = contracts.find(({ type, version: one }) => type === event.type && one === event.version);
    return contract ? [{ event, contract }] : [];
  });
  const isOnBus = (event: CatalogueEvent) =>
    catalogue.channels.some(({ id, transport }) => transport === 'bus' && eventsOn(catalogue, id).includes(event));
  const messages = pairs.flatMap(({ event, contract }) => {
    const [plain, bus] = messagesOf(event, contract);
    return [plain, ...(isOnBus(event) ? [bus] : [])] as [string, Part][];
  });
  const schemas = pairs.map(({ event, contract }) => {
    const { $schema: _draft, ...schema } = jsonSchemaOf(contract, 'draft-7');
    return [versioned(event), schema];
  });
  const transports = [...new Set(catalogue.channels.map(({ transport }) => transport))].sort();
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'Serverless Arcade',
      version,
      description: 'All events of all services: from their contracts, templates and code, by `npm run events`.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: Object.fromEntries(transports.map((transport) => [transport, SERVERS[transport]])),
    channels: Object.fromEntries(catalogue.channels.map((channel) => [channel.id, channelPart(catalogue, channel)])),
    operations: operationsOf(catalogue),
    components: {
      schemas: Object.fromEntries(schemas),
      messages: Object.fromEntries(messages),
      parameters: Object.fromEntries(Object.entries(PARAMETERS).map(([name, description]) => [name, { description }])),
    },
  };
}
