import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { findGraph, followGraph } from '../src/wire/useGraph.ts';
import { rallyGraph } from './wireFixtures.ts';

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
const missing = () => json({ title: 'NotFound' }, 404);
/** What a deployed stage gives for every address that it does not know. */
const page = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });

/** The addresses that are asked for, each answered by the next of the answers. */
function answering(...answers: (() => Response)[]): string[] {
  const asked: string[] = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (address) => {
    if (address === '/_arcade/stage') return json({ stage: 'local', canBreak: true });
    asked.push(String(address));
    const answer = answers.shift();
    if (!answer) throw new TypeError('fetch failed');
    return answer();
  });
  return asked;
}

describe('the drawing of a service', () => {
  it('is that of what runs', async () => {
    const asked = answering(() => json(rallyGraph));

    expect(await findGraph('ping-pong')).toEqual(rallyGraph);
    expect(asked).toEqual(['/_local/graph/ping-pong']);
  });

  it('is asked for once by those who ask for the same version at the same time, and anew after that', async () => {
    const asked = answering(...Array.from({ length: 3 }, () => () => json(rallyGraph)));

    const [one, other] = await Promise.all([1, 1, 2].map((version) => findGraph('ping-pong', version)));
    expect(one).toBe(other);
    expect(asked).toHaveLength(2);
    await findGraph('ping-pong', 1);
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['nothing', missing],
    ['the page itself', page],
  ])('is that of the build, where %s is in its place', async (_name, first) => {
    const asked = answering(first, () => json(rallyGraph));

    expect(await findGraph('ping-pong')).toEqual(rallyGraph);
    expect(asked).toEqual(['/_local/graph/ping-pong', '/graphs/ping-pong.json']);
  });

  it('is none where neither has it', async () => {
    answering(missing, page);

    expect(await findGraph('chess')).toBe('none');
  });

  it('is not known while nobody answers, and the build’s is not taken for it', async () => {
    const asked = answering(() => json({}, 502));

    expect(await findGraph('ping-pong')).toBeUndefined();
    expect(await findGraph('ping-pong')).toBeUndefined();
    expect(asked).toEqual(['/_local/graph/ping-pong', '/_local/graph/ping-pong']);
  });

  it('is asked for again while its service still starts, ever more seldom, and not once it is there or nobody looks', async () => {
    jest.useFakeTimers();
    const asked = answering(
      missing,
      missing,
      missing,
      missing,
      () => json({}, 502),
      () => json(rallyGraph),
    );
    const found: unknown[] = [];

    followGraph('ping-pong', 0, (graph) => found.push(graph));
    await jest.advanceTimersByTimeAsync(1_999);
    expect(found).toEqual(['none']);
    await jest.advanceTimersByTimeAsync(2_001);
    expect(found).toEqual(['none', 'none']);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(found).toEqual(['none', 'none', undefined]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(found).toEqual(['none', 'none', undefined, rallyGraph]);
    expect(asked).toHaveLength(6);

    const leave = followGraph('chess', 0, (graph) => found.push(graph));
    leave();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(found).toHaveLength(4);
  });
});
