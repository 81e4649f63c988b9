import { z } from 'zod';
import { checkedOperations } from '../../core/checkedOperation.ts';
import { AwsError } from '../../core/errors.ts';

/** Makes an operation of EventBridge: its input is checked, and refused with `ValidationException`. */
export const eventsOperation = checkedOperations(
  'events',
  (path, reason) => new AwsError('ValidationException', `'${path}' failed to satisfy constraint: ${reason}`),
);

/** A bus by name or ARN. */
export const busName = z.string().min(1).optional();
