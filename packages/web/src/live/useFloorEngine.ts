import type { FloorGraph } from '@arcade/networks/wire/graph';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Arrival, Hop } from '../lib/journal.ts';
import { createEngine, type Engine, type Figures } from '../wire/engine.ts';
import { createCanvasPainter } from '../wire/paintCanvas.ts';
import type { Speed } from '../wire/playback.ts';
import { hasFailed } from '../wire/showing.ts';
import type { Telling } from '../wire/telling.ts';
import { useStillness } from '../wire/useStillness.ts';
import type { Taker } from '../wire/useWiring.ts';
import { createFilter, type Wanted } from './filter.ts';
import { createLens, type Lens } from './lens.ts';
import { replayMs } from './words.ts';

/** The floor as it plays. */
export interface FloorEngine {
  lens: RefObject<Lens | undefined>;
  telling: Telling | undefined;
  figures: Figures;
  speed: Speed;
  setSpeed: (speed: Speed) => void;
  step: () => void;
  /** Draws anew after the lens was moved. */
  look: () => void;
  /** Plays a chain slowly, and nothing else meanwhile. */
  replay: (hops: readonly Hop[]) => void;
  isReplaying: boolean;
  endReplay: () => void;
}

/** Plays what arrives on the drawing inside `stage`, as far as it is wanted. */
export function useFloorEngine(
  stage: RefObject<HTMLElement | null>,
  graph: FloorGraph | undefined,
  connect: (take: Taker) => void,
  wanted: Wanted,
): FloorEngine {
  const isStill = useStillness();
  const engine = useRef<Engine>(undefined);
  const lens = useRef<Lens>(undefined);
  const filter = useRef<(arrival: Arrival) => Arrival>((arrival) => arrival);
  const replaying = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [telling, setTelling] = useState<Telling>();
  const [figures, setFigures] = useState<Figures>({ perSecond: 0, waiting: 0, missed: 0 });
  const [speed, showSpeed] = useState<Speed>('live');
  const [isReplaying, setReplaying] = useState(false);

  useEffect(() => {
    if (graph) filter.current = createFilter(graph, wanted);
  }, [graph, wanted]);

  useEffect(() => {
    if (!graph || !stage.current) return;
    const canvas = stage.current.querySelector('canvas');
    if (!canvas) return;
    const made = createLens(graph, { isStill });
    const painter = createCanvasPainter(canvas, graph);
    const playing = createEngine({
      service: graph.service,
      graph,
      stage: stage.current,
      isFailed: hasFailed,
      isStill,
      camera: made,
      painter,
      onTelling: setTelling,
      onFigures: setFigures,
      onHops: () => undefined,
    });
    lens.current = made;
    engine.current = playing;
    showSpeed('live');
    const observer = new ResizeObserver(([entry]) => {
      if (entry) playing.resize(entry.contentRect.width, entry.contentRect.height);
    });
    observer.observe(stage.current);
    connect((arrival) => {
      if (!replaying.current) playing.take(filter.current(arrival));
    });
    return () => {
      connect(undefined);
      observer.disconnect();
      playing.stop();
      painter.stop();
    };
  }, [graph, stage, connect, isStill]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const setSpeed = useCallback((next: Speed) => {
    engine.current?.setSpeed(next);
    showSpeed(next);
  }, []);
  const endReplay = useCallback(() => {
    clearTimeout(timer.current);
    replaying.current = false;
    setReplaying(false);
    setSpeed('live');
  }, [setSpeed]);
  const replay = useCallback(
    (hops: readonly Hop[]) => {
      if (hops.length === 0) return;
      replaying.current = true;
      setReplaying(true);
      // What waited is passed over: only the chain is to be seen.
      setSpeed('live');
      setSpeed('quarter');
      engine.current?.take({ hops, isPast: false, missed: 0, clockAheadMs: 0 });
      clearTimeout(timer.current);
      timer.current = setTimeout(endReplay, replayMs(hops));
    },
    [setSpeed, endReplay],
  );
  const step = useCallback(() => {
    setSpeed('frozen');
    engine.current?.step();
  }, [setSpeed]);
  const look = useCallback(() => engine.current?.look(), []);
  return { lens, telling, figures, speed, setSpeed, step, look, replay, isReplaying, endReplay };
}
