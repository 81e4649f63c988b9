import * as z from 'zod/mini';
import { LIMITS } from '../domain/limits.ts';
import { problemWithName } from '../domain/playerName.ts';

/** The id of a game, as `newGame` makes it. */
const gameId = z.string().check(z.regex(/^[0-9a-f]{20}$/, 'not the id of a game'));

/** In one form, where Unicode has two: `é` may come as one character, or as two. */
const text = z.string().check(z.minLength(1), z.maxLength(64), z.normalize('NFC'));

const name = text.check(
  z.superRefine((given, context) => {
    const problem = problemWithName(given);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  }),
);

/**
 * A name to look for. It comes back in answers and logs, so it has no control characters, no breaks of lines, no halves of
 * characters, which are the same in each version of Unicode. What a player may be called is asked when a game is dealt.
 */
const spokenName = text.check(z.regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'control characters are not allowed'));

export const gamePath = z.object({ gameId });
/** No path has it: only whoever invokes the function itself may say what the game's id is to be. */
export const newGamePath = z.object({ gameId: z.optional(gameId) });
export const newGameBody = z
  .strictObject({
    players: z.optional(z.number()),
    mafia: z.optional(z.number()),
    /** The players' own names, instead of drawn ones. */
    names: z.optional(z.array(name).check(z.minLength(LIMITS.minPlayers), z.maxLength(LIMITS.maxPlayers))),
  })
  .check(
    z.refine(({ names }) => !names || new Set(names).size === names.length, {
      path: ['names'],
      error: 'a name stands twice',
    }),
    z.refine(({ names, players }) => !names || players === undefined || players === names.length, {
      path: ['players'],
      error: 'not the number of the names; leave it out',
    }),
  );
export const turnBody = z.strictObject({});
export const judgementBody = z.strictObject({ name: z.optional(spokenName) });
/** The seed's console test sends the name as a query parameter; both spellings work. */
export const judgementQuery = z.object({ name: z.optional(spokenName), Name: z.optional(spokenName) });

const DEFAULT_COUNT = 10;
const MOST = 50;

export const latestQuery = z.object({
  count: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(MOST)), DEFAULT_COUNT),
});
