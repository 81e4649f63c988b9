import * as z from 'zod/mini';
import { nobodyKnown } from './problems.ts';

/** What `authorize` says of who is connected: API Gateway makes texts of it. */
export const caller = z.object({ player: z.string(), isManager: z.enum(['true', 'false']) });

const claimsOf = z.object({ sub: z.string(), 'cognito:username': z.string() });

/** Who asks, by a token that API Gateway has verified. Throws HttpProblem 401. */
export function playerOf(claims: Readonly<Record<string, unknown>>): { player: string; name: string } {
  const known = claimsOf.safeParse(claims);
  if (!known.success) throw nobodyKnown();
  return { player: known.data.sub, name: known.data['cognito:username'] };
}
