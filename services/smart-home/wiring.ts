import { setTimeout as pause } from 'node:timers/promises';
import { createDocumentClient } from '@arcade/dynamodb';
import type { AnyEvent, EventOf } from '@arcade/events';
import {
  answerReady,
  changeReady,
  type DeviceApi,
  deviceApi,
  directiveAnswered,
  directiveDeferred,
} from '@arcade/events/contracts/smart-home';
import { createSnsPublisher } from '@arcade/events/sns';
import { createSqsPublisher } from '@arcade/events/sqs';
import { environment, logger, world } from '@arcade/lambda';
import { createSecret } from '@arcade/lambda/secrets';
import { endsOf } from '@arcade/networks/ends';
import { KMSClient } from '@aws-sdk/client-kms';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { acceptGrant } from './domain/acceptGrant.ts';
import { createAccess } from './domain/access.ts';
import type { TellingOthers } from './domain/answered.ts';
import type { ChangedParts } from './domain/changed.ts';
import type { VendorParts } from './domain/command.ts';
import type { DispatchParts } from './domain/dispatch.ts';
import type { EntryParts } from './domain/entry.ts';
import type { GiveUpParts } from './domain/giveUp.ts';
import type { OptimisticParts } from './domain/optimistic.ts';
import type { PollParts } from './domain/poll.ts';
import type { AsyncParts, SyncParts } from './domain/process.ts';
import type { Dispatch } from './domain/telling.ts';
import type { VerifyParts } from './domain/verify.ts';
import type { Home } from './networks.ts';
import { createEventGateway } from './outside/eventGateway.ts';
import { createHub } from './outside/hub.ts';
import { createLogin } from './outside/loginWithAmazon.ts';
import { createSafe } from './outside/safe.ts';
import { createVendor } from './outside/vendor.ts';
import { settings } from './settings.ts';
import { createChecksTimer } from './storage/checksTimer.ts';
import { createDeliveriesTable } from './storage/deliveriesTable.ts';
import { createGrantsTable } from './storage/grantsTable.ts';
import { createRequestsTable } from './storage/requestsTable.ts';

/*
 * What the functions stand on. Each calls what it needs while it is loaded: clients are made once, and a wrong setting
 * fails the function at once, by name. What a function does not call is not in its bundle.
 *
 * What a function knows of others is what its edges say: TypeScript takes the names from the network.
 */
const env = environment(settings);

/**
 * How long the vendor may take for what is answered at once, milliseconds: Alexa waits eight seconds, nothing follows, and of a grant there
 * are Amazon, the key and the table yet.
 */
const ANSWERING_MS = 4000;

/** Where the vendor is to push to: of our own stack, where the network has a gateway for it. */
const callbackUrlOf = (gateway: string) => `${gateway}/changes`;

const serves = (): ReadonlySet<DeviceApi> =>
  new Set(deviceApi.options.filter((api) => env[`SERVES_${api.toUpperCase() as Uppercase<DeviceApi>}`] === 'true'));

/** How others are told: on the topic that the stack gives out. */
const tellingOthers = (topicArn: string): TellingOthers => {
  const { publish } = createSnsPublisher(new SNSClient(), [directiveAnswered]);
  return {
    pause: (ms, signal) => pause(ms, undefined, { signal }),
    tellOthers: (event) => publish(topicArn, [event]),
    warn: (message, error) => logger.warn(message, error as Error),
  };
};

/** The skill's function. */
export function entry(): EntryParts {
  const ends = endsOf<Home, 'entrypoint'>();
  const { publish } = createSnsPublisher(new SNSClient(), [directiveDeferred]);
  const topic = ends.directivesTopicArn;
  return {
    ...world,
    ...tellingOthers(ends.outcomesTopicArn),
    vendor: createVendor({ url: ends.vendorUrl, timeoutMs: ANSWERING_MS }),
    acceptGrant: acceptGrant({ ...world, ...grants(ends) }),
    defer: (directive) => publish(topic, [directive]),
    serves: serves(),
    deferredAnswerSeconds: env.DEFERRED_ANSWER_SECONDS,
    callbackUrl: 'pushGatewayApiUrl' in ends ? callbackUrlOf(ends.pushGatewayApiUrl) : undefined,
  };
}

const { now } = world;

/** How long a call to the vendor may take, milliseconds, of the two seconds that a function has: one, and what is said of it. */
const PATIENT_MS = 1200;
/** Where more than one call has to fit in. */
const BRISK_MS = 500;

/** Puts what Alexa is to be told where the dispatcher takes it from: events of these contracts, which are those of the edge, and no others. */
const dispatchTo = <C extends typeof answerReady | typeof changeReady>(
  queueUrl: string,
  contracts: readonly C[],
): Dispatch<EventOf<C>> => {
  const { publish } = createSqsPublisher(new SQSClient(), { contracts });
  // EventOf of an open type parameter hides that every event has an envelope.
  return (news) => publish(queueUrl, [news as unknown as AnyEvent]);
};

