import type { Network } from '../core/network.ts';
import { drawingOf } from '../draw/drawing.ts';
import { FAMILY } from '../draw/theme.ts';
import { readTemplate } from '../read/fromTemplate.ts';
import type { CloudFormationTemplate } from '../read/template.ts';
import type { WireGraph } from './graph.ts';
import { edgeId, stripOf } from './strip.ts';

export interface WireOptions {
  /** The service's name, as it is in addresses: `ping-pong`. */
  readonly service: string;
  /** Default: `The network of <service>`. */
  readonly title?: string;
}

/** A network as a strip. `logicalIds`: the resources that each node stands for, by the node's name. */
export const wireGraphOfNetwork = async (
  network: Network,
  { service, title = `The network of ${service}` }: WireOptions,
  logicalIds: ReadonlyMap<string, readonly string[]> = new Map(),
): Promise<WireGraph> => {
  const drawing = drawingOf(network);
  const { width, height, shapes, lines } = await stripOf(drawing);
  return {
    version: 1,
    service,
    title,
    width,
    height,
    nodes: drawing.nodes.map(({ name, kind, isOpen }) => ({
      id: name,
      label: name,
      kind,
      family: isOpen ? 'outside' : FAMILY[kind],
      ...(shapes.get(name) as { x: number; y: number; width: number; height: number }),
      logicalIds: [...(logicalIds.get(name) ?? [])],
      arns: [],
    })),
    edges: drawing.edges.map((edge) => ({
      id: edgeId(edge),
      from: edge.from,
      to: edge.to,
      line: edge.line,
      isFailure: false,
      sentences: [...edge.sentences],
      points: [...(lines.get(edgeId(edge)) ?? [])],
    })),
    groups: [],
  };
};

/**
 * The strip of a compiled template's network: nodes with the logical ids that they stand for, and edges as lines from
 * border to border. A promise, because the layout engine is loaded when it is first needed (some 0.3 s). The same template
 * gives the same bytes.
 */
export const wireGraphOf = (template: CloudFormationTemplate, options: WireOptions): Promise<WireGraph> => {
  const { network, logicalIds } = readTemplate(template);
  return wireGraphOfNetwork(network, options, logicalIds);
};

/**
 * The graph with the ARNs of what runs. `arnsOf` gives for a logical id all that the journal may call the resource: for a
 * function also the session of its role (`arn:aws:sts::<account>:assumed-role/<role>/<function>`), for an API
 * `arn:aws:execute-api:<region>:<account>:<api>/<stage>`; nothing for what it does not know.
 */
export const withArns = (graph: WireGraph, arnsOf: (logicalId: string) => readonly string[]): WireGraph => ({
  ...graph,
  nodes: graph.nodes.map((node) => ({ ...node, arns: node.logicalIds.flatMap(arnsOf) })),
});
