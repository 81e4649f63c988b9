import { compileService } from '../build/service.ts';
import type { StackDescription } from '../cloudformation/stacks.ts';
import { type LocalAws, type LocalAwsOptions, startLocalAws, type Template } from './localAws.ts';
import { addPool, type Group, poolOf, type Tokens } from './pool.ts';
import { type ApiAnswer, apiOf } from './service.ts';
import { type OpenSocket, socketsOf } from './sockets.ts';

/** How a service is started that has a pool for itself. */
export interface WithPoolOptions extends LocalAwsOptions {
  /** Values for `params:`. Each set of them is compiled once, so let tests share one. */
  params?: Record<string, string>;
  /** Changes the compiled template, with the pool in it, before it is deployed. */
  transform?(template: Template): void;
}

/** Somebody who has signed in. */
export interface SignedIn {
  sub: string;
  name: string;
  tokens: Tokens;
  /** Sends a request with the id token. */
  ask(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Opens a socket with it. */
  connect(): Promise<OpenSocket>;
  /** Settings for SDK clients, with credentials of the role of the user's group, as a page gets them. */
  clientConfig(): Promise<LocalAws['rootClientConfig']>;
}

/** A service on a local AWS of its own, and who signs in there. */
export interface ServiceWithPool {
  aws: LocalAws;
  stackName: string;
  /** Where sockets are opened. */
  wsUrl: string;
  /** A request without any token, or with the one given. */
  ask: ReturnType<typeof apiOf>;
  /** Makes a user, of a group or of none, and signs them in. */
  enter(name: string, group?: Group): Promise<SignedIn>;
  /** Signs somebody in through another client of the same pool. */
  enterElsewhere(name: string): Promise<Tokens>;
  /** Connects with a query, such as `?token=...`. Rejects with the status that the handshake was answered with. */
  connect(query: string): Promise<OpenSocket>;
  /** Deploys the service again, changed. */
  deploy(transform: (template: Template) => void): Promise<StackDescription>;
  stop(): Promise<void>;
}

/**
 * Starts the service in `folder` alone, with a user pool in the place of identity's, and its APIs on ports of their own. Throws CompileError,
 * TemplateError.
 */
export async function startWithPool(
  folder: string,
  { params, transform, ...options }: WithPoolOptions = {},
): Promise<ServiceWithPool> {
  const { stackName, functions, ...compiled } = await compileService(folder, { ...(params && { params }) });
  const aws = await startLocalAws(options);
  const deploy: ServiceWithPool['deploy'] = (change) => {
    const template = structuredClone(compiled.template) as unknown as Template;
    addPool(template);
    change(template);
    return aws.cloud.stacks.deploy({ stackName, template, functions });
  };
  await deploy((template) => transform?.(template));
  const { wsUrl = '' } = await aws.cloud.apis.listen({ stackName, http: 0, websocket: 0 });
  const pool = poolOf(aws.rootClientConfig, aws.outputs(stackName));
  const ask = apiOf(aws.apiUrl(stackName));
  const sockets = socketsOf(wsUrl);

  return {
    ...{ aws, stackName, wsUrl, ask, deploy },
    async enter(name, group) {
      const tokens = await pool.enter(name, group);
      const { sub } = JSON.parse(Buffer.from(tokens.id.split('.')[1] ?? '', 'base64url').toString());
      return {
        ...{ sub, name, tokens },
        ask: (method, path, body) => ask(method, path, body, { authorization: tokens.id }),
        connect: () => sockets.connect(`?token=${tokens.id}`),
        clientConfig: async () => ({ ...aws.rootClientConfig, credentials: await pool.credentialsOf(tokens.id) }),
      };
    },
    enterElsewhere: pool.enterElsewhere,
    connect: sockets.connect,
    async stop() {
      sockets.terminate();
      pool.close();
      await aws.stop();
    },
  };
}
