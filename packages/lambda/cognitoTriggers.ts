import type { PostConfirmationTriggerEvent, PreSignUpTriggerEvent } from 'aws-lambda';
import { correlated } from './correlated.ts';
import { LambdaError, UnknownTriggerError } from './errors.ts';
import type { Invocation, InvocationContext } from './invocation.ts';
import { type Log, logger } from './observability.ts';
import { makeStacksReadable } from './readableStacks.ts';

/** The triggers of a user pool that handlers are made for here, and their events. */
export interface CognitoTriggers {
  PreSignUp: PreSignUpTriggerEvent;
  PostConfirmation: PostConfirmationTriggerEvent;
}

/**
 * What a trigger does with an event. It gives what it answers, in the words of the event's own `response`; `{}` for nothing.
 */
export type CognitoTrigger<Name extends keyof CognitoTriggers> = (
  event: CognitoTriggers[Name],
  invocation: Invocation,
) => Promise<Partial<CognitoTriggers[Name]['response']>>;

/**
 * Thrown in a trigger: the user may not do it. Cognito puts the sentence into its own, before a full stop, and that is what the
 * page gets: `PreSignUp failed with error <sentence>.` Write it for people, without a full stop, and with nothing that the
 * user has not written.
 */
export class TriggerRefusal extends LambdaError {
  override readonly name = 'TriggerRefusal';
  readonly code = 'TRIGGER_REFUSAL';
}

/** What the page gets instead of whatever else was thrown: that may name resources, and says nothing to its reader. */
class TriggerFailure extends LambdaError {
  override readonly name = 'TriggerFailure';
  readonly code = 'TRIGGER_FAILURE';

  constructor(cause: unknown) {
    super('Something went wrong on our side', { cause });
  }
}

/**
 * A handler for functions that a user pool calls, and waits for (five seconds, then twice more:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html).
 * Gives the event back with what `work` answers. A TriggerRefusal reaches the user; anything else is logged, and reaches them as a
 * sentence that says nothing. Log nothing of the event: it is all personal, but for where it comes from.
 *
 * @example
 * export const handler = cognitoTrigger('PreSignUp', async ({ userName }) => {
 *   if (isReserved(userName)) throw new TriggerRefusal('This name is not to be had');
 *   return { autoConfirmUser: true };
 * });
 */
export function cognitoTrigger<Name extends keyof CognitoTriggers>(
  name: Name,
  work: CognitoTrigger<Name>,
  { log = logger }: { log?: Log } = {},
) {
  makeStacksReadable();
  return async (
    event: CognitoTriggers[Name],
    { awsRequestId: requestId }: InvocationContext,
  ): Promise<CognitoTriggers[Name]> => {
    if (!isOf(name, event)) throw new UnknownTriggerError([`${name} of a user pool`]);
    const answered = async () => {
      try {
        const answer = await work(event, { requestId, correlationId: requestId });
        return { ...event, response: { ...event.response, ...answer } };
      } catch (error) {
        if (error instanceof TriggerRefusal) {
          log.info('the user was refused', { reason: error.message });
          throw error;
        }
        log.error('the trigger failed', error as Error);
        throw new TriggerFailure(error);
      }
    };
    return correlated(requestId, answered, { triggerSource: event.triggerSource });
  };
}

function isOf(name: string, event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  const { triggerSource, userName } = event as Record<string, unknown>;
  return typeof userName === 'string' && typeof triggerSource === 'string' && triggerSource.startsWith(`${name}_`);
}
