/** How long something falls, in milliseconds. */
const FALL_MS = 600;

const middleOf = ({ left, top, width, height }: DOMRect) => ({ x: left + width / 2, y: top + height / 2 });

/** Where records go: the stream in the wire, or the wire where it draws none. */
const target = (): Element | null =>
  document.querySelector('.wire-node[data-kind="stream"]') ?? document.querySelector('.wire-net');

/** Lets what went through the bottom edge of `field`, at a part (0 to 1) of its width, fall on into the wire. `layer` lies over the page. */
export function dropIntoWire(layer: HTMLElement, field: Element, part: number): void {
  const [edge, stream] = [field.getBoundingClientRect(), target()?.getBoundingClientRect()];
  if (!stream || stream.width === 0) return;
  const [from, to] = [{ x: edge.left + part * edge.width, y: edge.bottom }, middleOf(stream)];
  const token = document.createElement('i');
  layer.append(token);
  const at = ({ x, y }: { x: number; y: number }, scale: number) => `translate(${x}px, ${y}px) scale(${scale})`;
  // Down, and aside only where the wire begins.
  const between = { x: from.x + (to.x - from.x) * 0.25, y: from.y + (to.y - from.y) * 0.6 };
  token
    .animate(
      [
        { transform: at(from, 1), opacity: 1 },
        { transform: at(between, 1), opacity: 1, offset: 0.55 },
        { transform: at(to, 0.6), opacity: 0.9 },
      ],
      { duration: FALL_MS, easing: 'ease-in' },
    )
    .finished.catch(() => undefined)
    .then(
      () => token.remove(),
      () => undefined,
    );
}
