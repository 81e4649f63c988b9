import type { FloorGraph } from '@arcade/networks/wire/graph';
import { type PointerEvent, useEffect, useId, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { JournalState } from '../lib/journal.ts';
import { createCamera } from '../wire/camera.ts';
import { createEngine, type Figures } from '../wire/engine.ts';
import { Tokens } from '../wire/Furniture.tsx';
import { Narration } from '../wire/Narration.tsx';
import { placesOf } from '../wire/places.ts';
import { hasFailed } from '../wire/showing.ts';
import type { Telling } from '../wire/telling.ts';
import { FLOOR } from '../wire/useGraph.ts';
import { useStillness } from '../wire/useStillness.ts';
import { useWiring } from '../wire/useWiring.ts';
import '../wire/wire.css';
import './floor.css';
import { EdgeTable, Reading } from './EdgeTable.tsx';
import { FloorFurniture } from './FloorFurniture.tsx';
import { createTally, type EdgeFigures, type Tally } from './tally.ts';

/** Figures change so often at the most that they can be read, in milliseconds. */
const READ_MS = 500;
const TABLE_ROWS = 12;

const IDLE: Record<JournalState, string> = {
  connecting: 'Looking for what happens…',
  live: 'It is quiet. Serve, throw, vote or speak: each message is a pulse on its wire.',
  lost: 'local-aws does not answer. What you see is the last that is known.',
  absent:
    'This is how all of it is wired. A deployed stage has no journal: what goes over the wires is told in the feed.',
};

/** What the floor says in figures. */
interface Read {
  figures: Figures;
  latest: EdgeFigures | undefined;
  busiest: readonly EdgeFigures[];
}

const NOTHING: Read = { figures: { perSecond: 0, waiting: 0, missed: 0 }, latest: undefined, busiest: [] };

interface FloorProps {
  /** Is told in which services something happens, as it happens. */
  onActive: (services: ReadonlySet<string>) => void;
}

/** Everything that runs, as one drawing: rooms for services, and what goes over the wires within and between them. */
export function Floor({ onActive }: FloorProps) {
  const { graph: found, state, connect } = useWiring(FLOOR);
  const graph = found === undefined || found === 'none' ? undefined : (found as FloorGraph);
  const stage = useRef<HTMLDivElement>(null);
  const tally = useRef<Tally>(undefined);
  const isStill = useStillness();
  const [telling, setTelling] = useState<Telling>();
  const [announced, setAnnounced] = useState('');
  const [read, setRead] = useState(NOTHING);
  const [pointed, setPointed] = useState<string>();
  const titleId = useId();

  useEffect(() => {
    if (!graph) return;
    const places = placesOf(graph);
    const counted = createTally(places);
    tally.current = counted;
    const serviceOf = new Map(graph.nodes.map(({ id, service }) => [id, service]));
    let figures = NOTHING.figures;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readSoon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setRead({ figures, latest: counted.latest(), busiest: counted.all().slice(0, TABLE_ROWS) });
      }, READ_MS);
    };
    const engine = createEngine({
      ...{ service: FLOOR, graph, stage: stage.current ?? undefined, isFailed: hasFailed, isStill },
      camera: createCamera(graph, { isStill, isWhole: true }),
      onTelling(next, isPast) {
        setTelling(next);
        if (next?.isOutcome && !isPast) setAnnounced(`${next.pattern}: ${next.sentence.replaceAll('`', '')}`);
      },
      onFigures(next) {
        figures = next;
        readSoon();
      },
      onHops(hops, isPast) {
        if (isPast) return;
        counted.take(hops);
        const nodes = hops.flatMap(({ from, to }) => [places.nodeOf(from)?.id, places.nodeOf(to)?.id]);
        onActive(new Set(nodes.flatMap((id) => serviceOf.get(id ?? '') ?? [])));
        readSoon();
      },
    });
    const observer = new ResizeObserver(([entry]) => {
      if (entry) engine.resize(entry.contentRect.width, entry.contentRect.height);
    });
    if (stage.current) observer.observe(stage.current);
    connect(engine.take);
    return () => {
      connect(undefined);
      clearTimeout(timer);
      observer.disconnect();
      engine.stop();
    };
  }, [graph, isStill, connect, onActive]);

  const onPointerOver = ({ target }: PointerEvent) =>
    setPointed((target as Element).closest('[data-edge]')?.getAttribute('data-edge') ?? undefined);
  const { perSecond, missed } = read.figures;
  return (
    <section className="floor" data-state={state} aria-labelledby={titleId}>
      <header className="wire-head">
        <h2 id={titleId}>The floor</h2>
        <span className="wire-figures">
          {state === 'live' && `${perSecond.toLocaleString('en')} hops/s${missed > 0 ? ` · ${missed} missed` : ''}`}
        </span>
        {state !== 'absent' && (
          <Link className="floor-open" href="/live">
            Open it
          </Link>
        )}
        <Reading graph={graph} edge={pointed} figures={pointed ? tally.current?.of(pointed) : read.latest} />
      </header>
      <div
        ref={stage}
        className="wire-net floor-net"
        style={graph && { aspectRatio: `${graph.width} / ${graph.height}` }}
        onPointerOver={onPointerOver}
        onPointerLeave={() => setPointed(undefined)}
      >
        {found === 'none' ? (
          <p className="wire-none">There is no drawing of the floor.</p>
        ) : (
          <svg role="img" aria-label={graph?.title ?? 'Loading'}>
            {graph && <FloorFurniture graph={graph} />}
          </svg>
        )}
        <Tokens />
      </div>
      <Narration
        telling={state === 'live' ? telling : undefined}
        idle={state === 'live' && !graph ? 'Laying out the floor…' : IDLE[state]}
      />
      {state !== 'absent' && <EdgeTable busiest={read.busiest} />}
      <p className="visually-hidden" role="status">
        {announced}
      </p>
    </section>
  );
}
