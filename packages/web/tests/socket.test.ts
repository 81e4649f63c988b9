import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { keepConnected, type Line, type LineState } from '../src/lib/socket.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A network in which the test says what becomes of each connection. */
async function network({ random = 1, token = async () => 'a token' as string } = {}) {
  const lines: { token: string; sent: string[]; isClosed: boolean; fire(name: string, data?: unknown): void }[] = [];
  const [states, messages]: [LineState[], unknown[]] = [[], []];
  const tokens = jest.fn(token);
  const socket = keepConnected({
    token: tokens,
    open(token) {
      const listeners = new Map<string, (event: { data?: unknown }) => void>();
      const line = {
        token,
        sent: [] as string[],
        isClosed: false,
        fire: (name: string, data?: unknown) => listeners.get(name)?.({ data }),
      };
      lines.push(line);
      return {
        addEventListener: (name, listener) => listeners.set(name, listener),
        send: (text) => line.sent.push(text),
        close: () => {
          line.isClosed = true;
        },
      } satisfies Line;
    },
    onMessage: (data) => messages.push(data),
    onState: (state) => states.push(state),
    random: () => random,
    nowMs: () => Date.now(),
  });
  await jest.advanceTimersByTimeAsync(0);
  const latest = () => lines.at(-1) ?? fail();
  return { socket, lines, states, messages, tokens, latest, pass: (ms: number) => jest.advanceTimersByTimeAsync(ms) };
}

const fail = (): never => {
  throw new Error('nothing has been opened');
};

describe('the connection', () => {
  it('hands on what is said, and opens with a token', async () => {
    const { latest, messages, states } = await network();

    latest().fire('open');
    latest().fire('message', 'hello');

    expect([latest().token, messages, states]).toEqual(['a token', ['hello'], ['open']]);
  });

  it('is tried again after it was lost, later each time, with a token of its own', async () => {
    const { lines, latest, states, tokens, pass } = await network();
    const waits: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      const [before, fromMs] = [lines.length, Date.now()];
      latest().fire('close');
      while (lines.length === before) await pass(100);
      waits.push(Date.now() - fromMs);
    }

    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
    expect(states).toEqual(['lost']);
    expect(tokens).toHaveBeenCalledTimes(9);
  });

  it('is opened once, however often it is woken while a token is on its way', async () => {
    let isOnItsWay = Promise.resolve('a token');
    const { socket, lines, latest, pass } = await network({ token: () => isOnItsWay });
    const asked = Promise.withResolvers<string>();
    isOnItsWay = asked.promise;
    latest().fire('close');

    // As a laptop does that wakes up: it is seen again, and in a network again.
    socket.wake();
    socket.wake();
    asked.resolve('another token');
    await pass(0);

    expect(lines).toHaveLength(2);
  });

  it('is spread by chance, so that not all come back at once', async () => {
    const { lines, latest, pass } = await network({ random: 0 });

    latest().fire('close');
    await pass(249);
    expect(lines).toHaveLength(1);
    await pass(1);
    expect(lines).toHaveLength(2);
  });

  it('is tried again soon when it was a good one', async () => {
    const { lines, latest, pass } = await network();
    latest().fire('close');
    await pass(500);
    latest().fire('open');
    await pass(5_000);

    latest().fire('close');
    await pass(500);

    expect(lines).toHaveLength(3);
  });

  it('waits also when there is no token, and asks for one again', async () => {
    const { lines, tokens, states, pass } = await network({ token: () => Promise.reject(new Error('signed out')) });

    await pass(500);

    expect([lines.length, tokens.mock.calls.length, states]).toEqual([0, 2, ['lost']]);
  });

  it('is asked whether it lives when it is silent for a minute, and given up when it does not answer', async () => {
    const { lines, latest, messages, pass } = await network();
    latest().fire('open');

    await pass(60_000);
    expect(latest().sent).toEqual(['{"action":"ping"}']);
    latest().fire('message', 'pong');
    await pass(60_000 + 7_999);
    expect(lines).toHaveLength(1);
    await pass(1);
    expect(latest().isClosed).toBe(true);
    latest().fire('message', 'too late');
    await pass(500);

    expect(lines).toHaveLength(2);
    expect(messages).toEqual(['pong']);
  });

  it('does not wait for a handshake that never ends', async () => {
    const { lines, pass } = await network();

    await pass(8_000 + 500);

    expect(lines).toHaveLength(2);
  });

  it('is looked at at once when the machine wakes up', async () => {
    const { lines, latest, socket, pass } = await network();
    latest().fire('open');

    socket.wake();
    expect(latest().sent).toHaveLength(1);
    latest().fire('close');
    socket.wake();
    await pass(0);
    expect(lines).toHaveLength(2);
    await pass(600);

    expect(lines).toHaveLength(2);
  });

  it('sends what it is given while it is open, and says so when it is not', async () => {
    const { latest, socket } = await network();
    expect(socket.send('too early')).toBe(false);
    latest().fire('open');
    expect(socket.send('hello')).toBe(true);
    latest().fire('close');

    expect(socket.send('too late')).toBe(false);
    expect(latest().sent).toEqual(['hello']);
  });

  it('stays away once it is closed', async () => {
    const { lines, latest, states, socket, pass } = await network();
    latest().fire('open');

    socket.close();
    latest().fire('close');
    socket.wake();
    await pass(100_000);

    expect([lines.length, latest().isClosed, states]).toEqual([1, true, ['open']]);
  });
});
