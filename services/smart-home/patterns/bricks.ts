import type { Contract } from '@arcade/events';
import { directiveDeferred } from '@arcade/events/contracts/smart-home';
import { type Handle, open, queue, secret, table } from '@arcade/networks';

/** How long a function may take that stands between a directive and its answer. */
export const TURN_SECONDS = 2;

/** Taibi's proxy: a function that speaks to somebody outside, in the words of their API. */
export const proxy = <F extends string, Outside extends string>(
  speaker: Handle<'function', F>,
  outside: Handle<'external', Outside>,
  title: string,
) => speaker.calls(outside, { title });

/** Of no use after seconds, and with the customer's token at the vendor in it: kept as short as a queue is told here (docs/decisions/smart-home-grants.md). */
export const BRIEFLY = { retentionDays: 1 };

/**
 * A queue that keeps all that concerns one device in order. It shows a message again as soon as AWS allows, when the function's time is over:
 * after a crash there is time left for another turn (docs/decisions/smart-home-deadline.md).
 */
export const line = <Name extends string>(
  name: Name,
  {
    turnSeconds = TURN_SECONDS,
    ...settings
  }: { delaySeconds?: number; turnSeconds?: number; maxReceiveCount?: number; retentionDays?: number } = {},
) => queue(name, { fifo: true, visibilitySeconds: turnSeconds, ...settings });

/**
 * Taibi's FIFOer: a function takes what comes (directives, as a rule) out of a line, in order for each device, one at a time. In a batch of
 * more, what stands behind one that fails goes back untried, and each time it counts as received.
 */
export const fifo = (
  from: Handle<'queue'>,
  reader: Handle<'function'>,
  contract: Contract | readonly Contract[] = directiveDeferred,
) => from.triggers(reader, { batchSize: 1, contract });

/** Taibi's router: of all that goes by, what is for one kind of API (its message attribute `api`) goes into a queue of its own. */
export const router = (crossing: Handle<'topic'>, api: string, into: Handle<'queue'>) =>
  crossing.sends(into, { raw: true, filter: { api: [api] }, title: api, contract: directiveDeferred });

/** Has the entrypoint take directives for devices of this kind of API: without that it refuses them at once. */
export const serves = (api: string) =>
  open.function('entrypoint', { environment: { [`SERVES_${api.toUpperCase()}`]: 'true' } });

/** What was asked of a vendor, until it is answered; several patterns keep it, and it is one table. */
export const requests = table('requests', { partitionKey: 'requestId', expiresAt: 'expiresAt' });

/** A SecureString that `npm run secrets` puts; the param `<name>Parameter` says where. */
const ofParam = <Name extends string>(name: Name) => secret(name, { parameter: `\${param:${name}Parameter}` });

/** What the skill is to Login with Amazon: its id and its secret. */
export const lwaClient = ofParam('lwaClient');
/** What the vendor signs with. */
export const pushSecret = ofParam('pushSecret');
/** What opens the hubs of our customers. */
export const hubSecret = ofParam('hubSecret');
