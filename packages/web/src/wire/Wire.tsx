import type { WireGraph } from '@arcade/networks/wire/graph';
import { type KeyboardEvent, memo, useEffect, useId, useRef, useState } from 'react';
import type { JournalState } from '../lib/journal.ts';
import { createEngine, type Engine, type Figures } from './engine.ts';
import { Furniture, Tokens } from './Furniture.tsx';
import { Narration } from './Narration.tsx';
import type { Speed } from './playback.ts';
import type { Teller, Telling } from './telling.ts';
import { useAside } from './useAside.ts';
import { useStillness } from './useStillness.ts';
import { useWiring, type Wiring } from './useWiring.ts';
import './wire.css';

export interface WireProps {
  /** Folder name of the service whose graph it shows. */
  service: string;
  /** Tells what a service's own messages mean, before the general sentences. */
  tell?: Teller;
  /** Whether a node stands back, and with it its lines: where only a part of the network is looked at. Another function is another part. */
  isAside?: (node: string) => boolean;
  /** Whether a node is to be in sight: of a drawing that is larger than its place. Another function is another part. */
  isFramed?: (node: string) => boolean;
}

const IDLE: Record<JournalState, string> = {
  connecting: 'Looking for what happens…',
  live: 'Nothing has happened yet: what you start above is drawn here.',
  lost: 'local-aws does not answer. What you see is the last that is known.',
  absent: 'A deployed stage has no journal to follow: this is how its parts are wired, without what goes over them.',
};

/** What stands there while local-aws lays a drawing out, which takes seconds for a large one. */
const DRAWING = 'Laying out the drawing…';

/** What stands there when hops came that there is nothing to tell of. */
const QUIET = 'Nothing to tell of just now.';

/** The figures in words. */
export function figuresIn({ perSecond, waiting, missed }: Figures, speed: Speed): string {
  const lost = missed > 0 ? ` · ${missed.toLocaleString('en')} missed` : '';
  if (speed === 'frozen') return `frozen, ${waiting} ${waiting === 1 ? 'waits' : 'wait'}${lost}`;
  if (speed === 'quarter') return `¼ speed, ${waiting} ${waiting === 1 ? 'waits' : 'wait'}${lost}`;
  return `${perSecond.toLocaleString('en')} hops/s${lost}`;
}

interface ControlsProps {
  speed: Speed;
  onSpeed: (speed: Speed) => void;
  onStep: () => void;
}

/** Freeze, quarter speed, step. */
export function Controls({ speed, onSpeed, onStep }: ControlsProps) {
  const turn = (other: Speed) => onSpeed(speed === other ? 'live' : other);
  return (
    <span className="wire-controls">
      <button type="button" aria-pressed={speed === 'frozen'} aria-keyshortcuts="f" onClick={() => turn('frozen')}>
        Freeze
      </button>
      <button type="button" aria-pressed={speed === 'quarter'} aria-keyshortcuts="q" onClick={() => turn('quarter')}>
        ¼ speed
      </button>
      <button type="button" aria-keyshortcuts="s" onClick={onStep}>
        Step
      </button>
    </span>
  );
}

