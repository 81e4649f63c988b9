import { randomInt, randomUUID } from 'node:crypto';
import { createDocumentClient } from '@arcade/dynamodb';
import { mafiaEvents } from '@arcade/events/contracts/mafia';
import { createSnsPublisher } from '@arcade/events/sns';
import { logger, once, readEnv } from '@arcade/lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Dependencies } from './domain/dependencies.ts';
import { createGamesTable } from './storage/gamesTable.ts';
import { createOutbox } from './storage/outbox.ts';
import { createSeenGames, type SeenGames } from './storage/seenGames.ts';

/** Resolution of the randomness: 48 bits, the most that `randomInt` draws. */
const RANDOM_RANGE = 2 ** 48 - 1;

const documents = once(() => createDocumentClient());

/** For the functions that play. Who is mafia must not be guessed: randomness is the operating system's. */
export const dependencies = once((): Dependencies => {
  const tableName = readEnv('GAMES_TABLE');
  const topicArn = readEnv('GAME_EVENTS_TOPIC_ARN');
  const publisher = createSnsPublisher(new SNSClient(), mafiaEvents);
  return {
    games: createGamesTable(documents(), tableName),
    outbox: createOutbox(documents(), tableName),
    publish: (events) => publisher.publish(topicArn, events),
    now: () => Date.now(),
    random: () => randomInt(RANDOM_RANGE) / RANDOM_RANGE,
    newId: () => randomUUID(),
    warn: (message, error) => logger.warn(message, error as Error),
  };
});

/** For the functions that only show. */
export const seenGames = once((): SeenGames => createSeenGames(documents(), readEnv('GAMES_TABLE')));
