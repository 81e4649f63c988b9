import { z } from 'zod';

/** A property that holds a whole ARN of one of these services; `message` says what it must be. */
export function arnOfService(services: readonly string[], message: string) {
  return z.string().regex(new RegExp(`^arn:aws:(${services.join('|')}):[^:]*:[^:]*:.`), message);
}
