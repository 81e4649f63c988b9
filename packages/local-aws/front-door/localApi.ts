import { z } from 'zod';
import type { Clock, VirtualClock } from '../core/clock.ts';
import { AwsError } from '../core/errors.ts';
import { type Faults, faultPlanSchema } from '../core/faults.ts';
import type { Journal } from '../core/journal.ts';
import { RawAnswer } from '../core/service.ts';
import { hostRequestSchema } from '../host/hosting.ts';
import { isSecret, KEYS_FILE, type Keys, SECRET_HEADER } from '../keys.ts';
import type { Messages } from '../messages/index.ts';
import { bodyAs } from './bodyAs.ts';
import { type Hosted, streamHosting } from './hostingStream.ts';
import { json } from './http.ts';
import { serveJournal } from './journalApi.ts';
import type { HttpResponse } from './listener.ts';
import { serveMessages } from './messagesApi.ts';
import type { PlainRequest } from './resolve.ts';

/** What `/_local/` shows and drives. */
export interface LocalApiParts {
  clock: Clock;
  journal: Journal;
  faults: Pick<Faults, 'plan' | 'change'>;
  /** Whoever has the secret may change things. */
  keys: Pick<Keys, 'secret'>;
  /** What `GET /_local/health` says beyond `status`. */
  health(): Record<string, unknown>;
  /** What `GET /_local/supported` answers. */
  supported(): unknown;
  stacks: {
    list(): unknown;
    deploy(name: string, request: DeployRequest): Promise<unknown>;
    remove(name: string): Promise<unknown>;
  };
  /** What was asked of tables since the start, by name; left out where there are none. */
  usage?(): unknown;
  /** The networks of services, by name (undefined where there is no such stack), and all of them as one. */
  graphs?: { of(service: string): Promise<unknown>; floor(): Promise<unknown> };
  /** The last messages of each edge; left out where none are kept. */
  messages?: Messages;
  /** The services whose sources are here; left out where nothing is hosted. */
  services?: {
    list(): unknown;
    /** Hosts one until its hosting ends; `say` takes what is said about it. Throws AwsError. */
    host(name: string, request: z.output<typeof hostRequestSchema>, say: (said: unknown) => void): Hosted;
  };
}

/** Where functions' code runs, by logical id or function name. */
const functionsSchema = z.record(
  z.string(),
  z.strictObject({ kind: z.literal('bundle'), file: z.string(), handler: z.string() }),
);

const deployRequestSchema = z.strictObject({
  /** A CloudFormation template. */
  template: z.record(z.string(), z.unknown()),
  parameters: z.record(z.string(), z.string()).default({}),
  functions: functionsSchema.default({}),
});

/** The body of `PUT /_local/stacks/<name>`. */
export type DeployRequest = z.output<typeof deployRequestSchema>;

const advanceSchema = z.strictObject({ ms: z.number().int().nonnegative() });

/** An error as RFC 9457 problem details. */
export function problem(error: AwsError): RawAnswer {
  const { code, message, status, fields } = error;
  const body = { type: 'about:blank', title: code, status, detail: message, ...fields };
  return new RawAnswer(status, { 'content-type': 'application/problem+json' }, `${JSON.stringify(body)}\n`);
}

/** What pages and readers may ask for. Stacks are not among it: functions' environments, with their credentials, are part of them. */
const OPEN = new Set([
  'GET health',
  'GET supported',
  'GET journal',
  'GET services',
  'GET faults',
  'GET graph',
  'GET graph/*',
  'GET usage',
]);

/**
 * Serves `/_local/*`: what local-aws says of itself, which is no part of AWS. Whatever changes something, or tells what lets one
 * change something, needs the secret. Undefined when it has taken the response for a stream. Throws AwsError.
 */
export async function serveLocal(
  parts: LocalApiParts,
  request: PlainRequest,
  openStream: (headers: Record<string, string>) => HttpResponse,
): Promise<RawAnswer | undefined> {
  const [resource = '', ...rest] = request.path.slice('/_local/'.length).split('/');
  const name = decodeURIComponent(rest.join('/'));
  const asked = `${request.method} ${resource}${name ? '/*' : ''}`;
  if (!OPEN.has(asked) && !isSecret(request.headers[SECRET_HEADER], parts.keys)) {
    const message = `${request.method} ${request.path} needs the header ${SECRET_HEADER}: the secret of ${KEYS_FILE} in the state folder.`;
    throw new AwsError('SecretNeeded', message, { status: 403 });
  }
  switch (asked) {
    case 'GET health':
      return json(200, { status: 'ok', ...parts.health() });
    case 'GET supported':
      return json(200, parts.supported());
    case 'GET journal':
      return serveJournal(parts, request, openStream);
    case 'GET faults':
      return json(200, parts.faults.plan);
    case 'GET usage': {
      const { user, system } = process.cpuUsage();
      return json(200, { processorMs: (user + system) / 1000, tables: parts.usage?.() ?? {} });
    }
    case 'GET graph':
      return json(200, await parts.graphs?.floor());
    case 'GET graph/*': {
      const graph = await parts.graphs?.of(name);
      if (graph === undefined)
        throw new AwsError('NotFound', `There is no stack of a service '${name}'.`, { status: 404 });
      return json(200, graph);
    }
    case 'PUT faults':
      return json(200, parts.faults.change(bodyAs(faultPlanSchema, request)));
    case 'DELETE faults':
      return json(200, parts.faults.change(undefined));
    case 'GET stacks':
      return json(200, parts.stacks.list());
    case 'PUT stacks/*':
      return json(200, (await parts.stacks.deploy(name, bodyAs(deployRequestSchema, request))) ?? {});
    case 'DELETE stacks/*':
      await parts.stacks.remove(name);
      return new RawAnswer(204, {});
    case 'GET services':
      return json(200, parts.services?.list() ?? []);
    case 'POST services/*': {
      const { services } = parts;
      if (!services) break;
      const wanted = bodyAs(hostRequestSchema, request);
      const open = () => openStream({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      streamHosting((say) => services.host(name, wanted, say), open);
      return undefined;
    }
    case 'GET messages':
    case 'POST messages/*':
    case 'GET letters':
    case 'POST letters':
      if (!parts.messages) break;
      return serveMessages(parts.messages, request, name);
    case 'POST clock/*':
      if (name === 'advance') return advance(parts.clock, bodyAs(advanceSchema, request).ms);
      break;
  }
  throw new AwsError('NotFound', `There is no ${request.method} ${request.path}.`, { status: 404 });
}

async function advance(clock: Clock, ms: number): Promise<RawAnswer> {
  if (!isVirtual(clock)) {
    throw new AwsError('RealClock', 'The clock is real; only a virtual clock can be advanced.', { status: 409 });
  }
  await clock.advance(ms);
  return json(200, { nowMs: clock.now() });
}

const isVirtual = (clock: Clock): clock is VirtualClock => 'advance' in clock;
