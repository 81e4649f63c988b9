import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import type { BenchTable } from '../../../scripts/bench.ts';
import { type Child, startChild } from '../../../scripts/child.ts';

export const name = 'ingest';
/** It takes half a minute. */
export const onDemand = true;

/** As many as players of Space Invaders send at most, a page each. */
const CONNECTIONS = 200;
const RATES = [200, 700];
const WARM_UP_SECONDS = 5;
const SECONDS = 10;
const PASSWORD = 'Correct-horse-9';
const LOCAL = 'AWS4-HMAC-SHA256 Credential=local/20300101/eu-west-1/cognito-idp/aws4_request';

const STATUS = {
  sessionId: '20261122T053800Z-x7k2',
  trial: 1,
  sequence: 1,
  sentAtMs: 1_800_000_000_000,
  score: 125,
  lives: 3,
  shots: 40,
  level: 1,
};

interface Served {
  endpoint: string;
  PoolId: string;
  ClientId: string;
  ApiId: string;
}

/** Posts statuses through a closed API with a model and a template onto a stream, and asks what local-aws's processor had to do. */
export async function run(): Promise<BenchTable[]> {
  const state = await mkdtemp(join(tmpdir(), 'ingest-'));
  const { served, child } = await serve(state);
  try {
    const authorization = await signIn(served);
    const load = (overallRate: number, duration: number) =>
      autocannon({
        url: `${served.endpoint}/_api/${served.ApiId}/dev/status`,
        connections: CONNECTIONS,
        overallRate,
        duration,
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(STATUS),
      });
    await load(RATES[0] ?? 1, WARM_UP_SECONDS);
    const rows: (string | number)[][] = [];
    for (const rate of RATES) {
      const before = await processorMs(served);
      const { requests, non2xx, errors } = await load(rate, SECONDS);
      const used = (await processorMs(served)) - before;
      if (non2xx + errors > 0) throw new Error(`${non2xx} answers were no success, ${errors} requests failed`);
      rows.push([rate, requests.total, (used / requests.total).toFixed(2)]);
    }
    return [
      {
        title: `Statuses of ${CONNECTIONS} pages through API Gateway onto a stream, for ${SECONDS} s`,
        columns: ['a second', 'taken', 'processor ms each'],
        rows,
        note: 'Token, model, template, role, the record on disk, the journal: all of it is in the processor time of local-aws, which is what its process has used.',
      },
    ];
  } finally {
    await child.stop();
    await rm(state, { recursive: true, force: true });
  }
}

async function serve(state: string): Promise<{ served: Served; child: Child }> {
  const ready = Promise.withResolvers<Served>();
  const child = startChild({
    name: 'local-aws',
    args: [join(import.meta.dirname, 'ingestServer.ts'), state],
    onLine: (line) => line.startsWith('serving ') && ready.resolve(JSON.parse(line.slice('serving '.length))),
  });
  void child.ended.then(() => ready.reject(new Error(`local-aws ended:\n${child.lastLines().join('\n')}`)));
  return { served: await ready.promise, child };
}

async function processorMs({ endpoint }: Served): Promise<number> {
  const usage = (await (await fetch(`${endpoint}/_local/usage`)).json()) as { processorMs: number };
  return usage.processorMs;
}

/** The id token of somebody new. */
async function signIn({ endpoint, PoolId: UserPoolId, ClientId }: Served): Promise<string> {
  const ask = async (operation: string, input: object): Promise<{ AuthenticationResult?: { IdToken: string } }> => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization: LOCAL,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify(input),
    });
    if (!answer.ok) throw new Error(`${operation}: ${await answer.text()}`);
    return (await answer.json()) as { AuthenticationResult?: { IdToken: string } };
  };
  const Username = 'ann';
  await ask('AdminCreateUser', { UserPoolId, Username, MessageAction: 'SUPPRESS' });
  await ask('AdminSetUserPassword', { UserPoolId, Username, Password: PASSWORD, Permanent: true });
  const AuthParameters = { USERNAME: Username, PASSWORD };
  const { AuthenticationResult } = await ask('InitiateAuth', {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters,
  });
  return AuthenticationResult?.IdToken ?? '';
}
