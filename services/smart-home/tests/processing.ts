import { createEvent } from '@arcade/events';
import {
  type AnswerReady,
  type ChangeReady,
  type Command,
  type DeviceApi,
  type DirectiveDeferred,
  directiveDeferred,
} from '@arcade/events/contracts/smart-home';
import type { Vendor } from '../domain/ports.ts';
import { VendorRefusal } from '../domain/refusal.ts';
import type { DeviceRequest } from '../domain/request.ts';
import { ENDPOINT, NOW_MS, vendorOf } from './parts.ts';
import { deliveriesInMemory, requestsInMemory } from './tables.ts';

/** When these tests' directives may be answered last, and when Alexa is told that the device cannot be reached. */
export const ANSWER_BY_MS = NOW_MS + 6000;
export const GIVE_UP_MS = NOW_MS + 3000;

/** A directive that was accepted. */
export const deferredOf = (api: DeviceApi, command: Command = { power: 'ON' }): DirectiveDeferred => {
  const detail = {
    ...{ ...ENDPOINT, api, directiveId: 'directive-1', correlationToken: 'correlation-1', command },
    ...{ receivedAtMs: NOW_MS, answerByMs: ANSWER_BY_MS },
  };
  return createEvent(directiveDeferred, detail, {
    newId: () => 'directive-1',
    nowMs: NOW_MS,
    correlationId: 'chain-1',
  });
};

/** What is kept of that directive. */
export const requestOf = (overrides: Partial<DeviceRequest> = {}): DeviceRequest => {
  const { token: _token, ...known } = deferredOf('push').detail;
  return { ...known, correlationId: 'chain-1', status: 'PENDING', ...overrides };
};

/** A refusal as the vendor's API gives them. */
export const refusal = (
  status: number | undefined,
  retryable: boolean,
  error: VendorRefusal['error'] = 'ENDPOINT_UNREACHABLE',
) => new VendorRefusal(error, `refused with ${status}`, { status, retryable });

export const BUSY = refusal(503, true);

/** All that processors stand on, in memory; it says what was done, in order. */
export function processing({
  vendor = {},
  requests = [],
  callMs = 1200,
}: {
  vendor?: Partial<Vendor>;
  requests?: DeviceRequest[];
  callMs?: number;
} = {}) {
  const items = new Map(requests.map((request) => [request.directiveId, request]));
  const dispatched: (AnswerReady | ChangeReady)[] = [];
  /** What was asked of whom, in order. */
  const steps: string[] = [];
  const clock = { nowMs: NOW_MS };
  const whole = vendorOf({ command: async () => ({ kind: 'accepted' }), ...vendor });
  const noted = <Name extends 'command' | 'device' | 'request'>(name: Name): Vendor[Name] =>
    ((...args: unknown[]) => {
      steps.push(`vendor.${name}`);
      return (whole[name] as (...args: unknown[]) => unknown)(...args);
    }) as Vendor[Name];
  const table = requestsInMemory(items, async (effect) => effect());
  return {
    items,
    dispatched,
    steps,
    clock,
    callMs,
    now: () => clock.nowMs,
    pause: async (ms: number) => {
      steps.push(`pause ${ms}`);
      clock.nowMs += ms;
    },
    vendor: { command: noted('command'), device: noted('device'), request: noted('request') },
    requests: {
      ...table,
      begin: async (request: DeviceRequest) => {
        steps.push('requests.begin');
        return table.begin(request);
      },
      told: async (directiveId: string, atMs: number) => {
        steps.push('requests.told');
        await table.told(directiveId, atMs);
      },
    },
    deliveries: deliveriesInMemory(),
    callbackUrl: 'https://gateway.example.com/changes',
    dispatch: async (news: AnswerReady | ChangeReady) => {
      steps.push(`dispatch ${news.id}`);
      dispatched.push(news);
    },
  };
}

/** What a vendor gives that refuses so often, one refusal after another, and then answers. */
export function after<Answer>(refusals: readonly Error[], answer: Answer): () => Promise<Answer> {
  const left = [...refusals];
  return async () => {
    const next = left.shift();
    if (next) throw next;
    return answer;
  };
}
