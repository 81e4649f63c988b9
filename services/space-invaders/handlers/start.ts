import { socketHandler } from '@arcade/lambda';
import { start } from '../domain/start.ts';
import { caller } from '../http/caller.ts';
import { startRefusal } from '../http/problems.ts';
import { startMessage } from '../http/schemas.ts';
import { starter } from '../wiring.ts';

const parts = starter();

/** `{"action":"start","sessionId":"..."}`: a manager has everybody start at one moment. */
export const handler = socketHandler({ caller, body: startMessage }, async ({ caller: { isManager }, body }) => {
  const started = await start(parts, { isManager: isManager === 'true', sessionId: body.sessionId });
  if (started.outcome !== 'started') return startRefusal(started.outcome);
  return { type: 'started', startsAtMs: started.startsAtMs };
});
