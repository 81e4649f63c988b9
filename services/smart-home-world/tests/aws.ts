import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createDocumentClient } from '@arcade/dynamodb';
import { type ApiAnswer, apiOf, type LocalAws, type ServiceOptions, startService } from '@arcade/local-aws/testkit';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createHomesTable } from '../storage/homesTable.ts';

export const SERVICE_FOLDER = join(import.meta.dirname, '..');

/** The secrets, as `npm run secrets` would put them. */
export const SECRETS = {
  'push-secret': 'push-secret-of-the-tests',
  'lwa-client': JSON.stringify({ clientId: 'skill', clientSecret: 'skill-secret' }),
  'hub-secret': 'hub-secret-of-the-tests',
};

type Ask = ReturnType<typeof apiOf>;

/** A home, and its key and the vendor's token of it. */
export interface TestHome {
  homeId: string;
  /** Asks as the home's page. */
  ask: (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;
}

/** The service on a local AWS of its own, with a skill as small as it can be. */
export interface World {
  aws: LocalAws;
  /** Where its API is. */
  url: string;
  ask: Ask;
  /** Makes a home. */
  enter(body?: object): Promise<TestHome>;
  /** The token by which the vendor knows a home's account, which no page is told. */
  vendorTokenOf(homeId: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the service, with its secrets and `standInSkill.cjs` in the place of smart-home's entrypoint. */
export async function startWorld(options?: ServiceOptions): Promise<World> {
  const aws = await startService(SERVICE_FOLDER, options);
  await putSecrets(aws);
  const url = aws.outputs('smart-home-world').ApiUrl ?? '';
  await deploySkill(aws, url);
  const ask = apiOf(url);
  return {
    aws,
    url,
    ask,
    async enter(body = {}) {
      const { status, body: made } = await ask('POST', '/homes', body);
      if (status !== 201) throw new Error(`answered ${status}: ${JSON.stringify(made)}`);
      const { homeId, token } = made;
      const headers = { authorization: `Bearer ${token}` };
      return { homeId, ask: (method, path, json) => ask(method, `/homes/${homeId}${path}`, json, headers) };
    },
    async vendorTokenOf(homeId) {
      const client = createDocumentClient(aws.rootClientConfig);
      const home = await createHomesTable(client, 'smart-home-world-local-homes', () => aws.clock.now()).find(homeId);
      client.destroy();
      return home?.vendorToken ?? '';
    },
    stop: () => aws.stop(),
  };
}

async function putSecrets(aws: LocalAws): Promise<void> {
  const ssm = new SSMClient(aws.rootClientConfig);
  for (const [name, Value] of Object.entries(SECRETS)) {
    const Name = `/smart-home-world/local/${name}`;
    await ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString' }));
  }
  ssm.destroy();
}

async function deploySkill(aws: LocalAws, url: string): Promise<void> {
  const FunctionName = 'smart-home-local-entrypoint';
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const template = {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] } },
      },
      Skill: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName,
          Runtime: 'nodejs24.x',
          Handler: 'standInSkill.handler',
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Code: { S3Bucket: 'none', S3Key: 'none' },
          Timeout: 8,
          Environment: { Variables: { WORLD_URL: url } },
        },
      },
    },
  };
  const file = join(import.meta.dirname, 'standInSkill.cjs');
  const functions = { [FunctionName]: { kind: 'bundle' as const, file, handler: 'standInSkill.handler' } };
  await aws.cloud.stacks.deploy({ stackName: 'smart-home-local', template, functions });
}

/** What came to an address that pushes go to. */
export interface Push {
  body: string;
  signature: string;
  correlationId: string;
}

/** Somebody whom the vendor calls back. */
export interface Receiver {
  url: string;
  pushes: Push[];
  stop(): Promise<void>;
}

/** Listens for pushes; `statusOf` says what each is answered. */
export async function startReceiver(statusOf: (push: Push, count: number) => number = () => 200): Promise<Receiver> {
  const pushes: Push[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { 'x-vendor-signature': signature, 'x-correlation-id': correlationId } = request.headers;
      const push = {
        body: Buffer.concat(chunks).toString('utf8'),
        signature: String(signature),
        correlationId: String(correlationId),
      };
      pushes.push(push);
      response.writeHead(statusOf(push, pushes.length)).end();
    });
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/changes`,
    pushes,
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
