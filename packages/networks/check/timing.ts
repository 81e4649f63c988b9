import { contextOf } from '../compile/context.ts';
import { isAsynchronous } from '../compile/failures.ts';
import { visibilitySeconds } from '../compile/queues.ts';
import { edgeKey } from '../core/facts.ts';
import { textOf } from '../core/json.ts';
import type { Edge, EdgeOf, Supplied } from '../core/network.ts';
import { NODE_DEFAULTS, verbOf } from '../core/rules.ts';
import { edgesOf, type Finding, type Looked, suppliedAs, suppliedOf } from './finding.ts';
import { cyclicGroups } from './graph.ts';

/** Lambda waits so long before it runs an asynchronous event again (docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html). */
const FIRST_RETRY_SECONDS = 60;

/** Along these a message goes on inside the stack; what is outside takes its own time, and a timer takes minutes. */
const carries = ({ type, settings }: Edge): boolean =>
  settings.bound === undefined &&
  (['triggers', 'sends', 'publishes'].includes(verbOf(type)) ||
    type === 'function writes stream' ||
    type === 'function writes table' ||
    type === 'bus writes stream' ||
    type === 'pipe writes stream' ||
    type === 'function calls function') &&
  !type.startsWith('timer ') &&
  !type.startsWith('http ') &&
  !type.startsWith('schedule ');

const timeoutOf = (looked: Looked, name: string): number =>
  suppliedAs(looked, 'function', name)?.settings.timeoutSeconds ?? NODE_DEFAULTS.function.timeoutSeconds;

const visibilityOf = (looked: Looked, queue: Supplied<'queue'>): number =>
  visibilitySeconds(contextOf(looked.network, {}), queue);

/** AWS refuses the mapping: "Queue visibility timeout: 1 seconds is less than Function timeout: 2 seconds". */
const shortVisibility = (looked: Looked): Finding[] =>
  edgesOf(Object.values(looked.network.edges), 'queue triggers function').flatMap((edge): Finding[] => {
    const [queue, reader] = [suppliedAs(looked, 'queue', edge.from), suppliedAs(looked, 'function', edge.to)];
    const [visibility, timeout] = [queue?.settings.visibilitySeconds, timeoutOf(looked, edge.to)];
    if (visibility === undefined || reader === undefined || visibility >= timeout) return [];
    const sentence = `AWS refuses to let "${edge.from}" trigger "${edge.to}": a message is hidden for ${visibility} s, and the function may take ${timeout} s. Set visibilitySeconds to ${timeout} or more.`;
    return [{ rule: 'visibility-too-short', node: edge.from, edge: edgeKey(edge), sentence }];
  });

/** How long it takes along an edge until what it reaches is done, at the most, in seconds. */
const secondsOf = (looked: Looked, edge: Edge): number => {
  const window = 'windowSeconds' in edge.settings ? (edge.settings.windowSeconds ?? 0) : 0;
  const delay = suppliedAs(looked, 'queue', edge.to)?.settings.delaySeconds ?? 0;
  return edge.type.endsWith(' function') ? window + timeoutOf(looked, edge.to) : delay;
};

/** How much longer, if the function that it reaches has failed once. */
const retrySecondsOf = (looked: Looked, edge: Edge): number => {
  const queue = edge.type === 'queue triggers function' ? suppliedAs(looked, 'queue', edge.from) : undefined;
  if (queue !== undefined) return visibilityOf(looked, queue);
  return isAsynchronous(edge) ? FIRST_RETRY_SECONDS : timeoutOf(looked, edge.to);
};

interface Way {
  readonly seconds: number;
  readonly edges: readonly Edge[];
}

/** The longest or shortest way from any of `starts` to each name, along edges that have no cycle. */
const waysFrom = (
  starts: readonly string[],
  edges: readonly Edge[],
  secondsAlong: (edge: Edge) => number,
  isBetter: (seconds: number, than: number) => boolean,
): ReadonlyMap<string, Way> => {
  const ways = new Map<string, Way>(starts.map((name) => [name, { seconds: 0, edges: [] }]));
  const pending = [...starts];
  for (let at = 0; at < pending.length; at += 1) {
    const from = pending[at] as string;
    for (const edge of edges.filter((one) => one.from === from && !starts.includes(one.to))) {
      const way = ways.get(from) as Way;
      const seconds = way.seconds + secondsAlong(edge);
      const known = ways.get(edge.to);
      if (known !== undefined && !isBetter(seconds, known.seconds)) continue;
      ways.set(edge.to, { seconds, edges: [...way.edges, edge] });
      pending.push(edge.to);
    }
  }
  return ways;
};

