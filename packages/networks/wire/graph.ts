import type { Kind } from '../core/settings.ts';
import type { Line } from '../draw/drawing.ts';
import type { Family } from '../draw/theme.ts';

/** A place in the strip, in px at the size at which its text is 11 px. */
export interface WirePoint {
  x: number;
  y: number;
}

/** A node of the strip; x and y are its middle. */
export interface WireNode extends WirePoint {
  id: string;
  label: string;
  kind: Kind;
  family: Family;
  width: number;
  height: number;
  /** The titles of the patterns that it belongs to: one, or several that share it, or none. */
  themes: string[];
  /** The resources of the template that it stands for. */
  logicalIds: string[];
  /**
   * What the journal calls it: an ARN belongs to the node with the longest entry that equals it, or that it continues
   * after `/` or `:`. Empty until `withArns` fills it in.
   */
  arns: string[];
}

/** All that one node does to another in one way. */
export interface WireEdge {
  id: string;
  from: string;
  to: string;
  line: Line;
  /** A way that only what failed takes: to a dead-letter queue or a failure destination. */
  isFailure: boolean;
  label?: string;
  /** Every edge of the network that it stands for, in full. */
  sentences: string[];
  /** From border to border; only straight across or straight down between two of them. */
  points: WirePoint[];
}

/** A frame around the nodes that belong to one pattern; x and y are its upper left corner. */
export interface WireGroup extends WirePoint {
  id: string;
  title: string;
  width: number;
  height: number;
}

/** A pattern that nodes belong to, and its colour: what is drawn in it has 4.5 to 1 with a light ground and a dark one. */
export interface WireTheme {
  title: string;
  light: string;
  dark: string;
}

/** A service's network as a low strip for a page: plain JSON. */
export interface WireGraph {
  version: 1;
  service: string;
  title: string;
  width: number;
  height: number;
  nodes: WireNode[];
  edges: WireEdge[];
  groups: WireGroup[];
  themes: WireTheme[];
}

/** Where a service's part of the floor lies; x and y are its upper left corner. */
export interface FloorRoom extends WirePoint {
  service: string;
  width: number;
  height: number;
  /** Where its title begins, 36 px high: nothing else is there. */
  title: WirePoint;
}

/** A node of the floor. Its id is `<service>/<id in the service's own graph>`. */
export interface FloorNode extends WireNode {
  service: string;
}

/** An edge of the floor; between two services it has no service of its own. */
export interface FloorEdge extends WireEdge {
  service?: string;
}

/** The networks of all services as one, with what goes between them: `service` is `floor`, and there are no groups. */
export interface FloorGraph extends WireGraph {
  services: FloorRoom[];
  nodes: FloorNode[];
  edges: FloorEdge[];
}

/**
 * The graph with the ARNs of what runs. `arnsOf` gives for a logical id all that the journal may call the resource: for a
 * function also the session of its role (`arn:aws:sts::<account>:assumed-role/<role>/<function>`), for an API
 * `arn:aws:execute-api:<region>:<account>:<api>/<stage>`; nothing for what it does not know.
 */
export const withArns = <Graph extends WireGraph>(
  graph: Graph,
  arnsOf: (logicalId: string, node: Graph['nodes'][number]) => readonly string[],
): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => ({ ...node, arns: node.logicalIds.flatMap((id) => arnsOf(id, node)) })),
});
