import { type Session, session } from '@arcade/events/contracts/space-invaders';
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { SessionParameter } from '../domain/ports.ts';

const stored = z.nullable(session);

/** The session in a parameter, as JSON; `null` where there was none yet, as the template has it. */
export function createSessionParameter(client: Pick<SSMClient, 'send'>, Name: string): SessionParameter {
  return {
    async read(): Promise<Session | undefined> {
      try {
        const { Parameter } = await client.send(new GetParameterCommand({ Name }));
        return z.parse(stored, JSON.parse(Parameter?.Value ?? 'null')) ?? undefined;
      } catch (error) {
        if (error instanceof ParameterNotFound) return undefined;
        throw error;
      }
    },

    async write(session) {
      const Value = JSON.stringify(session);
      await client.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
    },
  };
}
