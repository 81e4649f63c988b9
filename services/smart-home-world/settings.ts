import * as z from 'zod/mini';

const seconds = z.coerce.number().check(z.int(), z.gte(1), z.lte(60));

/** A regular expression, as a param: for the whole of an address. */
const pattern = z.pipe(
  z.string().check(z.refine(isPattern, 'must be a regular expression')),
  z.transform((text: string) => new RegExp(text)),
);

/** The variables of the functions' environment, which the template sets from resources and params. Each function has those that it reads. */
const variables = {
  HOMES_TABLE: z.string(),
  TOKENS_TABLE: z.string(),
  HUBS_TABLE: z.string(),
  PUSHES_QUEUE_URL: z.url(),
  /** Names of the parameters that hold them. */
  PUSH_SECRET_NAME: z.string(),
  LWA_CLIENT_SECRET_NAME: z.string(),
  HUB_SECRET_NAME: z.string(),
  /** Whom Alexa speaks to. */
  SKILL_FUNCTION_NAME: z.string().check(z.maxLength(140)),
  /** Which addresses the vendor calls back. */
  CALLBACK_PATTERN: pattern,
  /** How long Alexa waits for an answer that was put off. */
  DEFERRED_ANSWER_SECONDS: seconds,
};

function isPattern(text: string): boolean {
  try {
    return text !== '' && new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

export const settings = { variables };
