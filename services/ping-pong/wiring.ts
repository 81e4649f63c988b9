import { setTimeout as wait } from 'node:timers/promises';
import { createDocumentClient } from '@arcade/dynamodb';
import { pingPongEvents } from '@arcade/events/contracts/ping-pong';
import { createSnsPublisher } from '@arcade/events/sns';
import { environment, world } from '@arcade/lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import type { UmpireParts } from './domain/callServe.ts';
import { createPlayer, type PlayerActions } from './domain/player.ts';
import type { MatchStore } from './domain/ports.ts';
import type { Player } from './domain/rules.ts';
import { settings } from './settings.ts';
import { createMatchTable } from './storage/matchTable.ts';

/*
 * What the functions stand on. Each calls what it needs while it is loaded: clients are made once, and a wrong setting
 * fails the function at once, by name. What a function does not call is not in its bundle.
 */
const env = environment(settings);

/** The match's table. */
export function matchStore(): MatchStore {
  return createMatchTable({ client: createDocumentClient(), name: env.MATCH_TABLE });
}

/** A player, with the settings of its environment. */
export function player(name: Player): PlayerActions {
  const { publish } = createSnsPublisher(new SNSClient(), pingPongEvents);
  const [ballTopic, announcementsTopic] = [env.BALL_TOPIC_ARN, env.ANNOUNCEMENTS_TOPIC_ARN];
  return createPlayer({
    ...world,
    player: name,
    store: matchStore(),
    voice: {
      hitBall: (ball) => publish(ballTopic, [ball]),
      callServe: (call) => publish(announcementsTopic, [call]),
      announce: (announcements) => publish(announcementsTopic, announcements),
    },
    settings: { missProbability: env.MISS_PROBABILITY, maxStrokes: env.MAX_STROKES, ...ofServes() },
    pauses: { strokePauseMs: env.STROKE_PAUSE_MS, restBetweenRalliesMs: env.REST_BETWEEN_RALLIES_MS },
    wait: async (ms) => void (ms > 0 && (await wait(ms))),
  });
}

/** The umpire, who calls serves. */
export function umpire(): UmpireParts {
  const { publish } = createSnsPublisher(new SNSClient(), pingPongEvents);
  const topic = env.ANNOUNCEMENTS_TOPIC_ARN;
  return {
    ...world,
    store: matchStore(),
    voice: { callServe: (call) => publish(topic, [call]) },
    settings: ofServes(),
  };
}

const ofServes = () => ({
  letAfterMs: env.LET_AFTER_SECONDS * 1000,
  maxRalliesPerServe: env.MAX_RALLIES_PER_SERVE,
});