const filterOf = ({ settings }: Edge): string | undefined => {
  const filter = 'filter' in settings ? settings.filter : 'pattern' in settings ? settings.pattern : undefined;
  return filter === undefined ? undefined : textOf(filter as object);
};

const told = (looked: Looked, { edges }: Way): string =>
  edges
    .map((edge) => ({ name: edge.to, seconds: secondsOf(looked, edge) }))
    .filter(({ seconds }) => seconds > 0)
    .map(({ name, seconds }) => `${seconds} s for "${name}"`)
    .join(', ');

/** Every way to that call, one after the other, at its slowest. */
const tooSlow = (looked: Looked, starts: readonly string[], edges: readonly Edge[], call: Limited): Finding[] => {
  const way = waysFrom(
    starts,
    edges,
    (edge) => secondsOf(looked, edge),
    (one, other) => one > other,
  ).get(call.from);
  const within = call.settings.withinSeconds ?? Number.POSITIVE_INFINITY;
  if (way === undefined || way.seconds <= within) return [];
  const sentence = `What "${starts.join('", "')}" sends may take ${way.seconds} s to "${call.to}" (${told(looked, way)}), and ${within} s are allowed: shorten a timeout or a delay.`;
  return [{ rule: 'too-slow', node: call.from, edge: edgeKey(call), sentence }];
};

/**
 * The same if one function fails once: then the fastest of the ways that a message takes at the same time has to be there in
 * time. A message takes all ways without a filter, and those of one filter.
 */
const tooSlowOnceMore = (
  looked: Looked,
  starts: readonly string[],
  edges: readonly Edge[],
  call: Limited,
): Finding[] => {
  const within = call.settings.withinSeconds ?? Number.POSITIVE_INFINITY;
  const filters = new Set<string | undefined>(edges.flatMap((edge) => filterOf(edge) ?? []));
  const steps = edges.filter(({ type, to }) => type.endsWith(' function') && !starts.includes(to));
  const late = [...(filters.size === 0 ? [undefined] : filters)].flatMap((filter) => {
    const taken = edges.filter((edge) => [undefined, filter].includes(filterOf(edge)));
    return steps.flatMap((step): Finding[] => {
      if (!taken.includes(step)) return [];
      const along = (edge: Edge): number =>
        secondsOf(looked, edge) + (edge === step ? retrySecondsOf(looked, edge) : 0);
      const way = waysFrom(starts, taken, along, (one, other) => one < other).get(call.from);
      if (way === undefined || way.seconds <= within) return [];
      const sentence = `If "${step.to}" fails once, what "${starts.join('", "')}" sends takes up to ${way.seconds} s to "${call.to}", and ${within} s are allowed: shorten the visibility of "${step.from}", or give the message another way.`;
      return [{ rule: 'too-slow-once-more', node: step.to, edge: edgeKey(call), sentence }];
    });
  });
  return [...new Map(late.map((one) => [one.sentence, one])).values()];
};

type Limited = EdgeOf<'function calls external'>;

/** Whether what a skill's function sends on is where it must be within `withinSeconds`, with and without a failure on its way. */
const deadlines = (looked: Looked): Finding[] => {
  const all = Object.values(looked.network.edges);
  const starts = [...new Set(edgesOf(all, 'skill triggers function').map(({ to }) => to))];
  const limited = edgesOf(all, 'function calls external').filter(
    ({ settings }) => settings.withinSeconds !== undefined,
  );
  if (starts.length === 0 || limited.length === 0) return [];
  const edges = all.filter(carries);
  const outOf = new Map(looked.names.map((name) => [name, edges.filter(({ from }) => from === name)]));
  // A cycle without a bound takes for ever, and is reported as such.
  if (cyclicGroups(looked.names, outOf).length > 0) return [];
  return limited.flatMap((call) => {
    const slow = tooSlow(looked, starts, edges, call);
    return slow.length > 0 ? slow : tooSlowOnceMore(looked, starts, edges, call);
  });
};

/** A timer's schedules name one function: whoever makes one could not say which. */
const timers = (looked: Looked): Finding[] =>
  suppliedOf(looked, 'timer').flatMap(({ name }): Finding[] => {
    const targets = edgesOf(looked.outOf.get(name) ?? [], 'timer triggers function');
    if (targets.length === 1) return [];
    const sentence = `The timer "${name}" triggers ${targets.length} functions: let it trigger one, and make another timer for each of the others.`;
    return [{ rule: 'timer-target', node: name, sentence }];
  });

/** What comes too late, or is hidden for too short a time. */
export const timingFindings = (looked: Looked): Finding[] => [
  ...shortVisibility(looked),
  ...deadlines(looked),
  ...timers(looked),
];
