import type { WireGraph } from '@arcade/networks/wire/graph';
import type { Arrival, Hop } from '../lib/journal.ts';
import { type Camera, createCamera, type Size } from './camera.ts';
import { createFlow } from './flow.ts';
import { createNarrator } from './narration.ts';
import { createPainter, type Painter } from './paint.ts';
import { belongsTo, placesOf } from './places.ts';
import { createPlayback, type Speed } from './playback.ts';
import { type IsFailed, isSeen, showingOf } from './showing.ts';
import type { Teller, Telling } from './telling.ts';

/** What the wire says in figures. */
export interface Figures {
  /** Hops of the service in the last second. */
  perSecond: number;
  /** Hops that wait to be played or stepped through. */
  waiting: number;
  /** Hops that the page never got since it opened. */
  missed: number;
}

export interface EngineOptions {
  service: string;
  graph: WireGraph | undefined;
  /** The element in which `Furniture` has drawn the graph, and `Tokens` wait. */
  stage: HTMLElement | undefined;
  tell?: Teller | undefined;
  /** What is drawn as failed; left out, all that ended in an error. */
  isFailed?: IsFailed;
  /** What is seen of the drawing; left out, it follows what happens. */
  camera?: Camera;
  /** What puts pictures on the drawing; left out, they are the drawing's own elements that change. */
  painter?: Painter;
  /** Nothing travels: nodes light up. */
  isStill: boolean;
  onTelling(telling: Telling | undefined, isPast: boolean): void;
  onFigures(figures: Figures): void;
  /** Hops of the service are known, past or not. */
  onHops(hops: readonly Hop[], isPast: boolean): void;
}

/** Plays the journal on the drawing. Draws frames only while something is to be seen. */
export interface Engine {
  take(arrival: Arrival): void;
  setSpeed(speed: Speed): void;
  step(): void;
  /** Draws anew: the camera was moved by somebody else. */
  look(): void;
  resize(width: number, height: number): void;
  /** Shows these nodes of the drawing, until something happens elsewhere. */
  frame(isFramed: (node: string) => boolean): void;
  stop(): void;
}

const FIGURES_MS = 500;
const SECOND_MS = 1_000;

/** Tells figures so often at the most that they can be read, and once more when they have come to rest. */
function createFigures(onFigures: (figures: Figures) => void) {
  let told: Figures = { perSecond: 0, waiting: 0, missed: 0 };
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let missed = 0;
  let seen: { atMs: number; hops: number }[] = [];
  return {
    count(hops: number, missedNow: number, nowMs: number) {
      missed += missedNow;
      if (hops > 0) seen.push({ atMs: nowMs, hops });
    },
    tell(waiting: number, nowMs: number) {
      if (nowMs - toldAtMs < FIGURES_MS) return;
      seen = seen.filter(({ atMs }) => nowMs - atMs < SECOND_MS);
      const perSecond = seen.reduce((sum, { hops }) => sum + hops, 0);
      toldAtMs = nowMs;
      if (perSecond === told.perSecond && waiting === told.waiting && missed === told.missed) return;
      told = { perSecond, waiting, missed };
      onFigures(told);
    },
    isMoving: (waiting: number) =>
      told.perSecond > 0 || seen.length > 0 || told.waiting !== waiting || told.missed !== missed,
  };
}

export function createEngine({
  service,
  graph,
  stage,
  tell,
  isFailed,
  isStill,
  camera: given,
  painter: givenPainter,
  ...on
}: EngineOptions): Engine {
  const places = placesOf(graph);
  const isOurs = belongsTo(service, graph, places);
  const shownOf = (hop: Hop) => showingOf(hop, places, isFailed);
  const flow = createFlow({ isStill });
  const playback = createPlayback();
  const narrator = createNarrator(places.nameOf, tell);
  const painter = givenPainter ?? (stage && graph ? createPainter(stage, graph) : undefined);
  const svg = stage?.querySelector('svg');
  const camera = given ?? (graph ? createCamera(graph, { isStill }) : undefined);
  let size: Size = { width: 1, height: 1 };
  const figures = createFigures(on.onFigures);
  let told: Telling | undefined;
  let frame: number | undefined;
  let seenView = '';

  /** What is past was not seen: it is known, and nothing moves. */
  const know = (hops: readonly Hop[], playMs: number) => {
    for (const hop of hops) {
      const { begins, ends, took } = shownOf(hop);
      flow.show({ ...(begins && { begins }), ...(ends && { ends }), ...(took && { took }) }, undefined, playMs);
    }
  };
  const look = (nowMs: number, playMs: number): boolean => {
    const picture = flow.at(playMs);
    if (!camera || !svg) return picture.isMoving;
    const part = camera.at(picture.focus, nowMs);
    painter?.paint(picture, part, size, nowMs);
    const { x, y, width, height } = part;
    const view = `${x.toFixed(1)} ${y.toFixed(1)} ${width.toFixed(1)} ${height.toFixed(1)}`;
    if (view !== seenView) svg.setAttribute('viewBox', view);
    seenView = view;
    return picture.isMoving || camera.isMoving(nowMs);
  };
  const say = (nowMs: number, isPast = false) => {
    const telling = narrator.telling(nowMs);
    if (telling === told) return;
    told = telling;
    on.onTelling(telling, isPast);
  };
  const draw = () => {
    frame = undefined;
    const nowMs = performance.now();
    const { hops, playMs, isPassedOver } = playback.due(nowMs);
    if (isPassedOver) know(hops, playMs);
    else for (const hop of hops) flow.show(shownOf(hop), hop.traceId ?? hop.correlationId, playMs);
    narrator.hear(hops, nowMs, isPassedOver || playback.speed === 'frozen');
    say(nowMs);
    const isPictureMoving = look(nowMs, playMs);
    figures.tell(playback.waiting, nowMs);
    const isClockRunning = playback.speed !== 'frozen' || playback.isMoving();
    const areFiguresMoving = figures.isMoving(playback.waiting);
    if ((isPictureMoving && isClockRunning) || playback.isMoving() || narrator.isMoving() || areFiguresMoving) wake();
  };
  const wake = () => {
    frame ??= requestAnimationFrame(draw);
  };
  wake();

  return {
    take({ hops, isPast, missed }) {
      const ours = hops.filter(isOurs);
      const nowMs = performance.now();
      if (missed > 0) flow.forgetRuns();
      if (ours.length === 0 && missed === 0) return;
      if (ours.length > 0) on.onHops(ours, isPast);
      if (isPast) {
        know(ours, playback.due(nowMs).playMs);
        // Whose end was not sent may have ended long since.
        flow.forgetRuns();
        narrator.hear(ours, nowMs, true);
        say(nowMs, true);
      } else playback.take(ours);
      figures.count(isPast ? 0 : ours.length, missed, nowMs);
      wake();
    },
    setSpeed(speed) {
      playback.setSpeed(speed, performance.now());
      wake();
    },
    step() {
      playback.step((hop) => isSeen(shownOf(hop)));
      wake();
    },
    look: wake,
    resize(width, height) {
      size = { width, height };
      camera?.resize(width, height);
      wake();
    },
    frame(isFramed) {
      camera?.frame(graph?.nodes.filter(({ id }) => isFramed(id)) ?? [], performance.now());
      wake();
    },
    stop() {
      if (frame !== undefined) cancelAnimationFrame(frame);
    },
  };
}
