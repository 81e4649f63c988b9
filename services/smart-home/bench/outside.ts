import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createEvent } from '@arcade/events';
import { type StateChanged, stateChanged } from '@arcade/events/contracts/bulb-vendor';
import type { BulbState, Command } from '@arcade/events/contracts/smart-home';

/** How long a bulb takes to do what it was told, in milliseconds; a vendor that answers with the state answers as late. */
const BULB_MS = 100;
const PUSH_SECRET = 'push-secret-of-the-bench';
/** As `npm run secrets` puts them. */
export const SECRETS = {
  'push-secret': PUSH_SECRET,
  'lwa-client': JSON.stringify({ clientId: 'skill', clientSecret: 'secret-of-the-bench' }),
  'hub-secret': 'hub-secret-of-the-bench',
};

/** What came to Alexa's event gateway. */
export interface Heard {
  atMs: number;
  name: string;
  correlationToken: string | undefined;
}

/** Vendor, token endpoint and event gateway, without anything that takes time but the bulbs: what is measured is the skill. */
export interface Outside {
  url: string;
  heard: Heard[];
  /** Requests by what they are. */
  asked: Map<string, number>;
  stop(): Promise<void>;
}

interface Told {
  state: BulbState;
  changedAtMs: number;
}

interface Asking {
  method: string;
  path: string;
  account: string;
  body: string;
}
type Answer = readonly [status: number, json: unknown];

/** Starts it, on a free port. A device's id says its kind: `push-7`. */
export async function startOutside(): Promise<Outside> {
  const heard: Heard[] = [];
  const asked = new Map<string, number>();
  const requests = new Map<string, Told>();
  const count = (what: string) => asked.set(what, (asked.get(what) ?? 0) + 1);

  /** Status and body; or, for what takes its time, a promise of them. */
  const vendor = ({ method, path, account, body }: Asking): Answer | Promise<Answer> => {
    const [, deviceId = '', requestId] = /^\/vendor\/devices\/([^/]+)(?:\/commands\/?([^/]+)?)?$/.exec(path) ?? [];
    if (path === '/vendor/account') return [200, { account, grants: 'table' }];
    if (method === 'GET' && requestId !== undefined) {
      const told = requests.get(requestId);
      return [200, told && told.changedAtMs <= Date.now() ? { status: 'done', ...told } : { status: 'pending' }];
    }
    if (method !== 'POST') return [404, {}];
    const command = JSON.parse(body) as Command & { requestId: string; callbackUrl?: string };
    const told = { state: stateAfter(command), changedAtMs: Date.now() + BULB_MS };
    requests.set(command.requestId, told);
    if (deviceId.startsWith('sync')) return delay(BULB_MS, [200, told] as const);
    const { callbackUrl, requestId: id } = command;
    if (callbackUrl) {
      setTimeout(() => void push(callbackUrl, { account, deviceId, requestId: id, ...told }), BULB_MS);
    }
    return [202, {}];
  };

  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const { method = '', headers } = request;
    const path = new URL(request.url ?? '', 'http://outside').pathname;
    const body = await textOf(request);
    count(path.split('/')[1] ?? '');
    if (path === '/auth/o2/token') {
      return [200, { access_token: 'access', refresh_token: 'refresh', token_type: 'bearer', expires_in: 3600 }];
    }
    if (path === '/v3/events') {
      const { header } = JSON.parse(body).event;
      heard.push({ atMs: performance.now(), name: header.name, correlationToken: header.correlationToken });
      return [202, {}];
    }
    return vendor({ method, path, body, account: String(headers.authorization).replace('Bearer ', '') });
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [status, json] = await answerTo(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    asked,
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const stateAfter = ({ power = 'ON', brightness = 50 }: Command): BulbState => ({ power, brightness });

const MOST_PUSHES = 3;
const PUSH_AGAIN_MS = 1000;
let pushes = 0;

/** Until it is taken, as a vendor does it. */
async function push(url: string, change: StateChanged['detail']): Promise<void> {
  pushes += 1;
  const id = `push-${pushes}`;
  const body = JSON.stringify(createEvent(stateChanged, change, { newId: () => id, nowMs: Date.now() }));
  for (let attempt = 0; attempt < MOST_PUSHES; attempt += 1) {
    const atMs = Date.now();
    const signature = createHmac('sha256', PUSH_SECRET).update(`${atMs}.${body}`).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-vendor-signature': `t=${atMs},v1=${signature}` };
    try {
      const answer = await fetch(url, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      if (answer.status < 500) return;
    } catch {
      // Not reached: it is tried again like one that was not taken.
    }
    await delay(PUSH_AGAIN_MS);
  }
}
