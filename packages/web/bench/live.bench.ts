import type { FloorEdge, FloorGraph, FloorNode } from '@arcade/networks/wire/graph';
import type { Hop } from '../src/lib/journal.ts';
import { delivery, ended, publish, run as runOf, write } from '../tests/wireFixtures.ts';
import { measureFrames } from './frames.ts';

export const name = 'live';
/** It takes a minute and a half, and wants the machine for itself. */
export const onDemand = true;

/** As many rooms as there are services, and about as many nodes and lines as they have together. */
const ROOMS = 8;
const CELLS = 6;
const WIDTH = 1100;
const HEIGHT = 240;
const PLACE = 'eu-west-1:000000000000';

const KINDS = [
  { kind: 'function', family: 'function', arn: (name: string) => `arn:aws:lambda:${PLACE}:function:${name}` },
  { kind: 'topic', family: 'message', arn: (name: string) => `arn:aws:sns:${PLACE}:${name}` },
  { kind: 'table', family: 'store', arn: (name: string) => `arn:aws:dynamodb:${PLACE}:table/${name}` },
] as const;

/** A floor of rooms in two columns, in each of which rows of a function, a topic and a table stand side by side. */
function madeFloor(): FloorGraph {
  const rooms = Array.from({ length: ROOMS }, (_, at) => ({
    service: `room-${at}`,
    x: (at % 2) * (WIDTH + 40),
    y: Math.floor(at / 2) * (HEIGHT + 40),
    title: { x: (at % 2) * (WIDTH + 40) + 10, y: Math.floor(at / 2) * (HEIGHT + 40) + 6 },
    width: WIDTH,
    height: HEIGHT,
  }));
  const nodes = rooms.flatMap(({ service, x, y }) =>
    Array.from({ length: CELLS * KINDS.length }, (_, at): FloorNode => {
      const { kind, family, arn } = KINDS[at % KINDS.length] ?? KINDS[0];
      const id = `${service}/n${at}`;
      return {
        ...{ id, label: `${kind} ${at}`, kind, family, service, themes: [], logicalIds: [] },
        x: x + 100 + (at % CELLS) * 175,
        y: y + 50 + Math.floor(at / CELLS) * 70,
        width: 100,
        height: 34,
        arns: [arn(`${service}-${at}`)],
      };
    }),
  );
  const lineBetween = (from: FloorNode, to: FloorNode): FloorEdge => ({
    id: `${from.id} ${to.id}`,
    ...{ from: from.id, to: to.id, line: 'event', isFailure: false, sentences: [] },
    points: [
      { x: from.x, y: from.y },
      { x: to.x, y: to.y },
    ],
  });
  const edges = nodes.flatMap((node, at) => {
    const others = [nodes[(at + 1) % nodes.length], nodes[(at + 3) % nodes.length]];
    return others.flatMap((other) => (other ? [lineBetween(node, other)] : []));
  });
  const last = rooms.at(-1);
  return {
    ...{ version: 1, service: 'floor', title: 'A floor', services: rooms, nodes, edges, groups: [], themes: [] },
    width: 2 * WIDTH + 40,
    height: (last?.y ?? 0) + HEIGHT,
  };
}

const floor = madeFloor();
let turn = 0;

/** A message on its way, in another room and cell each time. */
function messageHops(): Hop[] {
  turn += 1;
  const at = ((turn * 7) % (ROOMS * CELLS)) * KINDS.length;
  const [sender = '', topic = '', table = '', receiver = ''] = [0, 1, 2, 3].map(
    (step) => floor.nodes[(at + step) % floor.nodes.length]?.arns[0],
  );
  const ids = { traceId: `trace ${turn}`, correlationId: `chain ${turn}` };
  const requestId = `request ${turn}`;
  const published = publish({ ...ids, from: sender, to: topic });
  const brought = delivery({ ...ids, from: topic, to: receiver });
  const begun = runOf({ ...ids, requestId, from: topic, to: receiver });
  const written = write({ ...ids, requestId, from: sender, to: table });
  return [published, ended(published), brought, begun, written, ended(written), ended(begun, { durationMs: 412 })];
}

/** Measures the floor opened: all of it in sight, and hops all over it. */
export const measured = { title: 'the floor opened', path: '/live', graph: floor, hopsOf: messageHops };
export const run = () => measureFrames(measured);
