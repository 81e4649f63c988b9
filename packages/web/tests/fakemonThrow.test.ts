import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { askVerdict, sendThrow } from '../src/fakemon/service.ts';
import { newUuid } from '../src/lib/requestKey.ts';

const made = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = made;
});

/** Answers in turn: a status, or that there is no connection. */
function answers(...all: (number | 'lost' | { status: number; body: unknown })[]) {
  const asked: { path: string; body: unknown; token: string | null }[] = [];
  globalThis.fetch = jest.fn(async (path: unknown, options: RequestInit = {}) => {
    const headers = new Headers(options.headers);
    const body: unknown = typeof options.body === 'string' ? JSON.parse(options.body) : undefined;
    asked.push({ path: String(path), body, token: headers.get('authorization') });
    const answer = all[asked.length - 1] ?? 202;
    if (answer === 'lost') throw new TypeError('failed to fetch');
    const { status, body: said } = typeof answer === 'number' ? { status: answer, body: {} } : answer;
    return new Response(JSON.stringify(said), { status });
  }) as typeof fetch;
  return asked;
}

const attempt = { attemptId: 'a', fakemonId: 'f' };
const token = async ({ isRefused = false } = {}) => (isRefused ? 'another token' : 'a token');
const noPause = async () => undefined;

describe('a throw', () => {
  it('is sent again under the same id while no answer comes', async () => {
    const asked = answers('lost', 502, 202);

    await sendThrow(attempt, token, noPause);

    expect(asked).toEqual(
      Array.from({ length: 3 }, () => ({ path: '/api/fakemon/captures', body: attempt, token: 'a token' })),
    );
  });

  it('is given up after the third try', async () => {
    const asked = answers('lost', 'lost', 'lost', 202);

    await expect(sendThrow(attempt, token, noPause)).rejects.toThrow('The service does not answer.');
    expect(asked).toHaveLength(3);
  });

  it.each([400, 403, 429, 500])('is not sent again when it was refused: %d', async (status) => {
    const asked = answers(status, 202);

    await expect(sendThrow(attempt, token, noPause)).rejects.toMatchObject({ status });
    expect(asked).toHaveLength(1);
  });

  it('is sent with another token when the first is refused, once', async () => {
    const asked = answers(401, 202);
    await sendThrow(attempt, token, noPause);
    expect(asked.map((one) => one.token)).toEqual(['a token', 'another token']);

    answers(401, 401, 202);
    await expect(sendThrow(attempt, token, noPause)).rejects.toMatchObject({ status: 401 });
  });

  it('has an outcome that one may ask for, and none while it is not decided', async () => {
    const body = { ...attempt, outcome: 'taken', lateMs: 38, takenBy: 'ben', decidedAtMs: 1 };
    answers(404, { status: 200, body });

    expect(await askVerdict('a', token)).toBeUndefined();
    expect(await askVerdict('a', token)).toEqual({ outcome: 'taken', lateMs: 38, takenBy: 'ben' });
  });

  it('has an id as services want it', () => {
    expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(newUuid()).not.toBe(newUuid());
  });
});
