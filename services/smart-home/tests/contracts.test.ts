import { type AnyEvent, type Contract, createEvent } from '@arcade/events';
import {
  answerLate,
  answerReady,
  changeReady,
  checkDue,
  directiveAnswered,
  directiveDeferred,
  pollDue,
  smartHomeEvents,
} from '@arcade/events/contracts/smart-home';
import { logger } from '@arcade/lambda';
import { compile, type Edge } from '@arcade/networks';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { networksOf } from '../networks.ts';
import * as wiring from '../wiring.ts';
import { ENDPOINT, NOW_MS } from './parts.ts';

const { home } = networksOf();
const edges = Object.values(home.edges);
const { functions } = compile(home, { service: 'smart-home', stage: 'local' });

/** The contracts that an edge says, in order. */
const said = ({ settings }: Edge) => [(settings as { contract?: string | string[] }).contract ?? []].flat().sort();
const nameOf = ({ type, version }: Contract) => `${type}.v${version}`;

/** Where a message goes, by the logical id or the name that the template gives the variable: `DispatchQueue` is `dispatch`. */
const addressOf = (value: unknown): string => {
  const id = (value as { Ref?: string }).Ref ?? (value as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt']?.[0];
  return id ?? String(value);
};
const FIFO = ['DispatchQueue', 'DirectivesTopic'];

const environmentBefore = { ...process.env };
/** Where each message of a test went. */
let sentTo: string[] = [];
let refusals: Error[] = [];

beforeAll(() => {
  const variables = Object.values(functions).flatMap(({ environment = {} }) => Object.entries(environment));
  const given = variables.map(([name, value]) => {
    const address = addressOf(value);
    return [name, FIFO.includes(address) ? `${address}.fifo` : address];
  });
  Object.assign(process.env, { AWS_REGION: 'eu-west-1' }, Object.fromEntries(given));
  const send = async ({ input }: { input: Record<string, unknown> }) => {
    sentTo.push(String(input.QueueUrl ?? input.TopicArn ?? input.GroupName));
    return {};
  };
  for (const client of [SQSClient, SNSClient, SchedulerClient]) {
    const sender = client.prototype as unknown as {
      send(command: { input: Record<string, unknown> }): Promise<object>;
    };
    jest.spyOn(sender, 'send').mockImplementation(send);
  }
  jest.spyOn(logger, 'error').mockImplementation(((_text: string, error: Error) => void refusals.push(error)) as never);
});

afterAll(() => {
  for (const name of Object.keys(process.env)) {
    if (environmentBefore[name] === undefined) delete process.env[name];
    else process.env[name] = environmentBefore[name];
  }
  jest.restoreAllMocks();
});

/** What a handler takes: of an event that has nothing but its type it says what is missing; of another it does not know the type. */
async function takenBy(name: string, trigger: (body: object) => unknown): Promise<string[]> {
  const { handler } = (await import(`../handlers/${name}.ts`)) as {
    handler(event: unknown, context: object): Promise<unknown>;
  };
  const taken: string[] = [];
  for (const contract of smartHomeEvents) {
    refusals = [];
    const answering = handler(trigger({ type: contract.type, detail: {} }), { awsRequestId: 'request-1' });
    await answering.catch(() => {});
    const [refusal] = refusals;
    if (!refusal) throw new Error(`${name} has not looked at ${contract.type}`);
    if (!refusal.message.includes('not one of those expected here')) taken.push(nameOf(contract));
  }
  return taken.sort();
}

const queued = (body: object) => {
  const attributes = { ApproximateReceiveCount: '1', MessageGroupId: 'group-1' };
  const record = { eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:eu-west-1:0:some', messageId: '1', attributes };
  return { Records: [{ ...record, body: JSON.stringify(body) }] };
};

const takers = edges.filter(({ type }) => type === 'queue triggers function' || type === 'timer triggers function');

describe('what a function is told', () => {
  it.each(takers.map((edge) => [edge.from, edge.to, edge] as const))(
    'from %s is what %s takes, each of the contracts of their edge and no other',
    async (_from, name, edge) => {
      const trigger = edge.type === 'queue triggers function' ? queued : (body: object) => body;

      expect(await takenBy(name, trigger)).toEqual(said(edge));
    },
  );
});

const device = { account: ENDPOINT.account, endpointId: ENDPOINT.endpointId, api: ENDPOINT.api };
const pending = {
  ...{ ...device, directiveId: 'directive-1', correlationToken: 'correlation-1' },
  ...{ receivedAtMs: NOW_MS, answerByMs: NOW_MS + 6000 },
};
const directive = { ...pending, command: { power: 'ON' as const }, token: ENDPOINT.token };
const outcome = { kind: 'response' as const, state: { power: 'ON' as const, sampledAtMs: NOW_MS } };
const context = { newId: () => 'event-1', nowMs: NOW_MS };
const state = { power: 'ON' as const, brightness: 40, sampledAtMs: NOW_MS };
const events = {
  deferred: createEvent(directiveDeferred, directive, context),
  due: createEvent(pollDue, { ...directive, asked: 1 }, context),
  ready: createEvent(answerReady, { ...pending, outcome }, context),
  change: createEvent(changeReady, { ...device, cause: 'VOICE_INTERACTION', state, changed: ['power'] }, context),
  late: createEvent(answerLate, { ...pending, outcome, lateMs: 1 }, context),
  check: createEvent(checkDue, { directiveId: 'directive-1' }, context),
  answered: createEvent(
    directiveAnswered,
    {
      ...{ directiveId: 'directive-1', home: 'a-home-of-somebody', endpointId: 'bulb-1', api: 'sync' },
      ...{ outcome: 'late', afterMs: 6000 },
    },
    context,
  ),
};

/** How a function sends, and what: an event that TypeScript lets it send, or any of them, where the publisher refuses what it is not made for. */
type Sender = readonly [send: (event: never) => Promise<void>, events?: readonly AnyEvent[]];

const SENDERS: Record<string, () => Sender[]> = {
  entrypoint: () => {
    const { defer, tellOthers } = wiring.entry();
    return [
      [defer, [events.deferred]],
      [tellOthers, [events.answered]],
    ];
  },
  syncProcessor: () => [[wiring.syncProcessor().dispatch]],
  asyncProcessor: () => [[wiring.asyncProcessor().dispatch]],
  optimisticProcessor: () => {
    const { dispatch, scheduleCheck } = wiring.optimisticProcessor();
    return [[dispatch], [(event) => scheduleCheck(event, NOW_MS), [events.check]]];
  },
  poller: () => {
    const { dispatch, again } = wiring.poller();
    return [[dispatch], [(event) => again(event, 1), [events.due]]];
  },
  giveUp: () => [[wiring.quitter().dispatch]],
  verify: () => [[wiring.verifier().dispatch]],
  changed: () => [[wiring.pushGateway().parts.dispatch]],
  dispatcher: () => {
    const { keepLate, tellOthers } = wiring.dispatcher();
    return [
      [keepLate, [events.late]],
      [tellOthers, [events.answered]],
    ];
  },
};

/** What a function can send, and where to. */
async function sentBy(name: string): Promise<Record<string, string[]>> {
  const sent: Record<string, string[]> = {};
  for (const [send, tried = Object.values(events)] of SENDERS[name]?.() ?? []) {
    for (const event of tried) {
      sentTo = [];
      await send(event as never).catch((error: Error) => expect(error.message).toMatch(/^no contract says/));
      for (const to of sentTo.map((address) => address.replace('.fifo', ''))) {
        sent[to] = [...(sent[to] ?? []), `${event.type}.v${event.version}`].sort();
      }
    }
  }
  return sent;
}

const ADDRESSES: Record<string, (to: string) => string> = {
  'function sends queue': (to) => `${to}Queue`,
  'function publishes topic': (to) => `${to}Topic`,
  'function writes timer': (to) => `${to}Timer`,
};

describe('what a function sends', () => {
  const senders = Object.keys(functions);

  it.each(senders)('is what the edges of %s say, there and nowhere else', async (name) => {
    const expected = edges
      .filter(({ from, type }) => from === name && type in ADDRESSES)
      .map((edge) => {
        const address = ADDRESSES[edge.type]?.(edge.to) ?? '';
        return [address.charAt(0).toUpperCase() + address.slice(1), said(edge)];
      });

    expect(await sentBy(name)).toEqual(Object.fromEntries(expected));
  });
});
