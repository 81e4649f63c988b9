import { httpHandler } from '@arcade/lambda';
import * as z from 'zod/mini';
import { takePush } from '../domain/changed.ts';
import { asPushProblem, pushRefused } from '../http/problems.ts';
import { reportPushed } from '../report.ts';
import { pushGateway } from '../wiring.ts';

const { parts, secret } = pushGateway();

/** `POST /changes`: the vendor tells how a bulb is, signed in `X-Vendor-Signature`. */
export const handler = httpHandler({ body: z.unknown() }, async ({ bodyText, headers }) => {
  const push = { body: bodyText, signature: headers['x-vendor-signature'] ?? '' };
  try {
    const pushed = await takePush(parts, await secret(), push);
    reportPushed(pushed);
    const refusal = pushRefused(pushed);
    if (refusal) throw refusal;
    return { status: 200, body: { outcome: pushed } };
  } catch (error) {
    throw asPushProblem(error);
  }
});
