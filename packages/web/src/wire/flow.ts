import type { WireEdge, WireNode, WirePoint } from '@arcade/networks/wire/graph';
import type { Family } from '../cabinet/parts.tsx';
import type { Showing, Token } from './showing.ts';

/** What is to be seen of a token at one moment. */
export interface SeenToken extends WirePoint {
  family: Family;
  isGhost: boolean;
  /** It is about to end on its way, or was refused. */
  end: Token['end'];
  /** From 0 to 1. */
  opacity: number;
}

/** How a node looks: `running` from begin to end, the others for a while. The worst counts. */
export type NodeLook = 'quiet' | 'lit' | 'running' | 'struck' | 'failed';

/** What is to be seen at one moment. */
export interface Picture {
  tokens: readonly SeenToken[];
  lookOf(node: string): NodeLook;
  /** How long the last run or call there took, in milliseconds; undefined before there was one. */
  tookMs(node: string): number | undefined;
  /** Tokens per second, for an edge that has too many to draw; undefined where each is drawn. */
  rateOf(edge: string): number | undefined;
  /** Whether an edge of failures is there to be seen. */
  isShown(edge: WireEdge): boolean;
  /** The nodes around what happened last. */
  focus: readonly WireNode[];
  /** Whether the picture changes by itself from here on: otherwise no frame needs to be drawn. */
  isMoving: boolean;
}

/** How long each token takes, in milliseconds, whatever the hop took. */
export const HOP_MS = 240;
const LIT_MS = 420;
/** A function glows so long at least: what runs again and again glows all the time, and does not flicker. */
const GLOW_MS = 250;
const OUTCOME_MS = 600;
const FAILURE_SHOWN_MS = 8_000;
/** More tokens a second than that are a number. */
const MOST_PER_SECOND = 12;
/** How far the picture may be behind, so that a chain of hops is seen one after the other. */
const MOST_BEHIND_MS = 2 * HOP_MS;
/** Runs whose end has not come, and arrivals that others wait for. */
const MOST_OPEN = 500;
/** For so long what goes over messages is looked at, and nothing beside it: reads are all the time. */
const LOOKED_AT_MS = 4_000;
const BUCKET_MS = 100;
const BUCKETS = 10;

