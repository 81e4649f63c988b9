import type { FloorEdge, FloorGraph, FloorNode } from '@arcade/networks/wire/graph';

const PLACE = 'eu-west-1:000000000000';

/** What the journal calls the nodes of `aFloor`. */
export const FLOOR_ARN = {
  player: `arn:aws:lambda:${PLACE}:function:game-local-player`,
  shots: `arn:aws:sns:${PLACE}:game-local-shots`,
  dead: `arn:aws:sqs:${PLACE}:game-local-dead-letters`,
  tell: `arn:aws:lambda:${PLACE}:function:lobby-local-tell`,
} as const;

const node = (id: string, x: number, y: number, rest: Pick<FloorNode, 'kind' | 'family' | 'arns'>): FloorNode => ({
  id,
  service: id.split('/')[0] ?? '',
  label: id.split('/')[1] ?? '',
  ...{ x, y, width: 100, height: 34, themes: [], logicalIds: [] },
  ...rest,
});
const edge = (id: string, from: string, to: string, rest: Partial<FloorEdge> = {}): FloorEdge => ({
  ...{ id, from, to, line: 'event', isFailure: false, sentences: [`${from} to ${to}`], points: [] },
  ...rest,
});

/** Two services: a function that publishes to a topic, its dead letters, and the lobby's function that hears of it. */
export const aFloor = (): FloorGraph => ({
  ...{ version: 1, service: 'floor', title: 'A floor', width: 1000, height: 400, groups: [], themes: [] },
  services: [
    { service: 'game', title: { x: 10, y: 6 }, x: 0, y: 0, width: 600, height: 400 },
    { service: 'lobby', title: { x: 650, y: 6 }, x: 640, y: 0, width: 360, height: 400 },
  ],
  nodes: [
    node('game/player', 100, 100, { kind: 'function', family: 'function', arns: [FLOOR_ARN.player] }),
    node('game/shots', 400, 100, { kind: 'topic', family: 'message', arns: [FLOOR_ARN.shots] }),
    node('game/dead', 100, 300, { kind: 'queue', family: 'message', arns: [FLOOR_ARN.dead] }),
    node('lobby/tell', 800, 300, { kind: 'function', family: 'function', arns: [FLOOR_ARN.tell] }),
  ],
  edges: [
    edge('publishes', 'game/player', 'game/shots', {
      service: 'game',
      points: [
        { x: 150, y: 100 },
        { x: 350, y: 100 },
      ],
    }),
    edge('buries', 'game/player', 'game/dead', {
      service: 'game',
      isFailure: true,
      points: [
        { x: 100, y: 117 },
        { x: 100, y: 283 },
      ],
    }),
    edge('crosses', 'game/shots', 'lobby/tell', {
      points: [
        { x: 450, y: 100 },
        { x: 500, y: 100 },
        { x: 500, y: 300 },
        { x: 750, y: 300 },
      ],
    }),
  ],
});
