import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pushDue } from '@arcade/events/contracts/bulb-vendor';
import { environment } from '@arcade/lambda';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { drawn } from '../domain/misbehaviour.ts';
import { createPost } from '../outside/post.ts';
import { createPushQueue } from '../outside/pushQueue.ts';
import { createSkill } from '../outside/skill.ts';
import { settings } from '../settings.ts';

describe('a push over HTTP', () => {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(url === '/changes' ? 302 : 200, { location: '/elsewhere' }).end();
  });
  beforeAll(async () => new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening)));
  afterAll(() => new Promise<void>((closed) => void server.close(() => closed())));

  it('follows nobody elsewhere', async () => {
    const { port } = server.address() as AddressInfo;

    expect(await createPost()(`http://127.0.0.1:${port}/changes`, '{}', {})).toBe(302);
    expect(asked).toEqual(['/changes']);
  });

  it('ends in time', async () => {
    let signal: AbortSignal | null | undefined;
    const send: typeof fetch = async (_url, init) => {
      signal = init?.signal;
      return new Response();
    };
    await createPost(send)('http://127.0.0.1/changes', '{}', {});

    expect(signal).toBeInstanceOf(AbortSignal);
  });
});

it.each([
  [-5, 0],
  [999, 0],
  [1000, 1],
  [2_700_000, 900],
])('a push that is due in %d ms is held back for %d s', async (delayMs, seconds) => {
  const inputs: { DelaySeconds?: number }[] = [];
  const client = { send: async ({ input }: { input: object }) => void inputs.push(input) };
  await createPushQueue(client as never, 'https://queue')({ type: pushDue.type } as never, delayMs);

  expect(inputs).toMatchObject([{ QueueUrl: 'https://queue', DelaySeconds: seconds }]);
});

describe('the skill', () => {
  const answering = (answer: { text?: string; FunctionError?: string } | Error) => {
    const warnings: string[] = [];
    const send = async () => {
      if (answer instanceof Error) throw answer;
      const { text, ...rest } = answer;
      return { ...rest, ...(text !== undefined && { Payload: { transformToString: () => text } }) };
    };
    return { warnings, ask: createSkill({ send } as never, 'skill', (message) => void warnings.push(message)) };
  };

  it.each([
    ['what it answers', { text: '{"a":1}' }, { kind: 'answer', message: { a: 1 } }, 0],
    ['nothing', {}, { kind: 'answer', message: undefined }, 0],
    [
      'that it has failed',
      { text: '{"errorType":"E"}', FunctionError: 'Unhandled' },
      { kind: 'failed', reason: 'Unhandled' },
      1,
    ],
    ['what is no JSON', { text: 'moo' }, { kind: 'failed', reason: 'SyntaxError' }, 1],
    ['that it is not there', new TypeError('no'), { kind: 'failed', reason: 'TypeError' }, 1],
  ])('tells %s', async (_what, answer, expected, warned) => {
    const { ask, warnings } = answering(answer);

    expect(await ask({})).toEqual(expected);
    expect(warnings).toHaveLength(warned);
  });
});

describe('what is drawn', () => {
  it('is the same for the same, and between 0 and 1', () => {
    const draws = Array.from({ length: 1000 }, (_, at) => drawn('seed', 'push', at));

    expect(draws).toEqual(Array.from({ length: 1000 }, (_, at) => drawn('seed', 'push', at)));
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  });

  it('depends on the seed, on what it is for, and on each name', () => {
    const draws = [
      drawn('a', 'x', 1),
      drawn('b', 'x', 1),
      drawn('a', 'y', 1),
      drawn('a', 'x', 2),
      drawn('a', 'x', 1, 1),
    ];

    expect(new Set(draws).size).toBe(5);
  });
});

it.each([
  ['CALLBACK_PATTERN', '('],
  ['CALLBACK_PATTERN', ''],
  ['DEFERRED_ANSWER_SECONDS', '0'],
  ['DEFERRED_ANSWER_SECONDS', 'soon'],
] as const)('%s is refused as %j', (name, value) => {
  expect(() => environment(settings, { [name]: value })[name]).toThrow(name);
});
