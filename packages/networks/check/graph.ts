import type { Edge, Network } from '../core/network.ts';

export type Neighbours = ReadonlyMap<string, readonly Edge[]>;

const grouped = (edges: Iterable<Edge>, end: 'from' | 'to'): Neighbours => {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    const group = groups.get(edge[end]);
    if (group === undefined) groups.set(edge[end], [edge]);
    else group.push(edge);
  }
  return groups;
};

/** The edges that leave each node. */
export const outgoing = (network: Network): Neighbours => grouped(Object.values(network.edges), 'from');

/** The edges that reach each node. */
export const incoming = (network: Network): Neighbours => grouped(Object.values(network.edges), 'to');

/** The names that can be reached from these, themselves included. */
export const reachable = (from: Iterable<string>, edges: Neighbours): Set<string> => {
  const seen = new Set(from);
  const queue = [...seen];
  for (let at = 0; at < queue.length; at += 1) {
    for (const { to } of edges.get(queue[at] as string) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return seen;
};

/**
 * Strongly connected components that contain a cycle, each as its set of names (Tarjan's algorithm, with a
 * stack of its own: a chain of ten thousand nodes must not overflow the engine's).
 */
export const cyclicGroups = (names: readonly string[], edges: Neighbours): Set<string>[] => {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const groups: Set<string>[] = [];
  const enter = (name: string): { name: string; next: number } => {
    order.set(name, order.size);
    low.set(name, order.get(name) as number);
    stack.push(name);
    onStack.add(name);
    return { name, next: 0 };
  };
  const lower = (name: string, to: number): void => {
    low.set(name, Math.min(low.get(name) as number, to));
  };
  const close = (name: string): void => {
    if (low.get(name) !== order.get(name)) return;
    const group = new Set(stack.splice(stack.lastIndexOf(name)));
    for (const member of group) onStack.delete(member);
    const loops = (edges.get(name) ?? []).some(({ to }) => to === name);
    if (group.size > 1 || loops) groups.push(group);
  };
  for (const root of names) {
    if (order.has(root)) continue;
    const path = [enter(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = edges.get(top.name)?.[top.next];
      top.next += 1;
      if (edge === undefined) {
        path.pop();
        close(top.name);
        const parent = path.at(-1);
        if (parent !== undefined) lower(parent.name, low.get(top.name) as number);
      } else if (!order.has(edge.to)) path.push(enter(edge.to));
      else if (onStack.has(edge.to)) lower(top.name, order.get(edge.to) as number);
    }
  }
  return groups;
};

/** One shortest cycle inside a group, from its first name by alphabet back to itself, as edges. */
export const cycleIn = (group: ReadonlySet<string>, edges: Neighbours): Edge[] => {
  const start = [...group].sort()[0] as string;
  const cameBy = new Map<string, Edge>();
  const queue = [start];
  for (let at = 0; at < queue.length; at += 1) {
    for (const edge of edges.get(queue[at] as string) ?? []) {
      if (!group.has(edge.to) || cameBy.has(edge.to)) continue;
      cameBy.set(edge.to, edge);
      if (edge.to !== start) queue.push(edge.to);
    }
  }
  const cycle: Edge[] = [];
  for (
    let edge = cameBy.get(start);
    edge !== undefined;
    edge = edge.from === start ? undefined : cameBy.get(edge.from)
  ) {
    cycle.unshift(edge);
  }
  return cycle;
};
