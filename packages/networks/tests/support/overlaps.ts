import type { Layout } from '../../draw/layout.ts';
import { type Box, grown, meets } from '../../layout/plan.ts';

const touch = (one: Box, other: Box): boolean =>
  Math.abs(one.x - other.x) * 2 < one.width + other.width - 1 &&
  Math.abs(one.y - other.y) * 2 < one.height + other.height - 1;

/** What of a drawing lies on something else, in words: no label on a line, no line through a node, nothing on anything. */
export const overlapsIn = ({ nodes, edges, groups, width, height }: Layout): string[] => {
  const lines = edges.map(({ edge, points }) => ({ edge, points, name: `the line ${edge.from} to ${edge.to}` }));
  const labels = [
    ...edges.flatMap(({ edge, label }) => (label ? [{ name: `the label ${edge.label.join(', ')}`, box: label }] : [])),
    ...groups.map(({ title, label }) => ({ name: `the title ${title}`, box: label })),
  ];
  const shapes = nodes.map(({ node, ...box }) => ({ name: node.name, box }));
  const boxes = [...labels, ...shapes];
  const found = [
    ...labels.flatMap(({ name, box }) =>
      lines.filter(({ points }) => meets(points, box)).map((line) => `${line.name} runs through ${name}`),
    ),
    ...lines.flatMap(({ name, edge, points }) =>
      shapes
        .filter((shape) => shape.name !== edge.from && shape.name !== edge.to && meets(points, grown(shape.box, -1)))
        .map((shape) => `${name} runs through ${shape.name}`),
    ),
    ...boxes.flatMap(({ name, box }, at) =>
      boxes.slice(at + 1).flatMap((other) => (touch(box, other.box) ? [`${name} lies on ${other.name}`] : [])),
    ),
    ...boxes
      .filter(
        ({ box: { x, y, width: w, height: h } }) => x < w / 2 || y < h / 2 || x + w / 2 > width || y + h / 2 > height,
      )
      .map(({ name }) => `${name} is outside`),
  ];
  return found;
};
