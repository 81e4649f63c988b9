import { GatewayError } from '../../apigateway/gatewayError.ts';
import { type FunctionBackends, invokeFunction } from '../../apigateway/integrations/invoke.ts';
import { parseJson } from '../../core/boundedJson.ts';
import { correlationIdOf } from '../../core/correlation.ts';
import { DEFECT } from '../../core/journal.ts';
import { formatTrace, newTrace } from '../../lambda/trace.ts';
import type { ServedRoute } from '../model.ts';
import type { Connection } from './connection.ts';
import type { Happening } from './events.ts';
import { RouteError } from './routeError.ts';

/** What a route's function answered. */
export interface RouteAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** What happens on a connection, and how a route is told of it. */
export interface Occasion {
  route: ServedRoute;
  happening: Happening;
  message?: string;
  /** Rejects with RouteError who may not do it. */
  admit?(chain: Chain): Promise<void>;
  eventFor(traceHeader: string): object;
}

/** What all that one thing on a connection causes has in common. */
interface Chain {
  traceHeader: string;
  correlationId: string | undefined;
}

/**
 * Runs a route's function for what happens on a connection, and writes the hop down. Throws RouteError: not let in, no permission, no
 * function, no answer in time, a function that fails, or an answer without a status.
 */
export async function runRoute(
  backends: FunctionBackends,
  connection: Connection,
  occasion: Occasion,
): Promise<RouteAnswer> {
  const { route, happening, message } = occasion;
  const { core } = backends;
  const { api, stageName, id } = connection;
  const startedMs = performance.now();
  const trace = newTrace(core.newId(), happening.atMs);
  const correlationId = message === undefined ? undefined : correlationIdOf(message);
  const end = core.journal.begin({
    kind: 'call',
    service: 'apigateway',
    action: route.key,
    from: 'client',
    ...(route.integration && { to: route.integration.functionArn }),
    ...(correlationId !== undefined && { correlationId }),
    traceId: trace.root,
    detail: { api: api.name, stage: stageName, connectionId: id },
  });
  const durationMs = () => performance.now() - startedMs;
  try {
    const chain = { traceHeader: formatTrace(trace), correlationId };
    await occasion.admit?.(chain);
    const answer = await integrate(backends, connection, occasion, chain);
    end({ outcome: 'ok', durationMs: durationMs(), detail: { status: answer.statusCode } });
    return answer;
  } catch (thrown) {
    const error = thrown instanceof RouteError && { code: thrown.code, message: thrown.message };
    end({ ...(error ? { outcome: 'error', error } : DEFECT), durationMs: durationMs() });
    throw thrown;
  }
}

async function integrate(
  backends: FunctionBackends,
  { api, stageName }: Connection,
  { route: { key, integration }, eventFor }: Occasion,
  { traceHeader, correlationId }: Chain,
): Promise<RouteAnswer> {
  if (!integration) throw new RouteError(`The route ${key} has no integration.`);
  const invocation = { ...integration, source: `${api.id}/${stageName}/${key}`, traceHeader, correlationId };
  try {
    const { payload, functionError } = await invokeFunction(backends, invocation, eventFor(traceHeader));
    if (functionError) throw new RouteError(`The function failed: ${payload.slice(0, 500)}`);
    return answerOf(payload);
  } catch (thrown) {
    throw thrown instanceof GatewayError ? new RouteError(thrown.message) : thrown;
  }
}

function answerOf(payload: string): RouteAnswer {
  const answer = parsed(payload);
  const { statusCode, headers, body } = (answer ?? {}) as { statusCode?: unknown; headers?: unknown; body?: unknown };
  if (!Number.isInteger(Number(statusCode ?? Number.NaN)))
    throw new RouteError(`Malformed Lambda proxy response: it has no statusCode: ${payload.slice(0, 200)}`);
  const named = Object.entries((headers ?? {}) as Record<string, unknown>);
  return {
    statusCode: Number(statusCode),
    headers: Object.fromEntries(named.map(([name, value]) => [name.toLowerCase(), String(value)])),
    body: typeof body === 'string' ? body : '',
  };
}

function parsed(payload: string): unknown {
  try {
    return parseJson(payload);
  } catch {
    return undefined;
  }
}