const requestsIn = (table: string) => createRequestsTable(createDocumentClient(), table);

/** Whoever tells the vendor something. */
const commander = (url: string, callMs: number): VendorParts & Pick<OptimisticParts, 'vendor'> => ({
  now,
  pause,
  callMs,
  vendor: createVendor({ url, timeoutMs: callMs }),
});

export function syncProcessor(): SyncParts {
  const ends = endsOf<Home, 'syncProcessor'>();
  return { ...commander(ends.vendorUrl, PATIENT_MS), dispatch: dispatchTo(ends.dispatchQueueUrl, [answerReady]) };
}

export function asyncProcessor(): AsyncParts {
  const ends = endsOf<Home, 'asyncProcessor'>();
  return {
    ...commander(ends.vendorUrl, PATIENT_MS),
    requests: requestsIn(ends.requestsTableName),
    dispatch: dispatchTo(ends.dispatchQueueUrl, [answerReady]),
    callbackUrl: 'pushGatewayApiUrl' in ends ? callbackUrlOf(ends.pushGatewayApiUrl) : undefined,
  };
}

export function optimisticProcessor(): OptimisticParts {
  const ends = endsOf<Home, 'optimisticProcessor'>();
  const { checksTimerGroupName: groupName, checksTimerRoleArn: roleArn, checksTimerTargetArn: targetArn } = ends;
  const schedule = createChecksTimer(new SchedulerClient(), { groupName, roleArn, targetArn });
  return {
    ...commander(ends.vendorUrl, BRISK_MS),
    requests: requestsIn(ends.requestsTableName),
    dispatch: dispatchTo(ends.dispatchQueueUrl, [answerReady, changeReady]),
    scheduleCheck: schedule,
    callbackUrl: callbackUrlOf(ends.pushGatewayApiUrl),
  };
}

export function poller(): PollParts {
  const ends = endsOf<Home, 'poller'>();
  const { publish } = createSqsPublisher(new SQSClient());
  const polls = ends.pollsQueueUrl;
  return {
    now,
    vendor: createVendor({ url: ends.vendorUrl, timeoutMs: PATIENT_MS }),
    requests: requestsIn(ends.requestsTableName),
    dispatch: dispatchTo(ends.dispatchQueueUrl, [answerReady]),
    again: (event, delaySeconds) => publish(polls, [event], { delaySeconds }),
  };
}

/** Whoever gives up. */
export const quitter = (): GiveUpParts => ({
  now,
  dispatch: dispatchTo(endsOf<Home, 'giveUp'>().dispatchQueueUrl, [answerReady]),
});

export function verifier(): VerifyParts {
  const ends = endsOf<Home, 'verify'>();
  return {
    now,
    vendor: createVendor({ url: ends.vendorUrl, timeoutMs: PATIENT_MS }),
    requests: requestsIn(ends.requestsTableName),
    dispatch: dispatchTo(ends.dispatchQueueUrl, [changeReady]),
  };
}

/** Whoever the vendor pushes to, and the secret that it signs with. */
export function pushGateway(): { parts: ChangedParts; secret(): Promise<string> } {
  const ends = endsOf<Home, 'changed'>();
  return {
    parts: {
      now,
      deliveries: createDeliveriesTable(createDocumentClient(), ends.deliveriesTableName),
      requests: requestsIn(ends.requestsTableName),
      dispatch: dispatchTo(ends.dispatchQueueUrl, [answerReady, changeReady]),
    },
    secret: createSecret(new SSMClient(), ends.pushSecretName),
  };
}

/** What both functions know of grants that have to do with them. */
type GrantEnds = Pick<
  ReturnType<typeof endsOf<Home, 'entrypoint'>>,
  'grantsTableName' | 'grantKeyArn' | 'tokensUrl' | 'lwaClientSecretName' | 'hubUrl' | 'hubSecretName'
>;

/** Where customers' grants come from, and where they are kept. */
function grants(ends: GrantEnds) {
  const ssm = new SSMClient();
  return {
    grants: createGrantsTable(createDocumentClient(), ends.grantsTableName),
    safe: createSafe(new KMSClient(), ends.grantKeyArn),
    hub: createHub({ url: ends.hubUrl }, createSecret(ssm, ends.hubSecretName)),
    login: createLogin({ url: ends.tokensUrl }, createSecret(ssm, ends.lwaClientSecretName)),
  };
}

/** What brings answers to Alexa. */
export function dispatcher(): DispatchParts {
  const ends = endsOf<Home, 'dispatcher'>();
  const late = createSqsPublisher(new SQSClient());
  return {
    ...world,
    ...tellingOthers(ends.outcomesTopicArn),
    access: createAccess({ ...world, pause, ...grants(ends) }),
    gateway: createEventGateway({ url: ends.gatewayUrl }),
    keepLate: (event) => late.publish(ends.lateAnswersQueueUrl, [event]),
  };
}
