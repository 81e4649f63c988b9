import { stateChanged } from '@arcade/events/contracts/bulb-vendor';
import type { DeviceApi } from '@arcade/events/contracts/smart-home';
import { buildEvent } from '@arcade/events/testing';
import { describe, expect, it } from '@jest/globals';
import { takePush } from '../domain/changed.ts';
import { processOptimistic } from '../domain/optimistic.ts';
import { poll } from '../domain/poll.ts';
import { processAsync, processSync } from '../domain/process.ts';
import type { DeviceRequest } from '../domain/request.ts';
import { signatureOf } from '../domain/signature.ts';
import { verify } from '../domain/verify.ts';
import { NOW_MS } from './parts.ts';
import { deferredOf, processing, refusal, requestOf } from './processing.ts';

const DONE = { kind: 'done', state: { power: 'ON', brightness: 40 }, changedAtMs: NOW_MS } as const;
const SECRET = 'what the vendor signs with';

type Parts = ReturnType<typeof processing> & { scheduleCheck(): Promise<void>; again(): Promise<void> };

interface Work {
  run(parts: Parts): Promise<unknown>;
  options?: Parameters<typeof processing>[0];
}

const promised = (overrides: Partial<DeviceRequest> = {}) =>
  requestOf({ api: 'optimistic', token: 'token', toldAtMs: NOW_MS, ...overrides });
const push = (api: DeviceApi, overrides: Partial<DeviceRequest> = {}): Work => ({
  options: { requests: [requestOf({ api, ...overrides })] },
  run: (parts) => {
    const detail = {
      account: 'ann',
      deviceId: 'bulb-1',
      state: DONE.state,
      changedAtMs: NOW_MS,
      requestId: 'directive-1',
    };
    const body = JSON.stringify(buildEvent(stateChanged, detail, { id: 'delivery-1' }));
    return takePush(parts, SECRET, { body, signature: signatureOf(SECRET, body, NOW_MS) });
  },
});
const refuses = { command: () => Promise.reject(refusal(422, false)) };

const WORKS: Record<string, Work> = {
  'a sync directive': {
    options: { vendor: { command: async () => DONE } },
    run: (parts) => processSync(parts, deferredOf('sync')),
  },
  'an accepted directive': { run: (parts) => processAsync(parts, deferredOf('push')) },
  'a refused directive': { options: { vendor: refuses }, run: (parts) => processAsync(parts, deferredOf('push')) },
  'a promised directive': { run: (parts) => processOptimistic(parts, deferredOf('optimistic')) },
  'a promised directive that is refused': {
    options: { vendor: refuses },
    run: (parts) => processOptimistic(parts, deferredOf('optimistic')),
  },
  'a poll of what is done': {
    options: { requests: [requestOf({ api: 'polling' })], vendor: { request: async () => DONE } },
    run: (parts) => poll(parts, deferredOf('polling')),
  },
  'a poll of what is pending': {
    options: { requests: [requestOf({ api: 'polling' })], vendor: { request: async () => ({ kind: 'pending' }) } },
    run: (parts) => poll(parts, deferredOf('polling')),
  },
  'a push that answers': push('push'),
  'a push of what was promised': push('optimistic', promised()),
  'a push of what Alexa was told otherwise': push('push', {
    status: 'COMPLETED',
    outcome: { kind: 'error', error: 'INTERNAL_ERROR', message: '' },
  }),
  'a check': {
    options: { requests: [promised()] },
    run: (parts) => verify(parts, { detail: { directiveId: 'directive-1' } } as never),
  },
};

/** When an invocation dies: before a request of its has left, or when it has arrived. */
interface Death {
  at: number;
  hasArrived: boolean;
}

/** The parts, of which each request is counted; whoever makes the deadly one never hears of anything again. */
function mortal<Of extends object>(parts: Of, requested: () => Death | undefined): Of {
  return new Proxy(parts, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value === 'object' && value !== null && !(value instanceof Map) && !Array.isArray(value))
        return mortal(value, requested);
      if (typeof value !== 'function' || name === 'now') return value;
      return async (...args: unknown[]) => {
        const death = requested();
        if (death && !death.hasArrived) return new Promise(() => {});
        const answer = await value.apply(target, args);
        return death ? new Promise(() => {}) : answer;
      };
    },
  });
}

/** Has the work done, by one that dies and by one that does not. Gives what has come of it, and how many requests the last one made. */
async function outlive({ run, options }: Work, death?: Death) {
  const base = processing(options);
  const effects = new Set<string>();
  const parts: Parts = {
    ...base,
    scheduleCheck: async () => void effects.add('a check is made'),
    again: async () => void effects.add('it is asked again'),
  };
  const invoke = async (dies: Death | undefined) => {
    let requests = 0;
    const mine = mortal(parts, () => {
      const isDeadly = requests === dies?.at;
      requests += 1;
      return isDeadly ? dies : undefined;
    });
    // Nothing here takes time: who has not ended by the next turn of the loop is dead.
    await Promise.race([run(mine), new Promise((resume) => setImmediate(resume))]);
    return requests;
  };
  if (death) await invoke(death);
  const requests = await invoke(undefined);
  for (const { id, type, detail } of base.dispatched) effects.add(JSON.stringify([id, type, detail]));
  if (base.steps.includes('vendor.command')) effects.add('the vendor was told');
  return { requests, effects: [...effects].sort(), items: base.items };
}

describe('what a function does that dies, and is invoked again', () => {
  it.each(Object.entries(WORKS))('of %s is what it does when it lives, wherever it dies', async (_name, work) => {
    const whole = await outlive(work);
    expect(whole.requests).toBeGreaterThan(0);
    expect(whole.effects).not.toEqual([]);
    const moments = Array.from({ length: whole.requests }, (_, at) => at);

    for (const at of moments) {
      for (const hasArrived of [false, true]) {
        const { effects, items } = await outlive(work, { at, hasArrived });

        expect([at, hasArrived, effects]).toEqual([at, hasArrived, whole.effects]);
        expect([...items.values()]).toEqual([...whole.items.values()]);
      }
    }
  });
});
