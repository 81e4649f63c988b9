import * as z from 'zod/mini';

const count = z.coerce.number().check(z.int(), z.gte(1));
/** Nobody waits longer than a function may run. */
const pauseMs = z.coerce.number().check(z.gte(0), z.lte(5000));

/** The variables of the functions' environment, which the template sets from resources and params. Each function has those that it reads. */
const variables = {
  MATCH_TABLE: z.string(),
  BALL_TOPIC_ARN: z.string(),
  ANNOUNCEMENTS_TOPIC_ARN: z.string(),
  MISS_PROBABILITY: z.coerce.number().check(z.gte(0), z.lte(1)),
  MAX_STROKES: count,
  MAX_RALLIES_PER_SERVE: count,
  LET_AFTER_SECONDS: z.coerce.number().check(z.gt(0)),
  STROKE_PAUSE_MS: pauseMs,
  REST_BETWEEN_RALLIES_MS: pauseMs,
};

export const settings = { variables };
