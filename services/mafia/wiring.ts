import { createDocumentClient } from '@arcade/dynamodb';
import { mafiaEvents } from '@arcade/events/contracts/mafia';
import { createDeadLetterQueue } from '@arcade/events/dead-letters';
import { createSnsPublisher } from '@arcade/events/sns';
import { environment, logger, world } from '@arcade/lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import names from './domain/names.txt';
import type { ModeratorParts } from './domain/playTurn.ts';
import type { SeenGames, Telling } from './domain/ports.ts';
import type { DealerParts } from './domain/startGame.ts';
import { settings } from './settings.ts';
import { createGamesTable } from './storage/gamesTable.ts';
import { createOutbox } from './storage/outbox.ts';
import { createSeenGames } from './storage/seenGames.ts';

/*
 * What the functions stand on. Each calls what it needs while it is loaded: clients are made once, and a wrong setting
 * fails the function at once, by name. What a function does not call is not in its bundle.
 */
const env = environment(settings);

/** Whoever plays the turns. Who is mafia must not be guessed: `world` has the randomness of the operating system. */
export function moderator(): ModeratorParts {
  const client = createDocumentClient();
  return { ...world, games: createGamesTable(client, env.GAMES_TABLE), ...telling(client) };
}

/** Whoever deals a game. */
export function dealer(): DealerParts {
  return {
    ...moderator(),
    defaults: { players: env.NUMBER_OF_PLAYERS, mafia: env.NUMBER_OF_MAFIA },
    names: names.split('\n').filter((name) => name !== ''),
  };
}

/** Whoever publishes what is left in the outbox. */
export function relay() {
  const client = createDocumentClient();
  const bury = createDeadLetterQueue(new SQSClient(), env.DEAD_LETTER_QUEUE_URL);
  return { now: world.now, ...telling(client), outbox: createOutbox(client, env.GAMES_TABLE), bury };
}

/** For those who only look. */
export function seenGames(): SeenGames {
  return createSeenGames({ client: createDocumentClient(), name: env.GAMES_TABLE, now: world.now, warn });
}

function telling(client: ReturnType<typeof createDocumentClient>): Telling {
  const { publish } = createSnsPublisher(new SNSClient(), mafiaEvents);
  const topic = env.GAME_EVENTS_TOPIC_ARN;
  return {
    outbox: createOutbox(client, env.GAMES_TABLE),
    publish: (events) => publish(topic, events),
    warn,
  };
}

function warn(message: string, error: unknown): void {
  logger.warn(message, error as Error);
}
