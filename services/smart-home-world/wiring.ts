import { setTimeout as after } from 'node:timers/promises';
import { createDocumentClient } from '@arcade/dynamodb';
import { environment, logger, world } from '@arcade/lambda';
import { createSecret } from '@arcade/lambda/secrets';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import * as z from 'zod/mini';
import type { ConsoleParts } from './domain/console.ts';
import type { Patience } from './domain/conversation.ts';
import type { GatewayParts } from './domain/gateway.ts';
import type { HubParts } from './domain/hub.ts';
import type { SendPush, Wait } from './domain/ports.ts';
import type { PusherParts } from './domain/push.ts';
import type { TokenParts } from './domain/tokens.ts';
import type { VendorParts } from './domain/vendor.ts';
import type { HomeParts } from './http/homeRoutes.ts';
import { createPost } from './outside/post.ts';
import { createPushQueue } from './outside/pushQueue.ts';
import { createSkill } from './outside/skill.ts';
import { settings } from './settings.ts';
import { createBulbsTable } from './storage/bulbsTable.ts';
import { createConversationTable } from './storage/conversationTable.ts';
import { createHomesTable } from './storage/homesTable.ts';
import { createHubsTable } from './storage/hubsTable.ts';
import { createTokensTable } from './storage/tokensTable.ts';

/*
 * What the functions stand on. Each calls what it needs while it is loaded: clients are made once, and a wrong setting
 * fails the function at once, by name. What a function does not call is not in its bundle.
 */
const env = environment(settings);

/** How long Alexa waits for a skill's function: developer.amazon.com/docs/alexa/device-apis/alexa-response.html */
const DIRECT_MS = 8_000;

const wait: Wait = async (ms) => {
  if (ms > 0) await after(ms);
};

const homesIn = (client: ReturnType<typeof createDocumentClient>) =>
  createHomesTable(client, env.HOMES_TABLE, world.now);

const pushQueue = (): SendPush => createPushQueue(new SQSClient(), env.PUSHES_QUEUE_URL);

/** The bulbs' vendor. */
export function vendor(): VendorParts & Pick<HomeParts, 'homes'> {
  const client = createDocumentClient();
  return {
    ...world,
    homes: homesIn(client),
    bulbs: createBulbsTable(client, env.HOMES_TABLE),
    sendPush: pushQueue(),
    wait,
    callbacks: env.CALLBACK_PATTERN,
  };
}

/** Whoever sends the vendor's pushes. */
export function pusher(): PusherParts {
  return {
    now: world.now,
    homes: homesIn(createDocumentClient()),
    post: createPost(),
    wait,
    secret: createSecret(new SSMClient(), env.PUSH_SECRET_NAME),
    callbacks: env.CALLBACK_PATTERN,
  };
}

/** Whoever is at home. */
export function household(): HomeParts {
  const client = createDocumentClient();
  const patience: Patience = { directMs: DIRECT_MS, deferredMs: env.DEFERRED_ANSWER_SECONDS * 1000 };
  return {
    ...world,
    homes: homesIn(client),
    bulbs: createBulbsTable(client, env.HOMES_TABLE),
    conversation: createConversationTable(client, env.HOMES_TABLE),
    sendPush: pushQueue(),
    patience,
  };
}

/** Alexa, as far as she speaks to the skill. */
export function alexa(): ConsoleParts {
  const client = createDocumentClient();
  // Alexa asks once, and waits so long.
  const requestHandler = new NodeHttpHandler({ requestTimeout: DIRECT_MS, throwOnRequestTimeout: true });
  const lambda = new LambdaClient({ maxAttempts: 1, requestHandler });
  return {
    ...world,
    homes: homesIn(client),
    tokens: createTokensTable(client, env.TOKENS_TABLE),
    conversation: createConversationTable(client, env.HOMES_TABLE),
    askSkill: createSkill(lambda, env.SKILL_FUNCTION_NAME, (message, error) => logger.warn(message, error as Error)),
  };
}

const lwaClient = z.object({ clientId: z.string(), clientSecret: z.string() });

/** Login with Amazon. */
export function issuer(): TokenParts {
  const client = createDocumentClient();
  const secret = createSecret(new SSMClient(), env.LWA_CLIENT_SECRET_NAME);
  return {
    ...world,
    tokens: createTokensTable(client, env.TOKENS_TABLE),
    homes: homesIn(client),
    client: async () => z.parse(lwaClient, JSON.parse(await secret())),
  };
}

/** Alexa, as far as the skill speaks to her. */
export function gateway(): GatewayParts {
  const client = createDocumentClient();
  return {
    now: world.now,
    homes: homesIn(client),
    tokens: createTokensTable(client, env.TOKENS_TABLE),
    conversation: createConversationTable(client, env.HOMES_TABLE),
  };
}

/** The hubs on the premises. */
export function hub(): HubParts {
  const client = createDocumentClient();
  return {
    now: world.now,
    hubs: createHubsTable(client, env.HUBS_TABLE),
    homes: homesIn(client),
    secret: createSecret(new SSMClient(), env.HUB_SECRET_NAME),
  };
}
