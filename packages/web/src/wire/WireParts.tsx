import { useCallback, useRef, useState } from 'react';
import { Action } from '../cabinet/Action.tsx';
import type { Arrival, Hop } from '../lib/journal.ts';
import { HopRowView } from './HopList.tsx';
import { createHopRows } from './hopRows.ts';
import { Narration } from './Narration.tsx';
import { placesOf } from './places.ts';
import { happenings, specimenGraph } from './specimen.ts';
import type { Taker } from './useWiring.ts';
import { Bars } from './WaterfallDialog.tsx';
import { WireView } from './Wire.tsx';
import { waterfallOf } from './waterfall.ts';

const places = placesOf(specimenGraph);
const ignore = () => undefined;

/** What happens at the press of a button. */
function PlayedWire() {
  const take = useRef<Taker>(undefined);
  const connect = useCallback((next: Taker) => {
    take.current = next;
  }, []);
  const play = (hops: readonly Hop[], rest: Partial<Arrival> = {}) =>
    take.current?.({ hops, isPast: false, missed: 0, clockAheadMs: 0, ...rest });
  return (
    <>
      <WireView service="specimen" graph={specimenGraph} state="live" connect={connect} />
      <div className="row">
        {Object.entries(happenings).map(([label, hopsOf]) => (
          <Action key={label} label={label} onAct={() => play(hopsOf())} />
        ))}
        <Action label="Thirty-seven missed" onAct={() => play([], { missed: 37 })} />
      </div>
    </>
  );
}

const STILL_STATES = [
  { title: 'Under the hood, while its drawing is asked for', graph: undefined, state: 'connecting' },
  { title: 'Under the hood, while local-aws does not answer', graph: specimenGraph, state: 'lost' },
  { title: 'Under the hood, on a deployed stage', graph: specimenGraph, state: 'absent' },
  { title: 'Under the hood, without a drawing', graph: 'none', state: 'live' },
] as const;

function Rows() {
  const [opened, setOpened] = useState<number>();
  const [rows] = useState(() => {
    const list = createHopRows('specimen', specimenGraph, places, ignore);
    list.take(
      ['A message', 'A duplicate', 'A crash and its retry', 'A filter', 'A dead letter'].flatMap(
        (name) => happenings[name]?.() ?? [],
      ),
    );
    return list.rows();
  });
  return (
    <section className="card hops" aria-label="Rows of hops">
      <output className="hops-note">{opened === undefined ? '' : `hop ${opened} was opened`}</output>
      <ol>
        {rows.map((row) => (
          <li key={row.hop.seq} className="hop-slot">
            <HopRowView row={row} isTabStop onOpen={() => setOpened(row.hop.seq)} />
          </li>
        ))}
      </ol>
    </section>
  );
}

const TELLINGS = [
  undefined,
  {
    pattern: 'At least once',
    family: 'message',
    sentence: '`news` delivered the same message to `reader` twice: whoever consumes it must bear that.',
    isOutcome: true,
  },
  {
    pattern: 'Optimistic lock',
    family: 'store',
    sentence: '`reader` would write to `notes`, but the condition did not hold: nothing changed.',
    isOutcome: true,
  },
  {
    pattern: 'Crash',
    family: 'function',
    sentence: '`reader` died during its run; Lambda runs it again in 60 s.',
    isOutcome: true,
  },
] as const;

/** The wire and what stands beside it, in every state that they have. */
export function WireParts() {
  const [waterfall] = useState(() => {
    const hops = happenings['A duplicate']?.() ?? [];
    return waterfallOf(hops, hops[2]?.seq ?? 0, places.nameOf);
  });
  return (
    <div className="stack">
      <PlayedWire />
      {STILL_STATES.map(({ title, graph, state }) => (
        <WireView key={title} title={title} service="specimen" graph={graph} state={state} connect={ignore} />
      ))}
      <section aria-label="Narrations" className="card">
        {TELLINGS.map((telling) => (
          <Narration key={telling?.pattern ?? ''} telling={telling} idle="Nothing has happened yet." />
        ))}
      </section>
      <Rows />
      <section aria-label="A waterfall" className="card">
        <Bars waterfall={waterfall} />
      </section>
    </div>
  );
}
