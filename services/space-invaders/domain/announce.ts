import type { World } from '@arcade/lambda/world';
import * as z from 'zod/mini';
import type { SessionParameter } from './ports.ts';
import { changeOf, type SessionChanged } from './publish.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html */
export const PARAMETER_CHANGE = 'Parameter Store Change';

/** What is read of AWS's event: it does not say what the parameter says. */
export const parameterDetail = z.object({ name: z.string(), operation: z.string() });

export interface AnnounceParts extends Pick<World, 'now'> {
  parameter: Pick<SessionParameter, 'read'>;
  tellAll(event: SessionChanged): Promise<void>;
}

/** Tells everybody of the session as the parameter has it now. Of two changes at once both runs may tell the later one. */
export async function announce({ parameter, tellAll, now }: AnnounceParts): Promise<void> {
  const session = await parameter.read();
  if (session && session !== 'malformed') await tellAll(changeOf(session, now()));
}
