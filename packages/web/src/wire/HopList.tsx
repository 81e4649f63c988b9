import { ICONS } from '@arcade/networks/icons';
import { type FocusEvent, type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';
import { Clock } from '../cabinet/parts.tsx';
import type { Hop } from '../lib/journal.ts';
import { createHopRows, type HopRow, MOST_ROWS } from './hopRows.ts';
import { placesOf } from './places.ts';
import { useWiring } from './useWiring.ts';
import { WaterfallDialog } from './WaterfallDialog.tsx';
import './hops.css';

export interface HopListProps {
  /** Folder name of the service whose hops it lists. */
  service: string;
  /** What a hop carries, in a word or two: "stroke 7". Undefined: its outcome. */
  labelOf?: (hop: Hop) => string | undefined;
}

/** The list changes so often at the most that a row can be seen, in milliseconds. */
const LIST_MS = 250;

interface HopRowViewProps {
  row: HopRow;
  isTabStop: boolean;
  onOpen: () => void;
}

/** One fixed row: the family's shape, from → to, the time since the one before, the outcome; a ghost when it is a repeat. */
export function HopRowView({ row, isTabStop, onOpen }: HopRowViewProps) {
  const { from, to, kind, family, sinceMs, outcome, isGhost, isFailure } = row;
  return (
    <button
      type="button"
      className="hop"
      tabIndex={isTabStop ? 0 : -1}
      data-family={family}
      data-ghost={isGhost}
      data-failure={isFailure}
      onClick={onOpen}
    >
      <Clock ms={sinceMs} />
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={ICONS[kind]} />
      </svg>
      {/* Made anew with each text: what is not there any more has not moved. */}
      <span key={`${from} → ${to}`} className="hop-way" title={`${from} → ${to}`}>
        {from} → {to}
      </span>
      <span key={outcome} className="hop-outcome" title={outcome}>
        {isGhost ? `again${isFailure ? `, ${outcome}` : ''}` : outcome}
      </span>
    </button>
  );
}

interface RowsState {
  rows: readonly HopRow[];
  missed: number;
}

/** The latest rows of a service; they stand still while `isHeld`. */
function useHopRows({ service, labelOf }: HopListProps, isHeld: () => boolean) {
  const { graph, connect } = useWiring(service);
  const [state, setState] = useState<RowsState>({ rows: [], missed: 0 });
  const label = useRef(labelOf);
  useEffect(() => {
    label.current = labelOf;
  }, [labelOf]);
  const held = useRef(isHeld);
  useEffect(() => {
    held.current = isHeld;
  }, [isHeld]);
  const [nameOf, setNameOf] = useState(() => placesOf(undefined).nameOf);

  useEffect(() => {
    if (graph === undefined) return;
    const drawn = graph === 'none' ? undefined : graph;
    const places = placesOf(drawn);
    const list = createHopRows(service, drawn, places, (hop) => label.current?.(hop));
    setNameOf(() => places.nameOf);
    let missed = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      if (held.current()) timer = setTimeout(show, LIST_MS);
      else setState({ rows: list.rows(), missed });
    };
    connect((arrival) => {
      list.take(arrival.hops);
      missed += arrival.missed;
      timer ??= setTimeout(show, arrival.isPast ? 0 : LIST_MS);
    });
    return () => {
      connect(undefined);
      clearTimeout(timer);
    };
  }, [service, graph, connect]);
  return { ...state, nameOf };
}

/** The latest hops, a fixed row each, the newest first; a row opens its correlation id as a waterfall. It stands still while somebody is on it. */
export const HopList = memo(function HopList({ service, labelOf }: HopListProps) {
  const [isPointedAt, setPointedAt] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const [opened, setOpened] = useState<Hop>();
  const [tabStop, setTabStop] = useState(0);
  const list = useRef<HTMLOListElement>(null);
  const isHeld = isPointedAt || isFocused || opened !== undefined;
  const { rows, missed, nameOf } = useHopRows({ service, ...(labelOf && { labelOf }) }, () => isHeld);
  const newestFirst = rows.toReversed();

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(Math.max(0, tabStop + step), newestFirst.length - 1);
    setTabStop(next);
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (currentTarget.contains(relatedTarget)) return;
    setFocused(false);
    setTabStop(0);
  };

  return (
    <section className="card hops" aria-labelledby="hops-title">
      <header>
        <h2 id="hops-title">Hops</h2>
        <span className="hops-note">
          {missed > 0 && `${missed.toLocaleString('en')} missed`}
          {missed > 0 && isHeld && ' · '}
          {isHeld && 'held'}
        </span>
      </header>
      <ol
        ref={list}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={onBlur}
        onPointerEnter={() => setPointedAt(true)}
        onPointerLeave={() => setPointedAt(false)}
      >
        {Array.from({ length: MOST_ROWS }, (_, slot) => {
          const row = newestFirst[slot];
          return (
            <li key={slot} className="hop-slot">
              {row && <HopRowView row={row} isTabStop={slot === tabStop} onOpen={() => setOpened(row.hop)} />}
            </li>
          );
        })}
      </ol>
      {rows.length === 0 && <p className="soft small">Nothing has happened yet.</p>}
      {opened && <WaterfallDialog hop={opened} nameOf={nameOf} onClose={() => setOpened(undefined)} />}
    </section>
  );
});
