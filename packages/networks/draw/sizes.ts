import type { Kind } from '../core/settings.ts';
import type { Size } from '../layout/plan.ts';
import type { DrawnEdge, DrawnNode } from './drawing.ts';
import { widthOf } from './measure.ts';
import { ROUND_OR_POINTED } from './shapes.ts';

/** In px, at the size at which a name is 14 px. */
export const SIZES = {
  name: 14,
  subtitle: 11,
  label: 11,
  line: 14,
  icon: 24,
  padding: 12,
  nodeHeight: 52,
  subtitleLine: 14,
  /** A frame's title, and the icon of what a function has at hand. */
  title: 12,
  held: 11,
  /** Between the marks of the patterns that share a node. */
  mark: 9,
  leastWidth: 140,
} as const;

/** Shapes that narrow towards their sides need room for the text's end. */
const slack = (kind: Kind): number => (ROUND_OR_POINTED.has(kind) ? SIZES.padding : 0);

/** The width of what stands below a node's name: the marks of its patterns behind the last line of its kind, then what it has at hand. */
const linesOf = ({ subtitle, themes, holds }: DrawnNode): readonly number[] => [
  ...subtitle.map(
    (line, at) =>
      widthOf(line, SIZES.subtitle) +
      (at === subtitle.length - 1 && themes.length > 1 ? (themes.length + 1) * SIZES.mark : 0),
  ),
  ...holds.map(({ name }) => SIZES.held + 4 + widthOf(name, SIZES.subtitle)),
];

/** A node's box: its icon, its name and what stands below it. */
export const nodeSize = (node: DrawnNode): Size => {
  const lines = linesOf(node);
  return {
    // Most nodes are equally wide: arrows then reach them in one line.
    width: Math.max(
      Math.max(widthOf(node.name, SIZES.name, true), ...lines) + SIZES.icon + 3 * SIZES.padding + slack(node.kind),
      SIZES.leastWidth,
    ),
    height: SIZES.nodeHeight + (lines.length - 1) * SIZES.subtitleLine,
  };
};

/** The box of an arrow's label; undefined where it has none. */
export const labelSize = ({ label }: DrawnEdge): Size | undefined =>
  label.length === 0
    ? undefined
    : { width: Math.max(...label.map((line) => widthOf(line, SIZES.label))), height: label.length * SIZES.line };

/** A title that is wider than this goes on two lines. */
const LONG_TITLE = 100;

/** The title of a frame in one line, or, where it is long and has words, in two of about one length. */
export const titleLines = (title: string): readonly string[] => {
  const words = title.split(' ');
  if (words.length < 2 || widthOf(title, SIZES.title, true) <= LONG_TITLE) return [title];
  const halves = words.slice(1).map((_, at) => [words.slice(0, at + 1).join(' '), words.slice(at + 1).join(' ')]);
  const longer = (lines: readonly string[]): number => Math.max(...lines.map((line) => line.length));
  return halves.sort((one, other) => longer(one) - longer(other))[0] as string[];
};

/** The box of a title in these lines. */
export const sizeOfTitle = (lines: readonly string[]): Size => ({
  width: Math.max(...lines.map((line) => widthOf(line, SIZES.title, true))),
  height: lines.length * SIZES.line,
});
