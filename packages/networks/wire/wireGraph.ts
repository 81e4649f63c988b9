import type { FailurePath, Network } from '../core/network.ts';
import { type Drawing, type DrawnNode, drawingOf, themeOf } from '../draw/drawing.ts';
import { FAMILY, patternColours } from '../draw/theme.ts';
import type { Box, LaidOut } from '../layout/plan.ts';
import { edgeId } from '../layout/routes.ts';
import { type ReadTemplate, readTemplate } from '../read/readTemplate.ts';
import type { CloudFormationTemplate } from '../read/template.ts';
import type { WireEdge, WireGraph, WireGroup, WireNode } from './graph.ts';
import { stripOf } from './strip.ts';

export interface WireOptions {
  /** The service's name, as it is in addresses: `ping-pong`. */
  readonly service: string;
  /** Default: `The network of <service>`. */
  readonly title?: string;
  /** The ways of what failed, which are then shown as well. */
  readonly failures?: readonly FailurePath[];
}

/** Between a group's nodes and its frame, in px; above them stands the title. */
const AROUND = 5;
const ABOVE = 13;

const frameOf = (title: string, boxes: readonly Box[]): WireGroup => {
  const left = Math.min(...boxes.map(({ x, width }) => x - width / 2)) - AROUND;
  const top = Math.min(...boxes.map(({ y, height }) => y - height / 2)) - ABOVE;
  const right = Math.max(...boxes.map(({ x, width }) => x + width / 2)) + AROUND;
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height / 2)) + AROUND;
  return { id: title, title, x: left, y: top, width: right - left, height: bottom - top };
};

const meets = ({ x, y, width, height }: WireGroup, box: Box): boolean =>
  Math.abs(2 * (x + width / 2 - box.x)) < width + box.width &&
  Math.abs(2 * (y + height / 2 - box.y)) < height + box.height;

/** A strip has no room to move nodes together: a theme has a frame where its nodes stand together anyway. */
const groupsOf = (nodes: readonly DrawnNode[], { shapes }: LaidOut): WireGroup[] => {
  const themes = [...new Set(nodes.flatMap((node) => themeOf(node) ?? []))];
  return themes.flatMap((theme) => {
    const boxOf = (node: DrawnNode): Box => shapes.get(node.name) as Box;
    const isOwn = (node: DrawnNode): boolean => themeOf(node) === theme;
    const [own, others] = [nodes.filter(isOwn), nodes.filter((node) => !isOwn(node))];
    const frame = frameOf(theme, own.map(boxOf));
    return own.length < 2 || others.some((node) => meets(frame, boxOf(node))) ? [] : [frame];
  });
};

/** A strip has room for so many queues of what failed; more of them are one. */
const MOST_FAILURE_QUEUES = 6;
/** Underscores are in no node's name. */
const ALL_FAILED = 'dead_letters';

interface Failing {
  readonly failures: readonly FailurePath[];
  readonly logicalIds: ReadonlyMap<string, readonly string[]>;
}

/** The ways of what failed as a strip shows them: to a queue each, or, where those would be many, to one that stands for them all. */
const gathered = (network: Network, { failures, logicalIds }: Failing): Failing => {
  const queues = new Set(failures.map(({ to }) => to).filter((to) => !Object.hasOwn(network.nodes, to)));
  if (queues.size <= MOST_FAILURE_QUEUES) return { failures, logicalIds };
  const paths = failures.map((path) => (queues.has(path.to) ? { ...path, to: ALL_FAILED } : path));
  return {
    failures: [...new Map(paths.map((path) => [`${path.from} ${path.to}`, path])).values()],
    logicalIds: new Map([...logicalIds, [ALL_FAILED, [...queues].flatMap((name) => logicalIds.get(name) ?? [])]]),
  };
};

/** What a template says of its network's nodes, by their names. */
type Known = Partial<Pick<ReadTemplate, 'logicalIds' | 'elsewhere'>>;

/** A network's nodes and edges as they are drawn, before they have places. */
export interface Wiring {
  readonly drawing: Drawing;
  /** By a node's name: how the template knows what another stack holds, or somebody else. */
  readonly elsewhere: ReadonlyMap<string, readonly string[]>;
  readonly nodes: readonly Omit<WireNode, keyof Box>[];
  readonly edges: readonly Omit<WireEdge, 'points'>[];
}

const wiringOfNetwork = (
  network: Network,
  all: readonly FailurePath[],
  { logicalIds: idsOf = new Map(), elsewhere = new Map() }: Known,
): Wiring => {
  const { failures, logicalIds } = gathered(network, { failures: all, logicalIds: idsOf });
  const drawing = drawingOf(network, { failures, isAllDrawn: true });
  return {
    drawing,
    elsewhere,
    nodes: drawing.nodes.map(({ name, kind, isOpen, themes }) => ({
      id: name,
      label: name === ALL_FAILED ? 'dead letters' : name,
      kind,
      family: isOpen ? 'outside' : FAMILY[kind],
      themes: [...themes],
      logicalIds: [...(logicalIds.get(name) ?? [])],
      arns: [],
    })),
    edges: drawing.edges.map((edge) => ({
      id: edgeId(edge),
      from: edge.from,
      to: edge.to,
      line: edge.line,
      isFailure: edge.isFailure,
      ...(edge.label.length === 0 ? {} : { label: edge.label.join(', ') }),
      sentences: [...edge.sentences],
    })),
  };
};

/** What is drawn of a compiled template, with the ways of what failed. */
export const wiringOf = (template: CloudFormationTemplate): Wiring => {
  const { network, failures, ...known } = readTemplate(template);
  return wiringOfNetwork(network, failures, known);
};

/** A network as a strip. */
export const wireGraphOfNetwork = async (
  network: Network,
  { service, title = `The network of ${service}`, failures = [] }: WireOptions,
  known: Known = {},
): Promise<WireGraph> => {
  const { drawing, nodes, edges } = wiringOfNetwork(network, failures, known);
  const laidOut = await stripOf(drawing);
  return {
    version: 1,
    service,
    title,
    width: laidOut.width,
    height: laidOut.height,
    themes: drawing.themes.map((title) => {
      const { light, dark } = patternColours(drawing.themes, title);
      return { title, light, dark };
    }),
    nodes: nodes.map((node) => ({ ...node, ...(laidOut.shapes.get(node.id) as Box) })),
    edges: edges.map((edge) => ({ ...edge, points: [...(laidOut.lines.get(edge.id) ?? [])] })),
    groups: groupsOf(drawing.nodes, laidOut),
  };
};

/**
 * The strip of a compiled template's network, with the ways of what failed: nodes with the logical ids that they stand for,
 * and edges as lines from border to border. A promise, because the layout engine is loaded when it is first needed (some
 * 0.3 s). The same template gives the same bytes.
 */
export const wireGraphOf = (
  template: CloudFormationTemplate,
  options: Omit<WireOptions, 'failures'>,
): Promise<WireGraph> => {
  const { network, failures, ...known } = readTemplate(template);
  return wireGraphOfNetwork(network, { ...options, failures }, known);
};
