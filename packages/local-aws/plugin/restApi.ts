import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Stack } from './client.ts';
import type { Serverless } from './serverlessTypes.ts';

/** A REST API of the service, served on a port of its own. */
export interface RestApi {
  url: string;
  close(): Promise<void>;
}

/** Where local-aws serves the service's REST API; undefined when the stack has none. */
export function restApiPath(stack: Stack, template: Record<string, unknown>): string | undefined {
  const api = stack.resources.find(({ type }) => type === 'AWS::ApiGateway::RestApi');
  const resources = Object.values((template.Resources ?? {}) as Record<string, Resource>);
  // A stage stands alone, or in the deployment that makes it.
  const named = ({ Type, Properties }: Resource) => Type.startsWith('AWS::ApiGateway::') && Properties?.StageName;
  const stage = resources.find(named)?.Properties?.StageName;
  return api && stage ? `/_api/${api.physicalId}/${stage}` : undefined;
}

interface Resource {
  Type: string;
  Properties?: { StageName?: string };
}

/**
 * Takes the routes of `http` events away from serverless-offline and gives them, one a line: local-aws serves them by the
 * template, with its mappings, validation and permissions.
 */
export function takeRoutes({ service }: Serverless): string[] {
  const routes: string[] = [];
  for (const key of service.getAllFunctions()) {
    const definition = service.getFunction(key);
    for (const { http } of definition.events ?? []) {
      if (typeof http !== 'object' || http === null || !('path' in http) || !('method' in http)) continue;
      routes.push(`${String(http.method).toUpperCase()} /${String(http.path).replace(/^\//, '')} (${key})`);
    }
    definition.events = definition.events?.filter((event) => !('http' in event));
  }
  return routes;
}

/**
 * Serves what local-aws serves below `path` on `port` of this machine, without the path in front, as a custom domain does.
 * Throws an Error that names the port when it is taken.
 */
export async function serveRestApi(localAwsUrl: string, path: string, port: number): Promise<RestApi> {
  const agent = new Agent({ keepAlive: true });
  const target = new URL(localAwsUrl);
  const server = createServer((incoming, answer) => forward(incoming, answer, { agent, target, path }));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' ? new Error(`Port ${port} is in use: stop the program that listens there.`) : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://localhost:${port}`,
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(
  incoming: IncomingMessage,
  answer: ServerResponse,
  { agent, target, path }: { agent: Agent; target: URL; path: string },
): void {
  // A connection is between two: with the caller's `close`, local-aws would hang up on a body that is too large to read.
  const { connection: _connection, upgrade: _upgrade, ...headers } = incoming.headers;
  const call = request(
    {
      agent,
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: `${path}${incoming.url}`,
      headers: { ...headers, host: target.host },
    },
    (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    },
  );
  call.on('error', (error) => {
    if (answer.headersSent) return void answer.destroy();
    answer.writeHead(502, { 'content-type': 'application/problem+json' });
    answer.end(JSON.stringify({ title: 'local-aws cannot be reached', status: 502, detail: error.message }));
  });
  answer.on('close', () => call.destroy());
  incoming.pipe(call);
}
