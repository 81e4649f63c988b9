import type { Catalogue } from '@arcade/events/catalogue';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import asyncApi from '../../../../docs/events.asyncapi.yml?url';
import { type JournalState, useJournal } from '../lib/journal.ts';
import { usePageTitle } from '../ui/usePageTitle.ts';
import written from './catalogue.json';
import { EventRow } from './EventRow.tsx';
import { createCounter, createReading } from './passing.ts';
import { eventsWith, namedIn } from './search.ts';
import './events.css';

const catalogue = written as Catalogue;
const channels = new Map(catalogue.channels.map((channel) => [channel.id, channel]));

const LAMPS: Readonly<Record<JournalState, string>> = {
  connecting: 'Looking for local-aws …',
  live: 'A row lights up when such an event passes.',
  lost: 'local-aws does not answer: no row lights up until it does.',
  absent: 'A deployed stage has no journal to follow: here no row lights up.',
};

/** How often each type has passed while the page was open. */
function usePassing(): { state: JournalState; counts: Readonly<Record<string, number>> } {
  const counter = useRef<ReturnType<typeof createCounter>>(undefined);
  counter.current ??= createCounter(createReading(catalogue));
  const [counts, setCounts] = useState<Readonly<Record<string, number>>>({});
  const state = useJournal(({ hops, isPast }) => {
    if (!isPast && counter.current?.take(hops)) setCounts(counter.current.counts());
  });
  return { state, counts };
}

/** Which rows are open: those that were opened, and the one that the address names. */
function useOpenRows() {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((type: string, isOpen: boolean) => {
    setOpen((before) => {
      if (before.has(type) === isOpen) return before;
      const after = new Set(before);
      if (isOpen) after.add(type);
      else after.delete(type);
      return after;
    });
  }, []);
  useEffect(() => {
    const follow = () => {
      const type = namedIn(window.location.hash);
      const row = document.getElementById(type);
      if (!row?.classList.contains('events-row')) return;
      toggle(type, true);
      row.scrollIntoView({ block: 'start' });
      row.querySelector('summary')?.focus({ preventScroll: true });
    };
    follow();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [toggle]);
  return { open, toggle };
}

/** The catalogue of all events: who publishes them where, who takes them, and what is in them. */
export function EventsPage() {
  usePageTitle('Events');
  const { state, counts } = usePassing();
  const { open, toggle } = useOpenRows();
  const [words, setWords] = useState('');
  const found = useMemo(() => eventsWith(catalogue.events, words), [words]);
  const services = [...Map.groupBy(found, ({ source }) => source)];

  return (
    <div className="stack events">
      <div className="events-head">
        <h1>Every event there is</h1>
        <p className="soft">
          {catalogue.events.length} events over {catalogue.channels.length} channels, read from the contracts, the
          templates and the code of what deploys. <span>{LAMPS[state]}</span>
        </p>
        <div className="row">
          <label className="visually-hidden" htmlFor="events-search">
            Search events
          </label>
          <input
            id="events-search"
            className="field"
            type="search"
            placeholder="Name, field, function, topic"
            value={words}
            onChange={({ target }) => setWords(target.value)}
          />
          <span className="soft small" role="status">
            {words.trim() === '' ? '' : `${found.length} of ${catalogue.events.length}`}
          </span>
          <a className="events-download" href={asyncApi} download="arcade.asyncapi.yml">
            AsyncAPI document
          </a>
        </div>
      </div>
      {services.length === 0 && <p className="soft">No event has all of these words.</p>}
      {services.map(([service, events]) => (
        <section key={service} data-scenario={service.replace(/-world$/, '')} className="events-service">
          <h2>{service}</h2>
          <ul className="events-list">
            {events.map((event) => (
              <EventRow
                key={event.type}
                event={event}
                channels={channels}
                count={counts[event.type] ?? 0}
                isOpen={open.has(event.type)}
                onToggle={toggle}
              />
            ))}
          </ul>
        </section>
      ))}
      <section className="card small">
        <h2>Around each detail</h2>
        <p>
          Every event carries <code>id</code> (a second one of the same id is dropped), <code>time</code>,{' '}
          <code>type</code>, <code>source</code>, <code>version</code>, <code>correlationId</code> (shared by all that
          follows from one cause), and <code>causationId</code> where another event caused it. On a topic it is the
          message, on a bus the detail, on a stream the record’s data, over a WebSocket a text frame.
        </p>
      </section>
    </div>
  );
}
