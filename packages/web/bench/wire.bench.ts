import type { Hop } from '../src/lib/journal.ts';
import { ARN, delivery, ended, publish, rallyGraph, run as runOf, write } from '../tests/wireFixtures.ts';
import { measureFrames } from './frames.ts';

export const name = 'wire';
/** It takes a minute and a half, and wants the machine for itself. */
export const onDemand = true;

let message = 0;

/** A message on its way: two calls and a delivery, and the run that it starts; each with what real ones say. No stroke of a rally: there is one ball only. */
function messageHops(): Hop[] {
  message += 1;
  const chain = Math.floor(message / 50);
  const ids = { traceId: `trace ${chain}`, correlationId: `chain ${chain}` };
  const requestId = `request ${message}`;
  const [from, to] = [ARN.pingTopic, ARN.pong];
  const text = JSON.stringify({ id: `event ${message}`, type: 'bench.happened', detail: { says: 'x'.repeat(200) } });
  const published = publish({ ...ids, requestId: `request ${message - 1}` });
  const brought = delivery({
    ...ids,
    detail: { messageId: `message ${message}`, subscriptionArn: `${from}:1`, message: text },
  });
  const begun = runOf({ ...ids, requestId, from, to });
  const written = write({ ...ids, requestId });
  return [published, ended(published), brought, begun, written, ended(written), ended(begun, { durationMs: 412 })];
}

/** Measures ping-pong's page. */
export const measured = { title: "ping-pong's page", path: '/ping-pong', graph: rallyGraph, hopsOf: messageHops };
export const run = () => measureFrames(measured);
