import * as z from 'zod/mini';
import { LIMITS } from '../domain/limits.ts';

/** The id of a game, as `newGame` makes it. */
const gameId = z.string().check(z.regex(/^[0-9a-f]{20}$/, 'not the id of a game'));

/** Names are printed in answers and logs: no control characters, no breaks of lines, no halves of characters. */
const name = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(64),
    z.regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'control characters are not allowed'),
    z.regex(/\S/, 'nothing but spaces'),
  );

export const gamePath = z.object({ gameId });
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
export const judgementBody = z.strictObject({ name: z.optional(name) });
/** The seed's console test sends the name as a query parameter; both spellings work. */
export const judgementQuery = z.object({ name: z.optional(name), Name: z.optional(name) });

const DEFAULT_COUNT = 10;
const MOST = 50;

export const latestQuery = z.object({
  count: z._default(z.coerce.number().check(z.int(), z.gte(1), z.lte(MOST)), DEFAULT_COUNT),
});
