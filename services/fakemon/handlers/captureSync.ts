import { httpHandler, world } from '@arcade/lambda';
import * as z from 'zod/mini';
import { captureInLine } from '../domain/inLine.ts';
import { nobodyKnown } from '../http/problems.ts';
import { captureBody } from '../http/schemas.ts';
import { collection, herald, ranking, referee } from '../wiring.ts';

const parts = { ...referee(), ...herald(), collection: collection(), ranking: ranking() };
const claimsOf = z.object({ sub: z.string(), 'cognito:username': z.string() });

/** `POST /captures/sync`: all of it in one request, for comparison (docs/decisions/fakemon-async.md). */
export const handler = httpHandler({ body: captureBody }, async ({ claims, body, requestId }) => {
  const known = claimsOf.safeParse(claims);
  if (!known.success) throw nobodyKnown();
  const { sub: player, 'cognito:username': name } = known.data;
  const { fakemonId, attemptId = requestId } = body;
  const attempt = { player, name, attemptId, fakemonId, thrownAtMs: world.now() };
  const { player: _own, ...decided } = await captureInLine(parts, attempt);
  return { status: 200, body: decided };
});
