import type { CatalogueEvent, Channel, Party } from '@arcade/events/catalogue';
import { memo } from 'react';

const TRANSPORTS: Readonly<Record<Channel['transport'], string>> = {
  topic: 'topic',
  bus: 'bus',
  queue: 'queue',
  stream: 'stream',
  socket: 'WebSocket',
  timer: 'schedule',
  http: 'HTTP',
};

const KINDS: Readonly<Record<string, string>> = {
  function: 'function',
  http: 'API Gateway itself',
  page: 'page',
  queue: 'kept there until somebody looks',
  log: 'log',
  archive: 'archive',
  delivery: 'Firehose',
  external: 'another system',
};

type One = Omit<Party, 'type'>;

type Channels = ReadonlyMap<string, Channel>;

/** Who has to do with a channel: `ping`, a function of ping-pong. */
function PartyLine({ party: { service, node, kind, only, isAgain } }: { party: One }) {
  return (
    <li>
      <code>{node}</code>{' '}
      <span className="soft">
        {KINDS[kind] ?? kind}
        {kind !== 'page' && ` of ${service}`}
        {isAgain && ', what others could not'}
      </span>
      {only !== undefined && (
        <span className="events-only">
          only <code>{only}</code>
        </span>
      )}
    </li>
  );
}

function ChannelLine({ channel: { transport, node, service, filledBy, address } }: { channel: Channel }) {
  return (
    <p className="events-way">
      {TRANSPORTS[transport]} <code>{node}</code> of {service}
      {filledBy !== undefined && `, filled by ${filledBy.split('.').at(-1)}`}
      <code className="events-address">{address}</code>
    </p>
  );
}

/** Who publishes or takes an event, by the channel that it goes over. */
function Parties({
  title,
  parties,
  channels,
  none,
}: {
  title: string;
  parties: readonly One[];
  channels: Channels;
  none: string;
}) {
  return (
    <section className="events-parties">
      <h3>{title}</h3>
      {parties.length === 0 && <p className="soft">{none}</p>}
      {[...Map.groupBy(parties, ({ channel }) => channel)].map(([id, all]) => {
        const channel = channels.get(id);
        return (
          <div key={id}>
            {channel && <ChannelLine channel={channel} />}
            <ul>
              {all.map((party) => (
                <PartyLine key={JSON.stringify(party)} party={party} />
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
}

function Fields({ event: { fields } }: { event: CatalogueEvent }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Field of its detail</th>
          <th scope="col">What it is</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ path, type, isOptional }) => (
          <tr key={`${path} ${type}`}>
            <th scope="row">
              <code>{path}</code>
              {isOptional && <span className="soft"> may be missing</span>}
            </th>
            <td>{type}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Inside({ event, channels }: { event: CatalogueEvent; channels: Channels }) {
  const { type, version, publishers, consumers, example, unheard } = event;
  return (
    <div className="events-inside">
      <div className="stack">
        <Parties title="Who publishes it" parties={publishers} channels={channels} none="Nobody yet." />
        <Parties title="Who takes it" parties={consumers} channels={channels} none={unheard ?? 'Nobody yet.'} />
      </div>
      <div className="stack">
        <Fields event={event} />
        <h3>An example</h3>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard. */}
        <section className="events-example" tabIndex={0} aria-label={`An example of ${type}`}>
          <pre>{JSON.stringify(example, undefined, 2)}</pre>
        </section>
        <p className="small soft">
          Version {version}. <a href={`#${type}`}>A link to this event</a>
        </p>
      </div>
    </div>
  );
}

/** A sentence, with what it has between backticks as code. */
const withCode = (sentence: string) =>
  sentence.split('`').map((part, at) => (at % 2 === 1 ? <code key={part}>{part}</code> : part));

/** An event of the catalogue: a row whose lamp lights when one passes, and which opens. */
export const EventRow = memo(function EventRow({
  event,
  channels,
  count,
  isOpen,
  onToggle,
}: {
  event: CatalogueEvent;
  channels: Channels;
  count: number;
  isOpen: boolean;
  onToggle(type: string, isOpen: boolean): void;
}) {
  const { type, description } = event;
  return (
    <li className="events-row" id={type}>
      <details open={isOpen} onToggle={({ currentTarget }) => onToggle(type, currentTarget.open)}>
        <summary>
          {/* A new lamp for each event that passes: its glow begins anew. */}
          <span key={count} className="events-lamp" data-lit={count > 0} aria-hidden="true" />
          <code className="events-type">{type}</code>
          <span className="events-said">{withCode(description)}</span>
          <span className="events-count mono" title="Passed while this page was open">
            {count > 0 ? `×${count}` : '\u00a0'}
          </span>
        </summary>
        {isOpen && <Inside event={event} channels={channels} />}
      </details>
    </li>
  );
});
