import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServices } from '../../../scripts/workspace.ts';
import { startOnLaptop } from './onLaptop.ts';
import { type Measured, quantile } from './rally.ts';

/** An endless rally, as fast as it goes. */
const PARAMS = { missProbability: '0', strokePauseMs: '0', restBetweenRalliesMs: '0', maxStrokes: '1000000' };
/** A ball that is not followed by another for so long is lost. */
const STALLED_MS = 15_000;

/** Plays ping-pong as `npm start` runs it up to stroke `last`, and measures the strokes after the first `warmUp`. */
export async function fullGame(warmUp: number, last: number): Promise<Measured> {
  const service = findServices().find(({ name }) => name === 'ping-pong');
  if (!service) throw new Error('there is no service ping-pong');
  const state = await mkdtemp(join(tmpdir(), 'full-game-'));
  const game = await startOnLaptop(service.folder, { name: service.name, state, params: PARAMS });
  try {
    return measure(await ballsUntil(game.endpoint, last), warmUp);
  } finally {
    await game.stop();
    await rm(state, { recursive: true, force: true });
  }
}

/** When the journal saw each ball delivered, in milliseconds, by stroke. The schedule, which fires at the start, serves. */
async function ballsUntil(endpoint: string, last: number): Promise<Map<number, number>> {
  const balls = new Map<number, number>();
  const stop = new AbortController();
  let timer = setTimeout(() => stop.abort(new Error('the rally never began')), STALLED_MS);
  const answer = await fetch(`${endpoint}/_local/journal?since=0`, {
    headers: { accept: 'text/event-stream' },
    signal: stop.signal,
  });
  let text = '';
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const ball = ballIn(line);
      if (!ball) continue;
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(new Error(`the rally stopped after stroke ${ball.stroke}`)), STALLED_MS);
      balls.set(ball.stroke, ball.atMs);
      if (ball.stroke >= last) {
        clearTimeout(timer);
        stop.abort();
        return balls;
      }
    }
  }
  throw new Error('the journal ended before the rally');
}

/** The ball in a line of the journal's stream, if it tells of one's delivery. */
function ballIn(line: string): { stroke: number; atMs: number } | undefined {
  if (!line.startsWith('data: ') || !line.includes('ping_pong.ball_hit')) return undefined;
  const entry = JSON.parse(line.slice('data: '.length)) as JournaledDelivery;
  if (entry.kind !== 'delivery' || entry.service !== 'sns' || !entry.detail?.message) return undefined;
  const { stroke } = (JSON.parse(entry.detail.message) as { detail: { stroke: number } }).detail;
  return { stroke, atMs: entry.atMs };
}

interface JournaledDelivery {
  kind: string;
  service: string;
  atMs: number;
  detail?: { message?: string };
}

function measure(balls: ReadonlyMap<number, number>, warmUp: number): Measured {
  const times = [...balls].filter(([stroke]) => stroke > warmUp).map(([, atMs]) => atMs);
  const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs));
  const wholeMs = (times.at(-1) ?? Number.NaN) - (times[0] ?? Number.NaN);
  return {
    strokesPerSecond: gaps.length / (wholeMs / 1000),
    hopP50Ms: quantile(gaps, 0.5),
    hopP99Ms: quantile(gaps, 0.99),
  };
}
