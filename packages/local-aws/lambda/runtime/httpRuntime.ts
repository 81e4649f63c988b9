import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import {
  crashPayload,
  type FunctionRuntime,
  failurePayload,
  type InvocationRequest,
  type InvocationResult,
  RuntimeUnavailable,
  timeoutPayload,
} from './runtime.ts';

/** Beyond the function's own timeout: serverless-offline counts the loading of the code, and stops the function itself. */
const GRACE_MS = 10_000;

/**
 * Has functions run by serverless-offline, over its Lambda endpoint. It keeps their environments itself, writes their logs to
 * its own terminal and enforces their timeouts; the trace header travels in the client context (`offlineWorker.cjs`
 * puts it where the SDK looks).
 */
export function createHttpRuntime(): FunctionRuntime {
  const agent = new Agent({ keepAlive: true });
  return {
    invoke(spec, request) {
      if (spec.code.kind !== 'http') throw new TypeError(`${spec.functionName} has no address`);
      const url = addressOf(spec.code.url, spec.functionName);
      let isKilled = false;
      const run = async (): Promise<InvocationResult> => {
        const startedAt = performance.now();
        const answer = await post(agent, url, request, spec.timeoutMs + GRACE_MS);
        const result = {
          ...(answer === 'timeout'
            ? { payload: timeoutPayload(request.requestId, spec.timeoutMs), functionError: 'Unhandled' as const }
            : resultOf(answer, request.requestId, spec.timeoutMs)),
          log: [],
          logStreamName: 'local/serverless-offline',
          durationMs: performance.now() - startedAt,
        };
        return isKilled ? { ...result, payload: crashPayload(request.requestId), functionError: 'Unhandled' } : result;
      };
      return {
        result: run(),
        async kill() {
          isKilled = true;
        },
      };
    },
    async retire() {},
    async close() {
      agent.destroy();
    },
  };
}

/** In the place of a status: the connection was lost before an answer came, and the body says how. */
const LOST = 0;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

function addressOf(url: string, functionName: string): URL {
  const address = new URL(url);
  if (address.pathname === '/') address.pathname = `/2015-03-31/functions/${functionName}/invocations`;
  return address;
}

function post(agent: Agent, url: URL, request: InvocationRequest, timeoutMs: number): Promise<Answer | 'timeout'> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer | 'timeout'>();
  const clientContext = JSON.stringify({
    ...(request.clientContext && (JSON.parse(request.clientContext) as object)),
    localAws: {
      requestId: request.requestId,
      traceHeader: request.traceHeader,
      invokedFunctionArn: request.invokedFunctionArn,
    },
  });
  const body = Buffer.from(request.payload);
  const call = httpRequest(url, {
    method: 'POST',
    agent,
    headers: {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-amz-client-context': Buffer.from(clientContext).toString('base64'),
    },
  });
  const timer = setTimeout(() => {
    resolve('timeout');
    call.destroy();
  }, timeoutMs);
  call.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      clearTimeout(timer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() });
    });
    response.on('error', reject);
  });
  call.on('error', (error: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    // Refused before anything ran: to be tried again. A connection lost in the middle is a function that died.
    if (call.reusedSocket && error.code === 'ECONNRESET') {
      // The server had closed the idle connection, and this request never reached it.
      post(agent, url, request, timeoutMs).then(resolve, reject);
    } else if (error.code === 'ECONNREFUSED') reject(new RuntimeUnavailable(`nothing listens at ${url.origin}`));
    else resolve({ status: LOST, headers: {}, body: error.message });
  });
  call.end(body);
  return promise;
}

function resultOf(
  answer: Answer,
  requestId: string,
  timeoutMs: number,
): Pick<InvocationResult, 'payload' | 'functionError'> {
  const { status, headers, body } = answer;
  if (status === 404) throw new RuntimeUnavailable(messageIn(body) ?? 'serverless-offline does not know the function');
  if (status === LOST) return { payload: crashPayload(requestId, body), functionError: 'Unhandled' };
  if (status !== 200) {
    return { payload: crashPayload(requestId, `serverless-offline answered ${status}`), functionError: 'Unhandled' };
  }
  if (headers['x-amz-function-error'])
    return { payload: failureOf(body, requestId, timeoutMs), functionError: 'Unhandled' };
  return { payload: jsonOf(body) };
}

function messageIn(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { Message?: string }).Message;
  } catch {
    return undefined;
  }
}

function failureIn(body: string): { errorMessage?: string; trace?: string[] } {
  try {
    return JSON.parse(body) as { errorMessage?: string; trace?: string[] };
  } catch {
    return { errorMessage: body };
  }
}

/** serverless-offline calls every failure `Error`; its real name stands at the head of the stack. */
function failureOf(body: string, requestId: string, timeoutMs: number): string {
  const { errorMessage = '', trace = [] } = failureIn(body);
  if (errorMessage === '[504] - Lambda timeout.') return timeoutPayload(requestId, timeoutMs);
  const name = /^([A-Za-z_$][\w$.]*)(?::|$)/.exec(trace[0] ?? '')?.[1] ?? 'Error';
  return failurePayload(name, errorMessage, trace);
}

/** serverless-offline puts quotes around a text without escaping what is in it, and nothing for `undefined`. */
function jsonOf(body: string): string {
  if (body === '') return 'null';
  try {
    JSON.parse(body);
    return body;
  } catch {
    return JSON.stringify(body.startsWith('"') && body.endsWith('"') ? body.slice(1, -1) : body);
  }
}
