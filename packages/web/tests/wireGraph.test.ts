import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { findGraph } from '../src/wire/useGraph.ts';
import { rallyGraph } from './wireFixtures.ts';

afterEach(() => {
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
});
