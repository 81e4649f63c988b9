import * as z from 'zod/mini';
import type { EventGateway } from '../domain/dispatch.ts';
import { called, type Outside } from './call.ts';

/** Its errors: developer.amazon.com/docs/alexa/smarthome/send-events.html#error-responses */
const refusal = z.object({ payload: z.object({ code: z.string() }) });

/** Alexa's event gateway, which takes what is said to her when she has not asked, or not just now. */
export const createEventGateway = (outside: Omit<Outside, 'timeoutMs'>): EventGateway => ({
  async send(message, token, timeoutMs) {
    try {
      const { status, body } = await called({ ...outside, timeoutMs }, '', {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(message),
      });
      if (status >= 200 && status < 300) return { outcome: 'accepted' };
      return { outcome: 'refused', status, code: z.safeParse(refusal, body).data?.payload.code ?? 'without a code' };
    } catch (error) {
      return { outcome: 'silent', reason: `the event gateway was not reached: ${(error as Error).message}` };
    }
  },
});
