import { drawingOf } from '../draw/drawing.ts';
import { laidOut } from '../draw/layout.ts';
import { check, compile, func, type Network, overlay, queue, schedule, table, topic } from '../index.ts';
import { stripOf } from '../wire/strip.ts';

export const name = 'networks';

const SIZES = [10, 100, 1_000, 10_000] as const;
const EDGES_PER_NODE = 5;
const RUNS = 9;
/** Sentences in a pattern: the network is put together from many small ones, as networks are. */
const SENTENCES_PER_PATTERN = 25;

/** A small generator with a seed (Numerical Recipes' constants): every run measures the same networks. */
const randomFrom = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const QUARTERS = 4;

/** One sentence about randomly chosen nodes; functions, queues, topics and tables in equal parts. */
const sentence = (below: (limit: number) => number, nodes: number): Network => {
  const each = Math.max(1, Math.floor(nodes / QUARTERS));
  const pick = (kind: string): string => `${kind}${below(each)}`;
  const f = func(pick('f'));
  const words = [
    () => f.sends(queue(pick('q'))),
    () => queue(pick('q')).triggers(f),
    () => f.publishes(topic(pick('t'))),
    () => topic(pick('t')).sends(queue(pick('q'))),
    () =>
      f.reads(table(pick('d'), { partitionKey: 'id' }), {
        action: ['GetItem', 'Query'][below(2)] as 'GetItem' | 'Query',
      }),
    () => f.writes(table(pick('d'), { partitionKey: 'id' })),
    () => f.calls(func(pick('f')), { bound: 'the depth of the order' }),
    () => schedule('clock', { expression: 'rate(1 minute)' }).triggers(f),
  ];
  return (words[below(words.length)] as () => Network)();
};

/** Patterns of a few sentences each, that have together that many nodes and edges. */
const patternsOf = (nodes: number): Network[] => {
  const below = randomFrom(nodes);
  const wanted = nodes * EDGES_PER_NODE;
  const seen = new Set<string>();
  const sentences: Network[] = [];
  // A sentence may come twice, and small networks have fewer different ones than wanted.
  while (seen.size < wanted && sentences.length < 4 * wanted) {
    const one = sentence(below, nodes);
    sentences.push(one);
    for (const key of Object.keys(one.edges)) seen.add(key);
  }
  const starts = Array.from(
    { length: Math.ceil(sentences.length / SENTENCES_PER_PATTERN) },
    (_, at) => at * SENTENCES_PER_PATTERN,
  );
  return starts.map((start) => overlay(...sentences.slice(start, start + SENTENCES_PER_PATTERN)));
};

/** The best of several runs, in milliseconds: what else the machine does only ever adds to a run. */
const best = (work: () => void): number => {
  const times = Array.from({ length: RUNS }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return Math.min(...times);
};

interface Row {
  readonly size: number;
  readonly edges: number;
  readonly overlaid: number;
  readonly folded: number;
  readonly checked: number;
  readonly compiled: number;
}

const measure = (size: number): Row => {
  const patterns = patternsOf(size);
  const whole = overlay(...patterns);
  return {
    size: Object.keys(whole.nodes).length,
    edges: Object.keys(whole.edges).length,
    overlaid: best(() => overlay(...patterns)),
    folded: size > 1_000 ? Number.NaN : best(() => patterns.reduce((sum, one) => overlay(sum, one))),
    checked: best(() => check(whole)),
    compiled: best(() => compile(whole, { service: 'bench', stage: 'dev' })),
  };
};

const shown = (milliseconds: number): string =>
  Number.isNaN(milliseconds) ? '-' : milliseconds.toFixed(milliseconds < 10 ? 2 : 0);

const times = (now: number, before: number | undefined): string =>
  before === undefined ? '-' : `${(now / before).toFixed(1)}x`;

/** The first layout loads the engine and runs it cold; what it takes then, and what the best of several takes. */
const timesOf = async (work: () => Promise<unknown>): Promise<string[]> => {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return [times[0] ?? Number.NaN, Math.min(...times)].map(shown);
};

/** The networks of a service that is put together from patterns: what a service exports is no package's to import. */
const networksOfService = async (): Promise<Readonly<Record<string, Network>>> => {
  const drawings = new URL('../../../services/smart-home/drawings.ts', import.meta.url).href;
  const { networks } = (await import(drawings)) as { networks: Readonly<Record<string, Network>> };
  return networks;
};

/** Time to lay out a service's networks, as a drawing and as a strip for a page. */
const layouts = async () => {
  const rows: (string | number)[][] = [];
  for (const [of, network] of Object.entries(await networksOfService())) {
    const drawing = drawingOf(network);
    const strip = await timesOf(() => stripOf(drawing));
    rows.push([of, drawing.nodes.length, drawing.edges.length, ...strip, ...(await timesOf(() => laidOut(drawing)))]);
  }
  return {
    title: `Laying out (first run and best of ${RUNS}, ms)`,
    columns: ['network', 'nodes', 'arrows', 'strip, first', 'strip, best', 'drawing, first', 'drawing, best'],
    rows,
    note: 'The first strip of all loads the layout engine as well.',
  };
};

/** Time to overlay, check and compile as networks grow tenfold, and to lay out those of a service. */
export const run = async () => {
  const laid = await layouts();
  measure(1_000); // warms up
  const rows = SIZES.map(measure);
  return [
    {
      title: `A network of so many nodes and edges (best of ${RUNS} runs, ms)`,
      columns: ['nodes', 'edges', 'overlay', 'one by one', 'check', 'compile'],
      rows: rows.map(({ size, edges, overlaid, folded, checked, compiled }) => [
        size,
        edges,
        ...[overlaid, folded, checked, compiled].map(shown),
      ]),
      note: `overlay: all patterns of ${SENTENCES_PER_PATTERN} sentences at once; one by one: each pattern onto the sum of those before, which copies the sum each time.`,
    },
    {
      title: 'Growth from each row to the next (10x would be linear)',
      columns: ['to nodes', 'overlay', 'check', 'compile'],
      rows: rows
        .slice(1)
        .map((row, at) => [
          row.size,
          times(row.overlaid, rows[at]?.overlaid),
          times(row.checked, rows[at]?.checked),
          times(row.compiled, rows[at]?.compiled),
        ]),
    },
    laid,
  ];
};