/** What a drawing says in words. */
function Words({ id, graph }: { id: string; graph: WireGraph }) {
  const sentences = [...new Set(graph.edges.flatMap((edge) => edge.sentences))];
  return (
    <ul id={id} className="visually-hidden">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

/** What the wire is made with; `Wire` gets it from the journal and the service. */
export interface WireViewProps extends WireProps, Wiring {
  title?: string;
}

/** The wire on whatever arrives: `Wire` follows the journal with it. */
export function WireView(props: WireViewProps) {
  const { service, tell, isAside, isFramed, graph, state, connect, title = 'Under the hood' } = props;
  const stage = useRef<HTMLDivElement>(null);
  const engine = useRef<Engine>(undefined);
  const isStill = useStillness();
  const wordsId = useId();
  const titleId = useId();
  const [telling, setTelling] = useState<Telling>();
  const [announced, setAnnounced] = useState('');
  const [figures, setFigures] = useState<Figures>({ perSecond: 0, waiting: 0, missed: 0 });
  const [speed, setSpeed] = useState<Speed>('live');
  const [hasHops, setHasHops] = useState(false);
  const drawn = graph === 'none' ? undefined : graph;
  useAside(stage, drawn, isAside);
  const tellOwn = useRef(tell);
  useEffect(() => {
    tellOwn.current = tell;
  }, [tell]);
  const framed = useRef(isFramed);
  useEffect(() => {
    framed.current = isFramed;
    engine.current?.frame((node) => isFramed?.(node) ?? false);
  }, [isFramed]);

  useEffect(() => {
    if (graph === undefined) return;
    const made = createEngine({
      service,
      graph: drawn,
      stage: stage.current ?? undefined,
      tell: (hop, recent) => tellOwn.current?.(hop, recent),
      isStill,
      onTelling(next, isPast) {
        setTelling(next);
        if (next?.isOutcome && !isPast) setAnnounced(`${next.pattern}: ${next.sentence.replaceAll('`', '')}`);
      },
      onFigures: setFigures,
      onHops: () => setHasHops(true),
    });
    engine.current = made;
    made.frame((node) => framed.current?.(node) ?? false);
    setSpeed('live');
    const observer = new ResizeObserver(([entry]) => {
      if (entry) made.resize(entry.contentRect.width, entry.contentRect.height);
    });
    if (stage.current) observer.observe(stage.current);
    connect(made.take);
    return () => {
      connect(undefined);
      observer.disconnect();
      made.stop();
    };
  }, [service, graph, drawn, isStill, connect]);

  const changeSpeed = (next: Speed) => {
    engine.current?.setSpeed(next);
    setSpeed(next);
  };
  const step = () => {
    // Whoever steps wants it to stand still; what comes from now on waits for the next step.
    if (speed !== 'frozen') changeSpeed('frozen');
    engine.current?.step();
  };
  const onKeyDown = ({ key, ctrlKey, altKey, metaKey }: KeyboardEvent) => {
    if (ctrlKey || altKey || metaKey) return;
    if (key === 'f') changeSpeed(speed === 'frozen' ? 'live' : 'frozen');
    if (key === 'q') changeSpeed(speed === 'quarter' ? 'live' : 'quarter');
    if (key === 's') step();
  };

  return (
    <section className="wire" data-state={state} data-speed={speed} aria-labelledby={titleId} onKeyDown={onKeyDown}>
      <header className="wire-head">
        <h2 id={titleId}>{title}</h2>
        <span className="wire-figures">{state === 'live' && figuresIn(figures, speed)}</span>
        {state !== 'absent' && <Controls speed={speed} onSpeed={changeSpeed} onStep={step} />}
      </header>
      {graph === 'none' ? (
        <p className="wire-net wire-none">There is no drawing of this service.</p>
      ) : (
        <div ref={stage} className="wire-net">
          <svg role="img" aria-label={drawn?.title ?? 'Loading'} aria-describedby={wordsId}>
            {drawn && <Furniture graph={drawn} />}
          </svg>
          <Tokens />
        </div>
      )}
      {drawn && <Words id={wordsId} graph={drawn} />}
      <Narration
        telling={state === 'live' ? telling : undefined}
        idle={state !== 'live' ? IDLE[state] : graph === undefined ? DRAWING : hasHops ? QUIET : IDLE.live}
      />
      <p className="visually-hidden" role="status">
        {announced}
      </p>
    </section>
  );
}

/** The service's own graph, with a token on its edges for each hop, functions that glow while they run, and a line that says what happens. */
export const Wire = memo(function Wire(props: WireProps) {
  return <WireView {...props} {...useWiring(props.service)} />;
});
