import { HttpProblem } from '@arcade/lambda';
import { z } from 'zod';
import { LIMITS } from '../domain/game.ts';

/** The id of a game, as `newGame` makes it. */
const gameId = z.string().regex(/^[0-9a-f]{20}$/, 'not the id of a game');

/** Names are printed in answers and logs: no control characters, no breaks of lines, no halves of characters. */
const name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'control characters are not allowed')
  .regex(/\S/, 'nothing but spaces');

const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x21-\x7e]+$/, 'only visible ASCII characters are allowed');

/** In a bare event the key stands beside the other fields, as there are no headers. */
const repeatable = { idempotencyKey: idempotencyKey.optional() };

export const gamePath = z.object({ gameId });
export const newGameBody = z
  .strictObject({
    players: z.number().optional(),
    mafia: z.number().optional(),
    /** The players' own names, instead of drawn ones. */
    names: z.array(name).min(LIMITS.minPlayers).max(LIMITS.maxPlayers).optional(),
    ...repeatable,
  })
  .refine(({ names }) => !names || new Set(names).size === names.length, {
    path: ['names'],
    error: 'a name stands twice',
  })
  .refine(({ names, players }) => !names || players === undefined || players === names.length, {
    path: ['players'],
    error: 'not the number of the names; leave it out',
  });
export const turnBody = z.strictObject(repeatable);
export const judgementBody = z.strictObject({ name: name.optional(), ...repeatable });
/** The seed's console test sends the name as a query parameter; both spellings work. */
export const judgementQuery = z.object({ name: name.optional(), Name: name.optional() });

/** The `Idempotency-Key` header, or the field of a bare event. Throws HttpProblem 400 when it is no key. */
export function idempotencyKeyOf(
  headers: Readonly<Record<string, string>>,
  body: { idempotencyKey?: string | undefined },
): string | undefined {
  const given = headers['idempotency-key'] ?? body.idempotencyKey;
  const parsed = idempotencyKey.optional().safeParse(given);
  if (parsed.success) return parsed.data;
  throw new HttpProblem(400, {
    detail: 'The Idempotency-Key header must have 1 to 255 visible ASCII characters.',
    errors: [{ field: 'Idempotency-Key', message: 'not a key' }],
  });
}
