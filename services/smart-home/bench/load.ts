import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeviceApi } from '@arcade/events/contracts/smart-home';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Outside } from './outside.ts';

export const APIS = ['sync', 'push', 'polling', 'optimistic'] as const satisfies readonly DeviceApi[];
/** Customers, each with so many bulbs of each kind: one bulb's directives go one after another. */
const ACCOUNTS = 25;
const BULBS = 4;
const ENTRYPOINT = 'smart-home-local-entrypoint';
/** After the last directive, as long as an answer may come at the most. */
const LAST_ANSWERS_MS = 8000;

/** What became of a directive. Times in milliseconds since it was sent. */
export interface Said {
  api: DeviceApi;
  /** The name of the message that Alexa was answered at once. */
  direct: string;
  firstMs: number;
  /** The answers that came by the gateway. */
  finals: { name: string; ms: number }[];
}

/** Links each customer's account, as Alexa does. */
export async function linkAll(lambda: LambdaClient): Promise<void> {
  for (const account of accounts()) {
    const grant = { type: 'OAuth2.AuthorizationCode', code: `code-of-${account}` };
    const payload = { grant, grantee: scopeOf(account) };
    const { event } = await ask(lambda, { header: headerOf('Alexa.Authorization', 'AcceptGrant'), payload });
    if (event?.header.name !== 'AcceptGrant.Response')
      throw new Error(`the grant was answered ${JSON.stringify(event)}`);
  }
}

/** Sends directives, so many a second for so long, whatever is answered when; resolves when all could be answered. */
export async function sayAll(lambda: LambdaClient, outside: Outside, rate: number, seconds: number): Promise<Said[]> {
  const startedMs = performance.now();
  const said = new Map<string, Said & { atMs: number }>();
  const sending: Promise<void>[] = [];
  for (let at = 0; at < rate * seconds; at += 1) {
    const dueMs = startedMs + (at * 1000) / rate;
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 0) await delay(earlyMs);
    const api = APIS[at % APIS.length] ?? 'sync';
    const correlationToken = randomUUID();
    const one = { api, direct: '', firstMs: Number.NaN, finals: [], atMs: dueMs };
    said.set(correlationToken, one);
    sending.push(
      // A call that fails is an answer of its own.
      say(lambda, api, at, correlationToken)
        .catch(asError)
        .then((name) => {
          one.direct = typeof name === 'string' ? name : name.message;
          // From when it was due: a generator that is late does not make the skill look quick.
          one.firstMs = performance.now() - dueMs;
        }),
    );
  }
  await Promise.all(sending);
  await untilAnswered(said, outside);
  for (const { atMs, name, correlationToken = '' } of outside.heard) {
    const one = said.get(correlationToken);
    one?.finals.push({ name, ms: atMs - one.atMs });
  }
  return [...said.values()];
}

async function untilAnswered(said: ReadonlyMap<string, unknown>, { heard }: Outside): Promise<void> {
  const endMs = performance.now() + LAST_ANSWERS_MS;
  const open = () => {
    const answered = new Set(heard.map(({ correlationToken }) => correlationToken));
    return [...said.keys()].some((token) => !answered.has(token));
  };
  while (open() && performance.now() < endMs) await delay(50);
  // What comes twice comes now.
  await delay(500);
}

async function say(lambda: LambdaClient, api: DeviceApi, at: number, correlationToken: string): Promise<string> {
  const account = `account-${at % ACCOUNTS}`;
  const endpointId = `${api}-${Math.floor(at / ACCOUNTS) % BULBS}`;
  const header = { ...headerOf('Alexa.PowerController', at % 2 === 0 ? 'TurnOn' : 'TurnOff'), correlationToken };
  const endpoint = { scope: scopeOf(account), endpointId, cookie: { api, account } };
  const { event } = await ask(lambda, { header, endpoint, payload: {} });
  return event?.header.name ?? 'nothing';
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
const accounts = () => Array.from({ length: ACCOUNTS }, (_, at) => `account-${at}`);
const headerOf = (namespace: string, name: string) => ({
  namespace,
  name,
  messageId: randomUUID(),
  payloadVersion: '3',
});
const scopeOf = (account: string) => ({ type: 'BearerToken', token: account });

async function ask(lambda: LambdaClient, directive: object): Promise<{ event?: { header: { name: string } } }> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: ENTRYPOINT, Payload: JSON.stringify({ directive }) }),
  );
  const text = Payload?.transformToString() ?? '';
  if (FunctionError) throw new Error(`the skill failed: ${text}`);
  return JSON.parse(text);
}
