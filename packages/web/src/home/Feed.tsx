import { useEffect, useRef, useState } from 'react';
import type { Lamp } from '../cabinet/Cabinet.tsx';
import { scenarios } from '../scenarios.ts';
import type { Happening } from './lobby.ts';
import { ago } from './words.ts';

/** Whoever listens hears the newest sentence so often at the most, in milliseconds. */
const SPOKEN_MS = 10_000;
const TICK_MS = 1_000;
const MOST_ROWS = 60;

const TITLES = new Map(scenarios.map(({ id, title }) => [id, title]));

/** This page's clock, in milliseconds since the epoch, each second. */
function useNow(): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

/** The newest of what happens, told now and then to whoever does not see it: what is there when the page opens is not news. */
function useSpoken(newest: Happening | undefined): string {
  const [spoken, setSpoken] = useState('');
  const last = useRef<{ id: string | undefined; atMs: number }>(undefined);
  useEffect(() => {
    if (!newest) return;
    const nowMs = Date.now();
    if (!last.current) {
      last.current = { id: newest.id, atMs: nowMs };
      return;
    }
    if (last.current.id === newest.id) return;
    const waitMs = Math.max(0, last.current.atMs + SPOKEN_MS - nowMs);
    const timer = setTimeout(() => {
      last.current = { id: newest.id, atMs: Date.now() };
      setSpoken(newest.sentence);
    }, waitMs);
    return () => clearTimeout(timer);
  }, [newest]);
  return spoken;
}

const EMPTY: Record<Lamp['state'], string> = {
  waiting: 'Listening…',
  live: 'Nothing has happened yet. Serve next door: it will be told here.',
  stale: 'Nothing has happened yet.',
  dead: 'The lobby does not answer, so nobody tells what happens.',
};

/** What happens in all cabinets, the newest first. Each row has its place: what is new changes its words. */
export function Feed({ happenings, lamp }: { happenings: readonly Happening[]; lamp: Lamp }) {
  const nowMs = useNow();
  const spoken = useSpoken(happenings[0]);
  return (
    <section className="card feed" aria-labelledby="feed" data-lamp={lamp.state}>
      <h2 id="feed">What happens</h2>
      {happenings.length === 0 && <p className="soft small">{EMPTY[lamp.state]}</p>}
      {/* It can be scrolled by the keyboard, too. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls and holds nothing to focus must be reached by the keyboard. */}
      <ol tabIndex={0} aria-labelledby="feed">
        {happenings.slice(0, MOST_ROWS).map((happening, slot) => {
          const { id, cabinet, sentence, atMs } = happening;
          return (
            <li key={slot} data-scenario={cabinet} data-new={slot === 0}>
              <strong>{TITLES.get(cabinet)}</strong>
              <time dateTime={new Date(atMs).toISOString()}>{ago(atMs, nowMs)}</time>
              <p key={id} title={sentence}>
                {sentence}
              </p>
            </li>
          );
        })}
      </ol>
      <p className="visually-hidden" role="status">
        {spoken}
      </p>
    </section>
  );
}