/** Counts what happens in a second, in tenths of it. */
function createMeter() {
  const counts = new Uint16Array(BUCKETS);
  let bucket = 0;
  const turnTo = (nowMs: number) => {
    const now = Math.floor(nowMs / BUCKET_MS);
    for (let stale = Math.max(bucket + 1, now - BUCKETS + 1); stale <= now; stale += 1) counts[stale % BUCKETS] = 0;
    bucket = Math.max(bucket, now);
  };
  return {
    count(nowMs: number) {
      turnTo(nowMs);
      counts[bucket % BUCKETS] = (counts[bucket % BUCKETS] ?? 0) + 1;
    },
    perSecond(nowMs: number): number {
      turnTo(nowMs);
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

/** A span of time in which something is to be seen; what comes meanwhile makes it longer. */
interface Span {
  fromMs: number;
  untilMs: number;
}

const isIn = (span: Span | undefined, nowMs: number) =>
  span !== undefined && nowMs >= span.fromMs && nowMs < span.untilMs;

function createSpans() {
  const spans = new Map<string, Span>();
  return {
    add(id: string, fromMs: number, forMs: number, nowMs: number) {
      const before = spans.get(id);
      if (!before || before.untilMs <= nowMs) spans.set(id, { fromMs, untilMs: fromMs + forMs });
      else before.untilMs = Math.max(before.untilMs, fromMs + forMs);
    },
    has: (id: string, nowMs: number) => isIn(spans.get(id), nowMs),
    /** Whether one of them is still to begin or to end. */
    isOpen: (nowMs: number) => [...spans.values()].some(({ untilMs }) => untilMs > nowMs),
  };
}

/** Removes the oldest entry of a map that has more than it may. */
function keepWithin(map: Map<unknown, unknown>) {
  if (map.size > MOST_OPEN) map.delete(map.keys().next().value);
}

/** The point at a part (0 to 1) of a line's length. */
export function pointAt(points: readonly WirePoint[], part: number): WirePoint {
  const lengths = points.slice(1).map((point, index) => {
    const before = points[index] ?? point;
    return Math.hypot(point.x - before.x, point.y - before.y);
  });
  let left = lengths.reduce((sum, length) => sum + length, 0) * part;
  for (const [index, length] of lengths.entries()) {
    const [one, other] = [points[index], points[index + 1]];
    if (!one || !other) break;
    if (left <= length) {
      const share = length === 0 ? 0 : left / length;
      return { x: one.x + (other.x - one.x) * share, y: one.y + (other.y - one.y) * share };
    }
    left -= length;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

/** Everything that moves on the wire. Times are those of its own clock, in milliseconds, which may stand still. */
export interface Flow {
  /** `chain`: what hops share that follow one another. A still flow has nothing that travels. */
  show(showing: Showing, chain: string | undefined, nowMs: number): void;
  /** Hops were missed: whose end was among them is not known. */
  forgetRuns(): void;
  at(nowMs: number): Picture;
  /** How many things it keeps. */
  size(): number;
}

/** What flies, glows and is counted. What it keeps is bounded, however much is shown. */
export function createFlow({ isStill = false }: { isStill?: boolean } = {}): Flow {
  let flying: { token: Token; startMs: number }[] = [];
  const meters = new Map<string, ReturnType<typeof createMeter>>();
  const looks = { lit: createSpans(), running: createSpans(), struck: createSpans(), failed: createSpans() };
  const shownFailures = createSpans();
  const running = new Map<number, { node: string; fromMs: number }>();
  const took = new Map<string, number>();
  /** When the last token of a chain arrives at a node: what follows from it starts then. */
  const arrivals = new Map<string, number>();
  let focus: WireNode[] = [];
  let lookedAtUntilMs = 0;

  const startAt = (node: WireNode, chain: string | undefined, nowMs: number) =>
    Math.min(Math.max(nowMs, arrivals.get(`${node.id} ${chain}`) ?? nowMs), nowMs + MOST_BEHIND_MS);
  const arrive = (node: WireNode, chain: string | undefined, atMs: number) => {
    arrivals.delete(`${node.id} ${chain}`);
    arrivals.set(`${node.id} ${chain}`, atMs);
    keepWithin(arrivals);
  };
  const meterOf = (edge: string) => {
    const meter = meters.get(edge) ?? createMeter();
    meters.set(edge, meter);
    return meter;
  };

  const fly = (token: Token, chain: string | undefined, nowMs: number) => {
    const { edge, from, to, end } = token;
    const startMs = isStill ? nowMs : startAt(from, chain, nowMs);
    const endMs = isStill ? nowMs : startMs + HOP_MS;
    const meter = meterOf(edge.id);
    meter.count(nowMs);
    if (!isStill && meter.perSecond(nowMs) <= MOST_PER_SECOND) flying.push({ token, startMs });
    if (end !== 'dies') arrive(to, chain, endMs);
    if (edge.isFailure) shownFailures.add(edge.id, nowMs, FAILURE_SHOWN_MS, nowMs);
    looks.lit.add(from.id, startMs, LIT_MS, nowMs);
    if (end === 'arrives') looks.lit.add(to.id, endMs, LIT_MS, nowMs);
    if (end === 'fails') looks.failed.add(to.id, endMs, OUTCOME_MS, nowMs);
    const isMessage = token.family === 'message';
    if (isMessage || nowMs >= lookedAtUntilMs) focus = [...new Set([from, to, ...focus])].slice(0, 3);
    if (isMessage) lookedAtUntilMs = nowMs + LOOKED_AT_MS;
  };

  return {
    show({ token, begins, ends, lights, fails, strikes, took: time }, chain, nowMs) {
      if (token) fly(token, chain, nowMs);
      const when = (node: WireNode) => (isStill ? nowMs : startAt(node, chain, nowMs));
      if (begins) {
        const fromMs = when(begins.node);
        running.set(begins.seq, { node: begins.node.id, fromMs });
        keepWithin(running);
        looks.running.add(begins.node.id, fromMs, GLOW_MS, nowMs);
      }
      if (ends) running.delete(ends.seq);
      if (lights) looks.lit.add(lights.id, when(lights), LIT_MS, nowMs);
      if (fails) looks.failed.add(fails.id, when(fails), OUTCOME_MS, nowMs);
      if (strikes) looks.struck.add(strikes.id, nowMs, OUTCOME_MS, nowMs);
      if (time) took.set(time.node.id, time.ms);
    },
    forgetRuns: () => running.clear(),
    size: () => flying.length + running.size + arrivals.size + took.size + meters.size,
    at(nowMs) {
      flying = flying.filter(({ startMs }) => nowMs < startMs + HOP_MS);
      const runs = [...running.values()];
      const glowing = new Set(runs.filter(({ fromMs }) => fromMs <= nowMs).map(({ node }) => node));
      const rates = new Map<string, number>();
      let isCounting = false;
      for (const [edge, meter] of meters) {
        const rate = meter.perSecond(nowMs);
        if (rate > MOST_PER_SECOND) rates.set(edge, rate);
        isCounting ||= rate > MOST_PER_SECOND;
      }
      return {
        tokens: flying
          .filter(({ startMs }) => startMs <= nowMs)
          .map(({ token, startMs }) => seen(token, nowMs - startMs)),
        lookOf(node) {
          if (looks.failed.has(node, nowMs)) return 'failed';
          if (looks.struck.has(node, nowMs)) return 'struck';
          if (glowing.has(node) || looks.running.has(node, nowMs)) return 'running';
          return looks.lit.has(node, nowMs) ? 'lit' : 'quiet';
        },
        tookMs: (node) => took.get(node),
        rateOf: (edge) => rates.get(edge),
        isShown: ({ id, isFailure }) => !isFailure || shownFailures.has(id, nowMs),
        focus,
        isMoving:
          flying.length > 0 ||
          isCounting ||
          runs.some(({ fromMs }) => fromMs > nowMs) ||
          [...Object.values(looks), shownFailures].some((spans) => spans.isOpen(nowMs)),
      };
    },
  };
}

/** What does not arrive goes half of the way, and fades there. */
function seen({ edge, isReversed, family, isGhost, end }: Token, sinceMs: number): SeenToken {
  const part = sinceMs / HOP_MS;
  const way = end === 'dies' ? Math.min(part, 0.5) : part;
  const opacity = end === 'dies' ? Math.min(1, 2 - 2 * part) : 1;
  return { ...pointAt(edge.points, isReversed ? 1 - way : way), family, isGhost, end, opacity };
}
