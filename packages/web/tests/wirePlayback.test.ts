import { describe, expect, it } from '@jest/globals';
import { createCamera } from '../src/wire/camera.ts';
import { createPlayback } from '../src/wire/playback.ts';
import { hop, rallyGraph } from './wireFixtures.ts';

const at = (atMs: number) => hop({ atMs });
const times = (hops: readonly { atMs: number }[]) => hops.map(({ atMs }) => atMs);

describe('playback', () => {
  it('plays at once what happens, and its clock goes as the world’s', () => {
    const playback = createPlayback();
    playback.due(1_000);
    playback.take([at(5), at(9)]);

    const due = playback.due(1_016);

    expect(times(due.hops)).toEqual([5, 9]);
    expect(due.playMs).toBe(16);
    expect(playback.isMoving()).toBe(false);
  });

  it('plays at a quarter of the speed: four times the distance between hops, and the clock as slow', () => {
    const playback = createPlayback();
    playback.setSpeed('quarter', 0);
    playback.take([at(1_000), at(1_100), at(1_300)]);

    const played = [0, 399, 400, 1_199, 1_200].map((nowMs) => playback.due(nowMs));

    expect(played.map(({ hops }) => times(hops))).toEqual([[1_000], [], [1_100], [], [1_300]]);
    expect(played.at(-1)?.playMs).toBe(300);
    expect(playback.isMoving()).toBe(false);
  });

  it('does not wait out a pause of the world in slow motion', () => {
    const playback = createPlayback();
    playback.setSpeed('quarter', 0);
    playback.take([at(1_000), at(61_000)]);
    playback.due(0);

    expect(times(playback.due(1_600).hops)).toEqual([61_000]);
  });

  it('plays what comes after a pause without rushing', () => {
    const playback = createPlayback();
    playback.setSpeed('quarter', 0);
    playback.take([at(1_000)]);
    playback.due(0);
    playback.take([at(9_000), at(9_100)]);

    expect(times(playback.due(8_000).hops)).toEqual([9_000]);
    expect(times(playback.due(8_300).hops)).toEqual([9_100]);
  });

  it('stands still when it is frozen, and keeps what comes', () => {
    const playback = createPlayback();
    playback.due(0);
    playback.setSpeed('frozen', 100);
    playback.take([at(1), at(2)]);

    expect(playback.due(5_000)).toMatchObject({ hops: [], playMs: 100 });
    expect(playback.waiting).toBe(2);
    expect(playback.isMoving()).toBe(false);
  });

  it('steps to the next hop that is to be seen, and lets its token arrive, however late the first frame is', () => {
    const playback = createPlayback();
    playback.due(0);
    playback.setSpeed('frozen', 0);
    playback.take([at(1), at(2), at(3)]);

    playback.step(({ atMs }) => atMs === 2);

    expect(playback.isMoving()).toBe(true);
    expect(playback.due(10_000)).toMatchObject({ hops: [{ atMs: 1 }, { atMs: 2 }], playMs: 0 });
    expect(playback.due(10_240).playMs).toBe(240);
    expect(playback.due(20_000).playMs).toBe(300);
    expect(playback.isMoving()).toBe(false);
    expect(playback.waiting).toBe(1);
  });

  it('keeps five hundred, those that follow on what was seen last', () => {
    const playback = createPlayback();
    playback.setSpeed('frozen', 0);

    for (let index = 1; index <= 2_000; index += 1) playback.take([at(index)]);
    playback.step(() => true);

    expect(playback.waiting).toBe(499);
    expect(times(playback.due(1).hops)).toEqual([1]);
  });

  it('passes over what waits when it goes on live', () => {
    const playback = createPlayback();
    playback.setSpeed('frozen', 0);
    playback.take([at(1), at(2)]);

    playback.setSpeed('live', 10);

    expect(playback.due(11)).toMatchObject({ isPassedOver: true, hops: [{ atMs: 1 }, { atMs: 2 }] });
    playback.take([at(3)]);
    expect(playback.due(12)).toMatchObject({ isPassedOver: false, hops: [{ atMs: 3 }] });
  });
});

