import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerProblem } from './answers.ts';
import { bodyOf } from './body.ts';

/** As local-aws knows it. */
const SECRET_HEADER = 'x-local-aws-secret';
/** The stack of the service that has the user pool; the arcade on a laptop is always this stage. */
const STACK = 'identity-local';
const SERVICE = 'identity';

const TARGET = /^AWSCognitoIdentityProviderService\.(\w+)$/;
/** What a page asks of a user pool. None of it is signed: whoever has a password or a token may do it, and nobody else. */
const OPERATIONS = new Set([
  'SignUp',
  'ConfirmSignUp',
  'ResendConfirmationCode',
  'InitiateAuth',
  'RevokeToken',
  'ForgotPassword',
  'ConfirmForgotPassword',
  'ChangePassword',
]);
const MAX_BYTES = 64 * 1024;
/** A trigger of the pool has three times five seconds. */
const PATIENCE_MS = 20_000;

/** What the account's part of `/_arcade/` needs. */
export interface AccountApiParts {
  localAwsUrl: string;
  /** What lets one see the stacks of local-aws. Throws an Error when it cannot be had. */
  secret(): string;
}

/** Whether a page that was asked for in this way is shown on this machine: by the loopback address, which others do not reach. */
const isHere = ({ socket }: IncomingMessage) => socket.localAddress === '127.0.0.1';

/** Answers `GET /_arcade/config`: how one signs in, and where AWS is. 404 where nobody can, 503 while that is not known yet. */
export async function serveConfig(
  request: IncomingMessage,
  response: ServerResponse,
  parts: AccountApiParts,
): Promise<void> {
  let outputs: Record<string, string> | undefined;
  try {
    const stacks = await askLocalAws<{ stackName: string; outputs: Record<string, string> }[]>('stacks', parts);
    outputs = stacks.find(({ stackName }) => stackName === STACK)?.outputs;
    if (!outputs) {
      const services = await askLocalAws<{ name: string }[]>('services', parts);
      const isComing = services.some(({ name }) => name === SERVICE);
      if (isComing) return answerProblem(response, 503, 'The service identity is not there yet.');
      return answerProblem(response, 404, 'Nobody can sign in: the service identity does not run.');
    }
  } catch {
    return answerProblem(response, 503, 'local-aws does not answer.');
  }
  const { UserPoolId = '', UserPoolClientId, IdentityPoolId, ConfirmsAtOnce } = outputs;
  const config = {
    region: UserPoolId.split('_')[0],
    // The page's own origin: the pool is at a port that phones do not reach.
    userPool: { clientId: UserPoolClientId, endpoint: '/_arcade/cognito' },
    identityPoolId: IdentityPoolId,
    // Where AWS is for the SDK in the page; on a phone of the network it is nowhere.
    ...(isHere(request) && { aws: { endpoint: parts.localAwsUrl } }),
    confirmsAtOnce: ConfirmsAtOnce === 'true',
  };
  response
    .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(`${JSON.stringify(config)}\n`);
}

async function askLocalAws<Answer>(what: string, { localAwsUrl, secret }: AccountApiParts): Promise<Answer> {
  const answer = await fetch(`${localAwsUrl}/_local/${what}`, {
    headers: { [SECRET_HEADER]: secret() },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return (await answer.json()) as Answer;
}

/**
 * Passes on what a page asks of the user pool, and only that: the operation and its input, with nothing that could sign it. Gives the
 * pool's answer as it is.
 */
export async function passToPool(
  request: IncomingMessage,
  response: ServerResponse,
  { localAwsUrl }: Pick<AccountApiParts, 'localAwsUrl'>,
): Promise<void> {
  const target = String(request.headers['x-amz-target']);
  if (!OPERATIONS.has(TARGET.exec(target)?.[1] ?? '')) {
    request.resume();
    return answerProblem(response, 403, 'The page asks nothing of the kind of the user pool.');
  }
  const body = await bodyOf(request, MAX_BYTES);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return answerProblem(response, 413, `At most ${MAX_BYTES} bytes are taken.`);
  }
  try {
    const answer = await fetch(localAwsUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
      body: new Uint8Array(body),
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const said = Buffer.from(await answer.arrayBuffer());
    const type = answer.headers.get('content-type') ?? 'application/x-amz-json-1.1';
    response.writeHead(answer.status, { 'content-type': type, 'cache-control': 'no-store' }).end(said);
  } catch {
    answerProblem(response, 502, 'local-aws does not answer.');
  }
}
