import { byText } from '../core/json.ts';

/** An edge, as far as its direction matters. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** A loop as it is drawn: there and back again. */
export interface Ring {
  /** From its start to what lies farthest from it, both included. */
  readonly there: readonly string[];
  /** From there to its start, both included. */
  readonly back: readonly string[];
}

/** Which edges run against the drawing's direction, and the loops that they close. */
export interface Flow {
  isBack(link: Link): boolean;
  readonly rings: readonly Ring[];
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

const neighbours = (names: readonly string[], pairs: readonly (readonly [string, string])[]): Neighbours => {
  const found = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const [one, other] of pairs) found.get(one)?.push(other);
  return found;
};

/** How many steps it is from `start` to each name that can be reached. */
const distancesFrom = (start: string, next: Neighbours): Map<string, number> => {
  const distances = new Map([[start, 0]]);
  // A Map's iterator meets what is added while it runs: this is a breadth-first search.
  for (const [name, distance] of distances) {
    for (const other of next.get(name) ?? []) if (!distances.has(other)) distances.set(other, distance + 1);
  }
  return distances;
};

interface Way {
  readonly way: readonly string[];
  readonly cost: number;
}

/** Of the shortest ways, the one past the least busy names: what serves only this loop belongs to it. */
const leastBusyWay = (
  [from, to]: readonly [string, string],
  next: Neighbours,
  may: (name: string) => boolean,
  busyness: (name: string) => number,
): readonly string[] => {
  let ways: ReadonlyMap<string, Way> = new Map([[from, { way: [from], cost: 0 }]]);
  const seen = new Set([from]);
  while (ways.size > 0 && !ways.has(to)) {
    const further = new Map<string, Way>();
    const reached = [...ways].flatMap(([name, known]) => (next.get(name) ?? []).map((other) => ({ known, other })));
    for (const { known, other } of reached.filter(
      (one) => !seen.has(one.other) && (one.other === to || may(one.other)),
    )) {
      const cost = known.cost + busyness(other);
      if (cost < (further.get(other)?.cost ?? Number.POSITIVE_INFINITY))
        further.set(other, { way: [...known.way, other], cost });
    }
    for (const name of further.keys()) seen.add(name);
    ways = further;
  }
  return ways.get(to)?.way ?? [];
};

/** A name's place in its loop; compared field by field, it orders the loop's names. */
type Place = readonly [steps: number, stepsFromStart: number, name: string];

const isBefore = (one: Place, other: Place): boolean =>
  (one[0] - other[0] || one[1] - other[1] || byText(one[2], other[2])) < 0;

interface Graph {
  readonly next: Neighbours;
  readonly before: Neighbours;
  isStart(name: string): boolean;
}

interface Folded {
  readonly places: ReadonlyMap<string, Place>;
  readonly ring?: Ring;
}

/** Where a loop starts: preferably where it is entered, at a name that may be a start. */
const startOf = (loop: readonly string[], { before, isStart }: Graph): string => {
  const isEntered = (name: string): boolean => (before.get(name) ?? []).some((from) => !loop.includes(from));
  const rank = (name: string): number => (isStart(name) ? 0 : 2) + (isEntered(name) ? 0 : 1);
  return [...loop].sort((one, other) => rank(one) - rank(other) || byText(one, other))[0] as string;
};

const folded = (loop: readonly string[], graph: Graph): Folded => {
  const start = startOf(loop, graph);
  const [there, back] = [distancesFrom(start, graph.next), distancesFrom(start, graph.before)];
  const steps = (name: string): number => Math.min(there.get(name) ?? 0, back.get(name) ?? 0);
  const places = new Map(loop.map((name): [string, Place] => [name, [steps(name), there.get(name) ?? 0, name]]));
  if (loop.length < 2) return { places };
  const farthest = [...loop].sort((one, other) => steps(other) - steps(one) || byText(one, other))[0] as string;
  const busyness = (name: string): number =>
    (graph.next.get(name) ?? []).length + (graph.before.get(name) ?? []).length;
  const onward = leastBusyWay([start, farthest], graph.next, (name) => places.has(name), busyness);
  const isFree = (name: string): boolean => places.has(name) && !onward.includes(name);
  const homeward = leastBusyWay([farthest, start], graph.next, isFree, busyness);
  return homeward.length === 0 ? { places } : { places, ring: { there: onward, back: homeward } };
};

/**
 * Folds each loop at its start, so that it is drawn as a ring and not as a row with one long way back: what is nearer to
 * the start on its way back than on its way there runs backwards. `isStart` says where a loop preferably starts.
 */
export const flowOf = (names: readonly string[], links: readonly Link[], isStart: (name: string) => boolean): Flow => {
  const next = neighbours(
    names,
    links.map(({ from, to }) => [from, to]),
  );
  const before = neighbours(
    names,
    links.map(({ from, to }) => [to, from]),
  );
  const loops = new Map<string, Folded>();
  for (const name of names) {
    if (loops.has(name)) continue;
    const [ahead, behind] = [distancesFrom(name, next), distancesFrom(name, before)];
    const loop = names.filter((other) => ahead.has(other) && behind.has(other));
    const one = folded(loop, { next, before, isStart });
    for (const member of loop) loops.set(member, one);
  }
  return {
    rings: [...new Set(loops.values())].flatMap(({ ring }) => ring ?? []),
    isBack: ({ from, to }) => {
      const places = loops.get(from)?.places;
      const [one, other] = [places?.get(from), places?.get(to)];
      return one !== undefined && other !== undefined && isBefore(other, one);
    },
  };
};

const follows = (way: readonly string[], { from, to }: Link): boolean =>
  way.some((name, at) => name === from && way[at + 1] === to);

/** Whether an edge is part of a loop as it is drawn. */
export const isOnRing = (rings: readonly Ring[], link: Link): boolean =>
  rings.some(({ there, back }) => follows(there, link) || follows(back, link));
