import { httpHandler } from '@arcade/lambda';
import * as z from 'zod/mini';
import { bearerOf } from '../domain/bearer.ts';
import { receive } from '../domain/gateway.ts';
import { gatewayProblem, gatewayRefusal } from '../http/problems.ts';
import { reportReceived } from '../report.ts';
import { gateway } from '../wiring.ts';

const parts = gateway();

/** `POST /v3/events`: Alexa's event gateway. */
export const handler = httpHandler(
  { body: z.unknown() },
  async ({ headers, body, requestId }) => {
    const received = reportReceived(await receive(parts, bearerOf(headers), body));
    if (received.outcome === 'accepted') return { status: 202 };
    return gatewayProblem(received.code, received.description, requestId);
  },
  { refuse: gatewayRefusal },
);
