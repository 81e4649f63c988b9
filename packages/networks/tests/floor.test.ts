import { describe, expect, it } from '@jest/globals';
import { type FloorGraph, type FloorNode, type FloorService, floorGraphOf, type WirePoint } from '../wire/index.ts';

const arnOf = (service: string, name: string) => `arn:aws:${service}:eu-west-1:000000000000:${name}`;
const attribute = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** A service with a topic and a queue, of one name, that is told by it and by the topics of others. */
const service = (name: string, topicsElsewhere: readonly string[] = []): FloorService => ({
  service: name,
  namesOf: { NewsTopic: [arnOf('sns', `${name}-news`)], LetterQueue: [arnOf('sns', `${name}-news`)] },
  template: {
    Resources: {
      NewsTopic: { Type: 'AWS::SNS::Topic' },
      LetterQueue: { Type: 'AWS::SQS::Queue' },
      ...Object.fromEntries(
        [{ Ref: 'NewsTopic' }, ...topicsElsewhere].map((topic, at) => [
          `Subscription${at}`,
          {
            Type: 'AWS::SNS::Subscription',
            Properties: { TopicArn: topic, Protocol: 'sqs', Endpoint: attribute('LetterQueue') },
          },
        ]),
      ),
    },
  },
});

const five = [
  service('paper'),
  service('radio', [arnOf('sns', 'paper-news')]),
  service('library', [arnOf('sns', 'paper-news'), arnOf('sns', 'radio-news')]),
  service('archive', [arnOf('sns', 'library-news'), arnOf('sns', 'unknown')]),
  service('museum'),
];

const nodeOf = ({ nodes }: FloorGraph, id: string) => nodes.find((node) => node.id === id) as FloorNode;
const meets = (one: FloorNode, other: FloorNode) =>
  2 * Math.abs(one.x - other.x) < one.width + other.width && 2 * Math.abs(one.y - other.y) < one.height + other.height;
const isOnBorder = ({ x, y, width, height }: FloorNode, point: WirePoint | undefined) =>
  point !== undefined && Math.abs(Math.abs(point.y - y) - height / 2) < 0.2 && Math.abs(point.x - x) <= width / 2 + 0.2;

/** Whether a straight piece of a line goes through a node. */
const isThrough = ([one, other]: readonly [WirePoint, WirePoint], { x, y, width, height }: FloorNode) =>
  Math.max(one.x, other.x) > x - width / 2 + 0.5 &&
  Math.min(one.x, other.x) < x + width / 2 - 0.5 &&
  Math.max(one.y, other.y) > y - height / 2 + 0.5 &&
  Math.min(one.y, other.y) < y + height / 2 - 0.5;

describe('the floor', () => {
  it('leads from what one service holds to where another listens, and keeps what nobody holds', async () => {
    const { edges, nodes } = await floorGraphOf(five);

    expect(edges.filter((edge) => edge.service === undefined).map(({ from, to }) => `${from} ${to}`)).toEqual([
      'paper/news radio/letter',
      'paper/news library/letter',
      'radio/news library/letter',
      'library/news archive/letter',
    ]);
    expect(nodes.filter(({ family }) => family === 'outside').map(({ id }) => id)).toEqual(['archive/unknown']);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
  });

  it('has each node in the room of its service, and no two in one place', async () => {
    const floor = await floorGraphOf(five);

    for (const node of floor.nodes) {
      const room = floor.services.find((one) => one.service === node.service);
      expect(room && node.x - node.width / 2 >= room.x && node.x + node.width / 2 <= room.x + room.width).toBe(true);
      expect(room && node.y - node.height / 2 >= room.y && node.y + node.height / 2 <= room.y + room.height).toBe(true);
      expect(floor.nodes.filter((other) => other !== node && meets(node, other))).toEqual([]);
    }
    const rooms = floor.services.map(
      (room): FloorNode => ({
        ...({} as FloorNode),
        ...room,
        x: room.x + room.width / 2,
        y: room.y + room.height / 2,
      }),
    );
    for (const room of rooms) expect(rooms.filter((other) => other !== room && meets(room, other))).toEqual([]);
  });

  it('draws each edge straight across and straight down, from border to border and through no node', async () => {
    const floor = await floorGraphOf(five);

    for (const { id, from, to, points } of floor.edges) {
      const pieces = points.slice(1).map((point, at) => [points[at] as WirePoint, point] as const);
      expect([id, pieces.filter(([one, other]) => one.x !== other.x && one.y !== other.y)]).toEqual([id, []]);
      expect([id, isOnBorder(nodeOf(floor, from), points[0])]).toEqual([id, true]);
      expect([id, isOnBorder(nodeOf(floor, to), points.at(-1))]).toEqual([id, true]);
      expect(floor.nodes.filter((node) => pieces.some((piece) => isThrough(piece, node)))).toEqual([]);
    }
  });

  it('is the same for the same templates, and is there for one service and for none', async () => {
    expect(await floorGraphOf(five)).toEqual(await floorGraphOf(structuredClone(five)));
    expect((await floorGraphOf(five.slice(0, 1))).services.length).toBe(1);
    expect((await floorGraphOf([])).nodes).toEqual([]);
  });
});
