import { createHmac } from 'node:crypto';
import { createEvent } from '@arcade/events';
import { type PushDue, type StateChanged, stateChanged } from '@arcade/events/contracts/bulb-vendor';
import type { World } from '@arcade/lambda/world';
import { isCallback } from './callback.ts';
import { drawn } from './misbehaviour.ts';
import type { HomesTable, Post, Wait } from './ports.ts';

/** What pushes are sent with. */
export interface PusherParts extends Pick<World, 'now'> {
  homes: Pick<HomesTable, 'find'>;
  post: Post;
  wait: Wait;
  /** What pushes are signed with. */
  secret(): Promise<string>;
  /** Which addresses may be called back. */
  callbacks: RegExp;
}

/** What became of a push: `lost` was never sent, `gone` had no home any more, `refused` was turned away for good. */
export type Pushed = 'taken' | 'lost' | 'gone' | 'refused';

/** A push was not taken, and is to be sent again. */
export class NotTakenError extends Error {
  override readonly name = 'NotTakenError';

  constructor(status: number | undefined, options?: ErrorOptions) {
    super(status === undefined ? 'nobody has taken the push' : `the push was answered ${status}`, options);
  }
}

/** The header that says who has sent a push, and when: `t=<milliseconds>,v1=<HMAC-SHA256 of "t.body" in hex>`. */
export function signatureOf(secret: string, body: string, atMs: number): string {
  const digest = createHmac('sha256', secret).update(`${atMs}.${body}`).digest('hex');
  return `t=${atMs},v1=${digest}`;
}

/** Longer than any receiver takes a signature for fresh. */
const OLD_MS = 60 * 60_000;
/** Statuses by which a receiver asks for another try; what else is below 500 is final. */
const AGAIN = new Set([408, 425, 429]);

/**
 * Sends a push, signed: as soon as the bulb is as it says, and with all that the home has go wrong. Throws NotTakenError for a push that
 * nobody has taken.
 */
export async function sendPush(parts: PusherParts, push: PushDue): Promise<Pushed> {
  const { change, callbackUrl } = push.detail;
  if (!isCallback(parts.callbacks, callbackUrl)) return 'refused';
  const home = await parts.homes.find(change.account);
  if (!home) return 'gone';
  await parts.wait(change.changedAtMs - parts.now());
  const { seed, misbehaviour } = home;
  if (drawn(seed, 'lost', push.id) < misbehaviour.lostPushRate) return 'lost';
  const secret = await parts.secret();
  const body = JSON.stringify(told(parts, push, push.id, change));
  if (misbehaviour.forgedPushes) await forge(parts, push, body, secret);
  const signed = signatureOf(secret, body, parts.now());
  const status = await posted(parts, push, body, signed);
  if (status >= 500 || AGAIN.has(status)) throw new NotTakenError(status);
  // Word for word: whoever overhears one can do as much.
  if (drawn(seed, 'twice', push.id) < misbehaviour.duplicatePushRate) await posted(parts, push, body, signed);
  return status < 300 ? 'taken' : 'refused';
}

function told(
  { now }: PusherParts,
  { correlationId }: PushDue,
  id: string,
  change: StateChanged['detail'],
): StateChanged {
  return createEvent(stateChanged, change, { newId: () => id, nowMs: now(), correlationId });
}

/** Two that nobody may believe: one of the opposite, signed by whoever does not know the secret, and one that was signed long ago. */
async function forge(parts: PusherParts, push: PushDue, body: string, secret: string): Promise<void> {
  const { change } = push.detail;
  const power = change.state.power === 'ON' ? 'OFF' : 'ON';
  const lie = JSON.stringify(told(parts, push, `${push.id}.forged`, { ...change, state: { ...change.state, power } }));
  await posted(parts, push, lie, signatureOf(`not ${secret}`, lie, parts.now()));
  await posted(parts, push, body, signatureOf(secret, body, parts.now() - OLD_MS));
}

async function posted(
  { post }: PusherParts,
  { detail, correlationId }: PushDue,
  body: string,
  signature: string,
): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    'x-vendor-signature': signature,
    'x-correlation-id': correlationId,
  };
  try {
    return await post(detail.callbackUrl, body, headers);
  } catch (cause) {
    throw new NotTakenError(undefined, { cause });
  }
}
