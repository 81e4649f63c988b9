import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { AskSkill } from '../domain/ports.ts';

/**
 * The skill's function, asked as Alexa does: once, and its answer is waited for. How long, is the client's `requestTimeout`. What fails is an
 * answer, too: a function that throws, that is not there, or that takes too long.
 */
export function createSkill(
  client: Pick<LambdaClient, 'send'>,
  FunctionName: string,
  warn: (message: string, error: unknown) => void,
): AskSkill {
  return async (directive) => {
    try {
      const { Payload, FunctionError } = await client.send(
        new InvokeCommand({ FunctionName, Payload: JSON.stringify(directive) }),
      );
      const text = Payload?.transformToString() ?? '';
      if (FunctionError === undefined) return { kind: 'answer', message: text === '' ? undefined : JSON.parse(text) };
      warn('the skill has failed', new Error(text.slice(0, 500)));
      return { kind: 'failed', reason: FunctionError };
    } catch (error) {
      warn('the skill was not asked', error);
      return { kind: 'failed', reason: error instanceof Error ? error.name : String(error) };
    }
  };
}