describe('the camera', () => {
  const [, , ping, pingTopic, , pong] = rallyGraph.nodes;
  if (!ping || !pingTopic || !pong) throw new Error('the drawing has a rally');

  it('shows all of a drawing where its labels can be read', () => {
    const camera = createCamera(rallyGraph);
    camera.resize(900, 176);

    expect(camera.at([ping, pong], 0)).toEqual({ x: -5, y: -5, width: 930, height: 190 });
  });

  it('shows a phone where a drawing begins, in whatever order its nodes are, while nothing has happened', () => {
    const camera = createCamera({ ...rallyGraph, nodes: rallyGraph.nodes.toReversed() });
    camera.resize(358, 152);

    expect(camera.at([], 0)).toMatchObject({ x: -5 });
  });

  it('shows a phone what is around what happens, and stays there while it is in sight', () => {
    const camera = createCamera(rallyGraph);
    camera.resize(358, 152);
    camera.at([ping, pingTopic], 10_000);
    const view = camera.at([ping, pingTopic], 11_000);

    // All its rows: 190 units in 152 px.
    expect(view).toMatchObject({ y: -5, width: 447.5, height: 190 });
    expect(view.x).toBeLessThanOrEqual(ping.x - 50);
    expect(view.x + view.width).toBeGreaterThanOrEqual(pingTopic.x + 50);
    expect(camera.at([pingTopic, ping], 20_000)).toEqual(view);
  });

  it('shows one of two nodes that are too far from each other, not what is between them', () => {
    const camera = createCamera(rallyGraph);
    camera.resize(200, 152);
    camera.at([pong, ping], 10_000);

    const { x, width } = camera.at([pong, ping], 10_240);
    expect([x <= pong.x - pong.width / 2, x + width >= pong.x + pong.width / 2]).toEqual([true, true]);
  });

  it('leaves the third node out rather than one of the two between which something goes', () => {
    const camera = createCamera(rallyGraph);
    camera.resize(358, 152);
    const [, , , , , , table] = rallyGraph.nodes;
    if (!table) throw new Error('the drawing has a table');
    camera.at([pong, table, ping], 10_000);

    const { x, width } = camera.at([pong, table, ping], 10_240);

    expect(x + width).toBeGreaterThanOrEqual(table.x + 50);
    expect(x).toBeLessThanOrEqual(pong.x - 50);
  });

  it('goes to nodes that are to be seen, with more of the drawing around them if need be, and stays until something else happens', () => {
    const camera = createCamera(rallyGraph, { isStill: true });
    camera.resize(358, 152);
    camera.at([ping], 0);
    const isIn = ({ x, width }: { x: number; width: number }, ...nodes: (typeof ping)[]) =>
      nodes.every((node) => x <= node.x - node.width / 2 && x + width >= node.x + node.width / 2);

    camera.frame([pingTopic, pong], 10);
    const framed = camera.at([ping], 20);
    expect(isIn(framed, pingTopic, pong)).toBe(true);
    expect(camera.at([ping], 60_000)).toEqual(framed);
    camera.resize(358, 152);
    expect(camera.at([ping], 60_010)).toEqual(framed);

    expect(isIn(camera.at([ping, pingTopic], 120_000), ping, pingTopic)).toBe(true);
    const far = [100, 500].map((x) => ({ ...ping, x }));
    camera.frame(far, 180_000);
    expect(isIn(camera.at([ping], 180_010), ...far)).toBe(true);
  });

  it('goes elsewhere at most every second and a half, in 240 ms, and at once where stillness is wanted', () => {
    const xsOf = (isStill: boolean) => {
      const camera = createCamera(rallyGraph, { isStill });
      camera.resize(358, 152);
      camera.at([ping, pingTopic], 10_000);
      return [11_000, 11_500, 11_620, 12_000].map((nowMs) => camera.at([pingTopic, pong], nowMs).x);
    };

    const [before = 0, atStart, onTheWay = 0, there = 0] = xsOf(false);
    expect(atStart).toBe(before);
    expect(onTheWay).toBeCloseTo((before + there) / 2);
    expect(there).toBeGreaterThan(before + 100);
    expect(xsOf(true)[1]).toBe(there);
  });
});
