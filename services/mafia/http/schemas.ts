import { HttpProblem } from '@arcade/lambda';
import * as z from 'zod/mini';
import { LIMITS } from '../domain/game.ts';

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

const idempotencyKey = z
  .string()
  .check(z.minLength(1), z.maxLength(255), z.regex(/^[\x21-\x7e]+$/, 'only visible ASCII characters are allowed'));

/** In a bare event the key stands beside the other fields, as there are no headers. */
const repeatable = { idempotencyKey: z.optional(idempotencyKey) };

export const gamePath = z.object({ gameId });
export const newGameBody = z
  .strictObject({
    players: z.optional(z.number()),
    mafia: z.optional(z.number()),
    /** The players' own names, instead of drawn ones. */
    names: z.optional(z.array(name).check(z.minLength(LIMITS.minPlayers), z.maxLength(LIMITS.maxPlayers))),
    ...repeatable,
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
export const turnBody = z.strictObject(repeatable);
export const judgementBody = z.strictObject({ name: z.optional(name), ...repeatable });
/** The seed's console test sends the name as a query parameter; both spellings work. */
export const judgementQuery = z.object({ name: z.optional(name), Name: z.optional(name) });

/** The `Idempotency-Key` header, or the field of a bare event. Throws HttpProblem 400 when it is no key. */
export function idempotencyKeyOf(
  headers: Readonly<Record<string, string>>,
  body: { idempotencyKey?: string | undefined },
): string | undefined {
  const given = headers['idempotency-key'] ?? body.idempotencyKey;
  const parsed = z.optional(idempotencyKey).safeParse(given);
  if (parsed.success) return parsed.data;
  throw new HttpProblem(400, {
    detail: 'The Idempotency-Key header must have 1 to 255 visible ASCII characters.',
    errors: [{ field: 'Idempotency-Key', message: 'not a key' }],
  });
}
