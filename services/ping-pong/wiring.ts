import { createDocumentClient } from '@arcade/dynamodb';
import { pingPongEvents } from '@arcade/events/contracts/ping-pong';
import { createSnsPublisher } from '@arcade/events/sns';
import { once, readEnv, readNumberEnv } from '@arcade/lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import { createPlayer, type PlayerActions } from './domain/player.ts';
import type { Player } from './domain/rules.ts';
import type { MatchStore } from './domain/takeTurn.ts';
import { createMatchTable } from './storage/matchTable.ts';

/** The match's table. */
export const matchStore: () => MatchStore = once(() =>
  createMatchTable({ client: createDocumentClient(), name: readEnv('MATCH_TABLE') }),
);

/** Publishes to the topics. */
export const publisher = once(() => createSnsPublisher(new SNSClient(), pingPongEvents));

/** How many rallies one call for a serve is good for. */
export const maxRalliesPerServe = once(() => readNumberEnv('MAX_RALLIES_PER_SERVE'));

/** How long a ball may be on its way before it counts as lost, in milliseconds. */
export const letAfterMs = once(() => readNumberEnv('LET_AFTER_SECONDS') * 1000);

/** A player, wired to the table, the topics and the settings of its environment. */
export const playerNamed = (player: Player): (() => PlayerActions) =>
  once(() => {
    const ballTopicArn = readEnv('BALL_TOPIC_ARN');
    const announcementsTopicArn = readEnv('ANNOUNCEMENTS_TOPIC_ARN');
    return createPlayer({
      player,
      store: matchStore(),
      voice: {
        hitBall: (ball) => publisher().publish(ballTopicArn, [ball]),
        callServe: (call) => publisher().publish(announcementsTopicArn, [call]),
        announce: (announcements) => publisher().publish(announcementsTopicArn, announcements),
      },
      settings: {
        missProbability: readNumberEnv('MISS_PROBABILITY'),
        letAfterMs: letAfterMs(),
        maxStrokes: readNumberEnv('MAX_STROKES'),
        maxRalliesPerServe: maxRalliesPerServe(),
      },
      pauses: {
        strokePauseMs: readNumberEnv('STROKE_PAUSE_MS'),
        restBetweenRalliesMs: readNumberEnv('REST_BETWEEN_RALLIES_MS'),
      },
      now: () => Date.now(),
      wait: (ms) => (ms > 0 ? new Promise((resume) => setTimeout(resume, ms)) : Promise.resolve()),
      random: Math.random,
      newId: () => crypto.randomUUID(),
    });
  });
