import { session } from '@arcade/events/contracts/space-invaders';
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { SessionParameter } from '../domain/ports.ts';

const stored = z.nullable(session);

/**
 * The session in a parameter, as JSON; `null` where there was none yet, as the template has it. Managers' pages write it, so that anything
 * may stand there: `warn` is told of it.
 */
export function createSessionParameter(
  client: Pick<SSMClient, 'send'>,
  Name: string,
  warn: (message: string, error: Error) => void,
): SessionParameter {
  const textOf = async (): Promise<string> => {
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name }));
      return Parameter?.Value ?? 'null';
    } catch (error) {
      if (error instanceof ParameterNotFound) return 'null';
      throw error;
    }
  };

  return {
    async read() {
      const value = await textOf();
      try {
        return z.parse(stored, JSON.parse(value)) ?? undefined;
      } catch (error) {
        warn('the parameter tells of no session', error as Error);
        return 'malformed';
      }
    },

    async write(session) {
      const Value = JSON.stringify(session ?? null);
      await client.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
    },
  };
}
