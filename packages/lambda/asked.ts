import { correlated } from './correlated.ts';
import type { Invocation, InvocationContext } from './invocation.ts';
import { type Log, logger } from './observability.ts';
import { makeStacksReadable } from './readableStacks.ts';

export interface AskedHandlerOptions {
  /** The id that all share which follows from this question; undefined for one that has none. Left out: the invocation's own. */
  correlationIdOf?(question: unknown): string | undefined;
  log?: Log;
}

/**
 * A handler for functions that somebody invokes and waits for, no API between: Alexa, or another function. Puts the correlation id into the
 * log. What is thrown is logged, and is the invocation's failure: who asked is told its name and message, so that neither may say what is
 * nobody else's.
 *
 * @example
 * export const handler = askedHandler((directive) => answer(parts, directive));
 */
export function askedHandler<Answer>(
  respond: (question: unknown, invocation: Invocation) => Promise<Answer>,
  { correlationIdOf, log = logger }: AskedHandlerOptions = {},
) {
  makeStacksReadable();
  return (question: unknown, { awsRequestId: requestId }: InvocationContext): Promise<Answer> => {
    const correlationId = correlationIdOf?.(question) ?? requestId;
    return correlated(correlationId, async () => {
      try {
        return await respond(question, { requestId, correlationId });
      } catch (error) {
        log.error('the question was not answered', error as Error);
        throw error;
      }
    });
  };
}
