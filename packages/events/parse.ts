import * as z from 'zod/mini';
import type { Contract, EventOf } from './contract.ts';
import { EventRefusedError, type Misfit } from './errors.ts';
import './schema.ts';

const typed = z.object({ type: z.string() });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EventRefusedError(undefined, [{ path: '', message: 'not JSON' }]);
  }
}

/** The reasons in a ZodError, flat: `detail.stroke: expected number`. */
export function misfitsOf(error: z.core.$ZodError): Misfit[] {
  return error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
}

/**
 * Checks that `value` (JSON text or what it parses to) is an event of one of the contracts, and gives it back typed.
 * Fields that the contract does not name are dropped, so a publisher may add some.
 * Throws EventRefusedError with all reasons.
 *
 * @example
 * const event = parseEvent([ballHit, serveCalled], record.Sns.Message);
 * if (event.type === 'ping_pong.ball_hit') event.detail.stroke; // number
 */
export function parseEvent<const C extends Contract>(contracts: readonly C[], value: unknown): EventOf<C> {
  const candidate = typeof value === 'string' ? parseJson(value) : value;
  const claimed = typed.safeParse(candidate);
  if (!claimed.success) throw new EventRefusedError(undefined, misfitsOf(claimed.error));

  const { type } = claimed.data;
  const contract = contracts.find((one) => one.type === type);
  if (!contract) {
    const known = contracts.map((one) => one.type).join(', ');
    throw new EventRefusedError(type, [{ path: 'type', message: `not one of those expected here: ${known}` }]);
  }
  const parsed = z.safeParse(contract.schema, candidate);
  if (!parsed.success) throw new EventRefusedError(type, misfitsOf(parsed.error));
  return parsed.data as EventOf<C>;
}
