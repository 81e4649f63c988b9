import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import {
  type Box,
  type LaidOut,
  type Plan,
  type Point,
  type Route,
  roundedPoint,
  type Shape,
  squared,
} from './plan.ts';
import { Ports } from './ports.ts';

/** Around a group's title, which stands above its shapes, or below them; and beside its shapes. */
const GROUP = { title: 10, side: 12 } as const;
const LABEL_TO_LINE = 3;

/** Loaded when something is laid out, and not before: it is 1.6 MB of JavaScript. */
const engine = async (): Promise<ELK> => {
  const { default: bundle } = await import('elkjs/lib/elk.bundled.js');
  return new bundle.default();
};

let started: Promise<ELK> | undefined;

const padding = (end: number, side: number): string => `[top=${end},left=${side},bottom=${end},right=${side}]`;

/** For the graph and, where there are groups, for each of them. */
const optionsOf = ({
  direction,
  spacing: { columns, rows, lines, mostInColumn, isLow },
}: Plan): Record<string, string> => ({
  'elk.algorithm': 'layered',
  'elk.direction': direction === 'LR' ? 'RIGHT' : 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.spacing.nodeNode': String(rows),
  'elk.spacing.edgeNode': String(lines),
  'elk.spacing.edgeEdge': String(lines),
  'elk.spacing.edgeLabel': String(LABEL_TO_LINE),
  'elk.spacing.labelNode': String(lines),
  'elk.layered.spacing.nodeNodeBetweenLayers': String(columns),
  'elk.layered.spacing.edgeNodeBetweenLayers': String(lines + 3),
  'elk.layered.spacing.edgeEdgeBetweenLayers': String(lines),
  'elk.layered.nodePlacement.strategy': isLow ? 'SIMPLE' : 'NETWORK_SIMPLEX',
  'elk.layered.crossingMinimization.semiInteractive': 'true',
  'elk.layered.thoroughness': '10',
  'elk.layered.edgeLabels.centerLabelPlacementStrategy': 'SPACE_EFFICIENT_LAYER',
  ...(mostInColumn === undefined
    ? {}
    : {
        'elk.layered.layering.strategy': 'COFFMAN_GRAHAM',
        'elk.layered.layering.coffmanGraham.layerBound': String(mostInColumn),
      }),
});

const edgeOf = ({ id, from, to, isBack, leaves, reaches, weight, label }: Route, ports: Ports): ElkExtendedEdge => {
  const ends = isBack
    ? { sources: [ports.at(to, 'forward', 'in', reaches)], targets: [ports.at(from, 'backward', 'out', leaves)] }
    : { sources: [ports.at(from, 'forward', 'out', leaves)], targets: [ports.at(to, 'backward', 'in', reaches)] };
  const layoutOptions: Record<string, string> = {};
  if (weight > 0) {
    layoutOptions['elk.layered.priority.straightness'] = String(weight);
    layoutOptions['elk.layered.priority.shortness'] = String(weight);
  }
  if (label === undefined) return { id, ...ends, layoutOptions };
  // A label without a text is no label to the engine.
  const labels = [{ ...label, text: id, layoutOptions: { 'elk.edgeLabels.placement': 'CENTER' } }];
  return { id, ...ends, layoutOptions, labels };
};

const nodeOf = ({ id, width, height, row, isFirst, isLast }: Shape, ports: Ports): ElkNode => ({
  id,
  width,
  height,
  ports: ports.of(id),
  layoutOptions: {
    'elk.portConstraints': 'FIXED_SIDE',
    ...(isFirst ? { 'elk.layered.layering.layerConstraint': 'FIRST' } : {}),
    ...(isLast ? { 'elk.layered.layering.layerConstraint': 'LAST' } : {}),
    ...(row === undefined ? {} : { 'elk.position': `(${row * 1000},${row * 1000})` }),
  },
});

const groupId = (group: string): string => `group ${group}`;

/** The shapes, those of a group in a shape of their own. */
const childrenOf = ({ shapes, titleOf }: Plan, ports: Ports): ElkNode[] => {
  const groups = new Map<string, ElkNode[]>();
  for (const shape of shapes) {
    const { group } = shape;
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), nodeOf(shape, ports)]);
  }
  const optionsOfGroup = (group: string): Record<string, string> => ({
    'elk.padding': padding((titleOf?.(group).height ?? 0) + GROUP.title, GROUP.side),
  });
  return [
    ...shapes.filter(({ group }) => group === undefined).map((shape) => nodeOf(shape, ports)),
    ...[...groups].map(([group, children]) => ({ id: groupId(group), children, layoutOptions: optionsOfGroup(group) })),
  ];
};

const boxOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box => ({
  ...roundedPoint({ x: x + width / 2, y: y + height / 2 }),
  width,
  height,
});

const pointsOf = ({ sections = [] }: ElkExtendedEdge, isBack: boolean): Point[] => {
  const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
  return squared((isBack ? points.reverse() : points).map(roundedPoint));
};

/** Lays a plan out, and routes its lines around the shapes. The same plan gives the same places. */
export const layOut = async (plan: Plan): Promise<LaidOut> => {
  started ??= engine();
  const elk = await started;
  const ports = new Ports(plan.direction);
  const edges = plan.routes.map((route) => edgeOf(route, ports));
  const graph: ElkNode = await elk.layout(
    {
      id: 'graph',
      layoutOptions: { 'elk.padding': padding(plan.spacing.margin, plan.spacing.margin) },
      children: childrenOf(plan, ports),
      edges,
    },
    { layoutOptions: optionsOf(plan) },
  );
  const isBack = new Set(plan.routes.filter((route) => route.isBack).map(({ id }) => id));
  const all = (graph.children ?? []).flatMap((node) => [node, ...(node.children ?? [])]);
  const made = graph.edges ?? [];
  const groups = new Set(plan.shapes.flatMap(({ group }) => group ?? []));
  const boxes = new Map(all.map((node) => [node.id, boxOf(node)]));
  return {
    width: Math.ceil(graph.width ?? 0),
    height: Math.ceil(graph.height ?? 0),
    shapes: boxes,
    groups: new Map([...groups].map((group) => [group, boxes.get(groupId(group)) as Box])),
    lines: new Map(made.map((edge) => [edge.id, pointsOf(edge, isBack.has(edge.id))])),
    labels: new Map(made.flatMap(({ id, labels = [] }) => labels.map((label) => [id, boxOf(label)] as const))),
  };
};
