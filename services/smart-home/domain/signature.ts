import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the vendor's clock and ours may be apart, and how long a push may be under way. */
const TOLERANCE_MS = 5 * 60_000;
const FORM = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/;

/** What is known of who has sent a body. */
export type Checked =
  | { kind: 'signed'; signedAtMs: number }
  /** Not signed, or by somebody who does not know the secret. */
  | { kind: 'forged' }
  /** Signed at another time than now: somebody has kept it. */
  | { kind: 'stale' };

const hmacOf = (secret: string, body: string, atMs: number): string =>
  createHmac('sha256', secret).update(`${atMs}.${body}`).digest('hex');

/** The signature of a body, as the vendor makes it: `t=<milliseconds since the epoch>,v1=<hmac>`. */
export const signatureOf = (secret: string, body: string, atMs: number): string =>
  `t=${atMs},v1=${hmacOf(secret, body, atMs)}`;

/**
 * Checks that who has sent a body knows the secret, and has signed it now. How long the comparison takes tells nothing of the signature.
 *
 * @param header the header `X-Vendor-Signature`; empty where there was none.
 * @param body the body as it came, to the byte.
 */
export function checkSignature(secret: string, header: string, body: string, nowMs: number): Checked {
  const [, time, hmac] = FORM.exec(header) ?? [];
  if (hmac === undefined) return { kind: 'forged' };
  const signedAtMs = Number(time);
  if (!timingSafeEqual(Buffer.from(hmac), Buffer.from(hmacOf(secret, body, signedAtMs)))) return { kind: 'forged' };
  return Math.abs(nowMs - signedAtMs) > TOLERANCE_MS ? { kind: 'stale' } : { kind: 'signed', signedAtMs };
}
