import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchTable } from '../../../scripts/bench.ts';
import type { Contestant } from './contestant.ts';
import { fullGame } from './fullGame.ts';
import { inProcess } from './inProcess.ts';
import { onLaptop } from './onLaptop.ts';
import { installPeer, peer } from './peer.ts';
import { emptyStrokesFile, type Measured, measureStrokes, quantile, untilStroke } from './rally.ts';

export const name = 'messages';

/** Strokes that are not counted, and those that are. */
const WARM_UP = 300;
const MEASURED = 2000;
/** Rounds in which everybody plays once; the medians are shown. Interleaved, so that a busy machine slows all alike. */
const ROUNDS = 3;

/** Measures the bare loop on local-aws and on the peer, and the full game, in one run. */
export async function run(): Promise<BenchTable[]> {
  const absent = await installPeer().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const players: Player[] = [
    ...[onLaptop, inProcess, ...(absent === undefined ? [peer] : [])].map((contestant) => ({
      name: contestant.name,
      play: () => playBareLoop(contestant),
    })),
    { name: 'full game, sls offline + local-aws', play: () => fullGame(WARM_UP, WARM_UP + MEASURED) },
  ];
  const results = new Map<string, Measured[]>(players.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const player of players) results.get(player.name)?.push(await player.play());
  }
  const medians = new Map([...results].map(([who, measured]) => [who, medianOf(measured)]));
  const ours = medians.get(onLaptop.name);
  const theirs = medians.get(peer.name);
  const ratio =
    ours && theirs ? `${(ours.strokesPerSecond / theirs.strokesPerSecond).toFixed(1)} times the peer` : undefined;
  return [
    {
      title: `A rally of ${MEASURED} strokes over SNS, after ${WARM_UP} of warm-up; medians of ${ROUNDS} rounds`,
      columns: ['', 'strokes/s', 'hop p50 ms', 'hop p99 ms'],
      rows: [...medians].map(([who, { strokesPerSecond, hopP50Ms, hopP99Ms }]) => [
        who,
        Math.round(strokesPerSecond),
        hopP50Ms.toFixed(2),
        hopP99Ms.toFixed(2),
      ]),
      note: [
        "A hop: from the publish in one function to the start of the other, by the machine's monotonic clock; of the full game,",
        "from one ball's delivery to the next (it reads and writes its table in between), in whole milliseconds.",
        ratio &&
          `The bare loop under sls offline: ${ratio}, whose functions run in osls's own process, without isolation.`,
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

async function playBareLoop(contestant: Contestant): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'bare-loop-'));
  const strokes = join(folder, 'strokes');
  await emptyStrokesFile(strokes);
  try {
    const loop = await contestant.start(strokes);
    try {
      await loop.serve(WARM_UP + MEASURED);
      await untilStroke(strokes, WARM_UP + MEASURED);
    } finally {
      await loop.stop();
    }
    return await measureStrokes(strokes, WARM_UP);
  } catch (cause) {
    throw new Error(`${contestant.name}: ${cause instanceof Error ? cause.message : cause}`, { cause });
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
