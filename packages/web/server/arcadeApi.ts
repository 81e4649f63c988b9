import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { passToPool, serveConfig } from './accountApi.ts';
import { answerProblem } from './answers.ts';
import { bodyOf } from './body.ts';

/** The header in which the page proves that this server has served it. */
const SESSION_HEADER = 'x-arcade-session';

/** As local-aws knows it. */
const SECRET_HEADER = 'x-local-aws-secret';

/** What the page may do to local-aws, below `/_local/` there and `/_arcade/` here. */
interface Passed {
  path: RegExp;
  methods: readonly string[];
  /** The most that a body may have. */
  maxBytes: number;
  patienceMs: number;
}

const PASSED: readonly Passed[] = [
  // Far more than a plan needs; local-aws sets one at once.
  { path: /^faults$/, methods: ['GET', 'PUT', 'DELETE'], maxBytes: 64 * 1024, patienceMs: 5000 },
  { path: /^messages$/, methods: ['GET'], maxBytes: 0, patienceMs: 5000 },
  // What local-aws keeps of a message, with room for how JSON writes it; a function may run as long as API Gateway lets it.
  { path: /^messages\/\d{1,15}\/(matching|resend)$/, methods: ['POST'], maxBytes: 1024 * 1024, patienceMs: 30_000 },
  { path: /^letters$/, methods: ['GET', 'POST'], maxBytes: 64 * 1024, patienceMs: 30_000 },
];

/** What `/_arcade/` needs. */
export interface ArcadeApiParts {
  /** What the page has been given; undefined while others of the network reach the app: then nobody breaks or sends anything. */
  session: string | undefined;
  localAwsUrl: string;
  /** What lets one change local-aws. Throws an Error when it cannot be had. */
  secret(): string;
}

/** Serves `/_arcade/*`: what the app's own server knows, and what it lets its page change. */
export async function serveArcade(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  parts: ArcadeApiParts,
): Promise<void> {
  if (path === '/_arcade/stage' && request.method === 'GET') {
    const body = { stage: 'local', canBreak: parts.session !== undefined };
    response
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(`${JSON.stringify(body)}\n`);
    return;
  }
  const asked = path.slice('/_arcade/'.length);
  const passed = PASSED.find(({ path: form, methods }) => form.test(asked) && methods.includes(request.method ?? ''));
  if (passed) return passOnWithSecret(request, response, asked, passed, parts);
  if (path === '/_arcade/config' && request.method === 'GET') return serveConfig(request, response, parts);
  if (path === '/_arcade/cognito' && request.method === 'POST') return passToPool(request, response, parts);
  request.resume();
  answerProblem(response, 404, `There is no ${request.method} ${path}.`);
}

/** Asks local-aws with the owner's secret what the page has asked, once the page has proved that it is one. */
async function passOnWithSecret(
  request: IncomingMessage,
  response: ServerResponse,
  asked: string,
  { maxBytes, patienceMs }: Passed,
  parts: ArcadeApiParts,
): Promise<void> {
  const { session, localAwsUrl } = parts;
  if (!isSession(request.headers[SESSION_HEADER], session)) {
    request.resume();
    const why =
      session === undefined
        ? 'Nothing is broken, shown or sent by hand while others of the network reach the arcade.'
        : `The header ${SESSION_HEADER} must have what the page was served with; load the page again.`;
    return answerProblem(response, 403, why);
  }
  const body = await bodyOf(request, maxBytes);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return answerProblem(response, 413, `At most ${maxBytes} bytes are taken.`);
  }
  let secret: string;
  try {
    secret = parts.secret();
  } catch (error) {
    return answerProblem(response, 503, error instanceof Error ? error.message : String(error));
  }
  try {
    const answer = await fetch(`${localAwsUrl}/_local/${asked}${new URL(request.url ?? '', localAwsUrl).search}`, {
      method: request.method ?? 'GET',
      headers: { [SECRET_HEADER]: secret, ...(body.length > 0 && { 'content-type': 'application/json' }) },
      ...(body.length > 0 && { body: new Uint8Array(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
    const type = answer.headers.get('content-type') ?? 'application/json';
    const said = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-type': type, 'cache-control': 'no-store' }).end(said);
  } catch {
    answerProblem(response, 502, 'local-aws does not answer.');
  }
}

function isSession(given: string | string[] | undefined, session: string | undefined): boolean {
  if (session === undefined || typeof given !== 'string') return false;
  const [one, other] = [Buffer.from(given), Buffer.from(session)];
  return one.length === other.length && timingSafeEqual(one, other);
}
