import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchTable } from '../../../scripts/bench.ts';
import type { Contestant } from './contestant.ts';
import { fullGame } from './fullGame.ts';
import { inProcess } from './inProcess.ts';
import { BARE_LOOP, BUS_LOOP } from './loops.ts';
import { onLaptop } from './onLaptop.ts';
import { installPeer, peer } from './peer.ts';
import { emptyStrokesFile, type Measured, measureStrokes, quantile, untilOver } from './rally.ts';

export const name = 'messages';

/** Strokes that are not counted, and those that are. */
const WARM_UP = 300;
const MEASURED = 2000;
/** Rounds in which everybody plays once; the medians are shown. Interleaved, so that a busy machine slows all alike. */
const ROUNDS = 3;

/** One ball shows what a hop takes; eight, what goes through at once. */
const BALLS = [1, 8];

const SNS = onLaptop('bare loop', BARE_LOOP);
const BUS = onLaptop('the same over a bus', BUS_LOOP);

/** Measures the bare loop over topics and over a bus on local-aws, over topics on the peer, and the full game, in one run. */
export async function run(): Promise<BenchTable[]> {
  const absent = await installPeer().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const inTests = [inProcess('bare loop', BARE_LOOP), inProcess('the same over a bus', BUS_LOOP)];
  const contestants = [SNS, BUS, ...inTests, ...(absent === undefined ? [peer] : [])];
  const players: Player[] = [
    ...BALLS.flatMap((balls) =>
      contestants.map((contestant) => ({
        name: nameOf(contestant, balls),
        play: () => playBareLoop(contestant, balls),
      })),
    ),
    { name: 'full game, local-aws', play: () => fullGame(WARM_UP, WARM_UP + MEASURED) },
  ];
  const results = new Map<string, Measured[]>(players.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const player of players) results.get(player.name)?.push(await player.play());
  }
  const medians = new Map([...results].map(([who, measured]) => [who, medianOf(measured)]));
  const rateOf = (contestant: Contestant, balls: number) => medians.get(nameOf(contestant, balls))?.strokesPerSecond;
  return [
    {
      title: `A rally of ${MEASURED} strokes over SNS or EventBridge, after ${WARM_UP} of warm-up; medians of ${ROUNDS} rounds`,
      columns: ['', 'strokes/s', 'times over SNS', 'times the peer', 'hop p50 ms', 'hop p99 ms'],
      rows: players.map(({ name }, index) => {
        const { strokesPerSecond, hopP50Ms, hopP99Ms } = medians.get(name) ?? NOTHING;
        const balls = BALLS[Math.floor(index / contestants.length)] ?? 0;
        const times = (rate: number | undefined) => (rate === undefined ? '' : (strokesPerSecond / rate).toFixed(2));
        return [
          name,
          Math.round(strokesPerSecond),
          times(rateOf(SNS, balls)),
          times(rateOf(peer, balls)),
          hopP50Ms.toFixed(2),
          hopP99Ms.toFixed(2),
        ];
      }),
      note: [
        'Times over SNS: over the topics, local-aws in a process of its own; the goal for the bus is 0.9 and more.',
        "A hop: from the publish in one function to the start of the other, by the machine's monotonic clock; of the full game,",
        "from one ball's delivery to the next (it writes its table in between), in whole milliseconds.",
        "The peer's functions run in osls's own process, without isolation, permissions or a journal.",
        absent && `serverless-offline-sns was not measured, it could not be installed: ${absent}`,
        'MiniStack is not measured: it is Python, and not to be had from npm.',
      ]
        .filter(Boolean)
        .join('\n'),
    },
  ];
}

/** Somebody who plays a rally, and what it comes to. */
interface Player {
  name: string;
  play(): Promise<Measured>;
}

const NOTHING: Measured = { strokesPerSecond: Number.NaN, hopP50Ms: Number.NaN, hopP99Ms: Number.NaN };

const nameOf = ({ name }: Contestant, balls: number) => (balls === 1 ? name : `${name}, ${balls} balls`);

async function playBareLoop(contestant: Contestant, balls: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'bare-loop-'));
  const strokes = join(folder, 'strokes');
  const rally = { balls, last: Math.ceil((WARM_UP + MEASURED) / balls), warmUp: WARM_UP };
  await emptyStrokesFile(strokes);
  try {
    const loop = await contestant.start(strokes);
    try {
      await loop.serve(balls, rally.last);
      await untilOver(strokes, rally);
    } finally {
      await loop.stop();
    }
    return await measureStrokes(strokes, rally);
  } catch (cause) {
    throw new Error(`${nameOf(contestant, balls)}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function medianOf(all: readonly Measured[]): Measured {
  const median = (pick: (one: Measured) => number) => quantile(all.map(pick), 0.5);
  return {
    strokesPerSecond: median((one) => one.strokesPerSecond),
    hopP50Ms: median((one) => one.hopP50Ms),
    hopP99Ms: median((one) => one.hopP99Ms),
  };
}
