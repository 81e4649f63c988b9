import { z } from 'zod';

/**
 * A property that holds a whole ARN of one of these services; `message` says what it must be. What is only delivered to, and
 * never with a message group, may be no FIFO queue: such a message would be refused.
 */
export function arnOfService(services: readonly string[], message: string) {
  return z
    .string()
    .regex(new RegExp(`^arn:aws:(${services.join('|')}):[^:]*:[^:]*:.`), message)
    .refine((arn) => !arn.endsWith('.fifo'), 'must not be FIFO: the messages that go there have no group');
}
