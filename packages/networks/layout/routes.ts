import type { Drawing, DrawnEdge } from '../draw/drawing.ts';
import { type Flow, flowOf, isOnRing } from './flow.ts';
import type { Route, Size } from './plan.ts';

/** A loop's way there should be straight, and its way back close to it. */
const WEIGHT = { there: 20, back: 5 } as const;

/** Which arrow it is: no two arrows of a drawing have the same. */
export const edgeId = ({ from, to, line, isFailure }: DrawnEdge): string =>
  `${from} ${isFailure ? 'failure' : line} ${to}`;

/** A drawing's arrows as a layout takes them, and the rows of the nodes that stand on a loop. */
export interface Routes {
  readonly routes: readonly Route[];
  /** 0 on a loop's way there, 1 on its way back. */
  rowOf(name: string): number | undefined;
}

/** Groups are laid out as blocks: a loop may run within one, or from block to block. */
const flowWithin = (drawing: Drawing, groupOf: (name: string) => string | undefined): Flow => {
  const functions = new Set(drawing.nodes.filter(({ kind }) => kind === 'function').map(({ name }) => name));
  const names = drawing.nodes.map(({ name }) => name);
  const groups = [...new Set(names.flatMap((name) => groupOf(name) ?? []))];
  const isStart = (name: string): boolean => functions.has(name);
  const inner = groups.map((group) => {
    const own = names.filter((name) => groupOf(name) === group);
    const links = drawing.edges.filter(({ from, to }) => groupOf(from) === group && groupOf(to) === group);
    return [group, flowOf(own, links, isStart)] as const;
  });
  const flows = new Map<string | undefined, Flow>(inner);
  const blockOf = (name: string): string => (groupOf(name) === undefined ? name : `group ${groupOf(name)}`);
  const between = drawing.edges
    .map(({ from, to }) => ({ from: blockOf(from), to: blockOf(to) }))
    .filter(({ from, to }) => from !== to);
  const outer = flowOf([...new Set(names.map(blockOf))], between, (block) => isStart(block) || block.includes(' '));
  return {
    rings: [...inner.flatMap(([, { rings }]) => rings), ...outer.rings],
    isBack: ({ from, to }) =>
      blockOf(from) === blockOf(to)
        ? (flows.get(groupOf(from))?.isBack({ from, to }) ?? false)
        : outer.isBack({ from: blockOf(from), to: blockOf(to) }),
  };
};

export interface RoutesOptions {
  /** What is to stand beside an arrow. */
  labelOf(edge: DrawnEdge): Size | undefined;
  /** In which frame a node stands, if in any. */
  groupOf?(name: string): string | undefined;
  /** Lets arrows that go to one place in one way become one line on their way there, behind their labels. */
  readonly shares?: boolean;
}

/**
 * How a drawing's arrows run: loops as rings, and what goes from or to one place in one way on one line, unless a label
 * has to tell it apart.
 */
export const routesOf = (
  drawing: Drawing,
  { labelOf, groupOf = () => undefined, shares = false }: RoutesOptions,
): Routes => {
  const { rings, isBack } = flowWithin(drawing, groupOf);
  const routes = drawing.edges.map((edge): Route => {
    const [id, label, onRing] = [edgeId(edge), labelOf(edge), isOnRing(rings, edge)];
    const way = `${edge.isFailure ? 'failure' : edge.line}${onRing ? ' ring' : ''}`;
    return {
      id,
      from: edge.from,
      to: edge.to,
      isBack: isBack(edge),
      leaves: label === undefined ? way : id,
      reaches: label === undefined || shares ? way : id,
      weight: onRing ? (isBack(edge) ? WEIGHT.back : WEIGHT.there) : 0,
      ...(label === undefined ? {} : { label }),
    };
  });
  return {
    routes,
    rowOf: (name) => {
      if (rings.some(({ there }) => there.includes(name))) return 0;
      return rings.some(({ back }) => back.includes(name)) ? 1 : undefined;
    },
  };
};
