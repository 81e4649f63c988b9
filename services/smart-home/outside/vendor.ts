import { bulbState, deviceApi, type ErrorType } from '@arcade/events/contracts/smart-home';
import * as z from 'zod/mini';
import type { Vendor } from '../domain/ports.ts';
import { VendorRefusal } from '../domain/refusal.ts';

/** How the vendor is reached. */
export interface VendorOptions {
  /** Where its API is, without `/vendor`. */
  url: string;
  /** How long a call may take, milliseconds. Left out: 1200, so that a function of two seconds has time to say that it took longer. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

const CALL_MS = 1200;

const instant = z.int().check(z.gte(0));
const device = z.object({
  deviceId: z.string(),
  name: z.string(),
  api: deviceApi,
  state: bulbState,
  reachable: z.boolean(),
});
const done = { state: bulbState, changedAtMs: instant };
const answers = {
  account: z.object({ account: z.string(), grants: z.enum(['table', 'hub']) }),
  devices: z.object({ devices: z.array(device) }),
  device: z.object({ ...device.shape, sampledAtMs: instant }),
  /** Of a command that is accepted, and not yet done, the vendor says nothing. */
  command: z.partial(z.object(done)),
  request: z.discriminatedUnion('status', [
    z.object({ status: z.literal('pending') }),
    z.object({ status: z.literal('done'), ...done }),
    z.object({ status: z.literal('failed') }),
  ]),
  nothing: z.unknown(),
};

/** What each status means to whoever has spoken to Alexa. A vendor that is busy, or whose device does not hear, may do it in a moment. */
const MEANINGS: Readonly<Record<number, { error: ErrorType; retryable: boolean }>> = {
  401: { error: 'INVALID_AUTHORIZATION_CREDENTIAL', retryable: false },
  403: { error: 'INVALID_AUTHORIZATION_CREDENTIAL', retryable: false },
  404: { error: 'NO_SUCH_ENDPOINT', retryable: false },
  422: { error: 'INVALID_VALUE', retryable: false },
  429: { error: 'RATE_LIMIT_EXCEEDED', retryable: true },
};
const REFUSED = { error: 'INTERNAL_ERROR', retryable: false } as const;
const UNREACHED = { error: 'ENDPOINT_UNREACHABLE', retryable: true } as const;

const part = encodeURIComponent;

/**
 * The vendor's API over HTTP.
 *
 * @example
 * const { state } = await createVendor({ url: 'https://bulbs.example.com' }).device(token, 'bulb-1');
 */
export function createVendor({ url, timeoutMs = CALL_MS, fetch: send = fetch }: VendorOptions): Vendor {
  const ask = async <Answer>(
    schema: z.ZodMiniType<Answer>,
    token: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Answer }> => {
    const what = `${method} ${path}`;
    const { status, text } = await sent(what, async () => {
      const response = await send(`${url.replace(/\/$/, '')}/vendor/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
      });
      return { status: response.status, text: await response.text() };
    });
    if (status >= 300) {
      const meaning = status >= 500 ? UNREACHED : (MEANINGS[status] ?? REFUSED);
      throw new VendorRefusal(meaning.error, `the vendor answered ${status} to ${what}`, { ...meaning, status });
    }
    const parsed = z.safeParse(schema, jsonOf(text));
    if (parsed.success) return { status, body: parsed.data };
    throw new VendorRefusal('INTERNAL_ERROR', `the vendor's answer to ${what} does not fit`, {
      status,
      retryable: false,
    });
  };

  return {
    account: async (token) => (await ask(answers.account, token, 'GET', 'account')).body,
    devices: async (token) => (await ask(answers.devices, token, 'GET', 'devices')).body.devices,
    device: async (token, deviceId) => (await ask(answers.device, token, 'GET', `devices/${part(deviceId)}`)).body,
    async command(token, deviceId, { requestId, command, callbackUrl }) {
      const request = { requestId, ...command, ...(callbackUrl !== undefined && { callbackUrl }) };
      const { status, body } = await ask(answers.command, token, 'POST', `devices/${part(deviceId)}/commands`, request);
      if (status === 202) return { kind: 'accepted' };
      const { state, changedAtMs } = body;
      if (state && changedAtMs !== undefined) return { kind: 'done', state, changedAtMs };
      throw new VendorRefusal('INTERNAL_ERROR', `the vendor answered ${status} to a command, and no state`, {
        status,
        retryable: false,
      });
    },
    async request(token, deviceId, requestId) {
      const path = `devices/${part(deviceId)}/commands/${part(requestId)}`;
      const { status: kind, ...rest } = (await ask(answers.request, token, 'GET', path)).body;
      return { kind, ...rest } as Awaited<ReturnType<Vendor['request']>>;
    },
    subscribe: async (token, callbackUrl) =>
      void (await ask(answers.nothing, token, 'PUT', 'subscription', { callbackUrl })),
  };
}

/** What a call gives; a vendor that was not reached, or did not answer in time, is a refusal, too. */
async function sent<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (cause) {
    throw new VendorRefusal(UNREACHED.error, `the vendor was not reached by ${what}: ${(cause as Error).message}`, {
      ...UNREACHED,
      cause,
    });
  }
}

/** Undefined for what is no JSON; an empty answer is an empty object. */
function jsonOf(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
