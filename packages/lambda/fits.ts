import { EventRefusedError, misfitsOf, type Schema } from '@arcade/events';
import * as z from 'zod/mini';

/** What a schema makes of a value; nothing without a schema. Throws EventRefusedError with all reasons. */
export function checked<S extends Schema>(
  schema: S | undefined,
  value: unknown,
  type?: string,
): z.output<S> | undefined {
  if (!schema) return undefined;
  const parsed = z.safeParse(schema, value);
  if (!parsed.success) throw new EventRefusedError(type, misfitsOf(parsed.error));
  return parsed.data;
}
