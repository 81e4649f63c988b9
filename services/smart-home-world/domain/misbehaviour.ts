import { createHash } from 'node:crypto';

/** What goes wrong outside of the skill, as a visitor has set it. */
export interface Misbehaviour {
  /** How long a bulb takes until it has done what it was told, milliseconds. */
  latencyMs: number;
  /** How many of the commands go wrong: refused (503, 429), or accepted and never done. */
  failureRate: number;
  /** How many pushes are never sent. */
  lostPushRate: number;
  /** How many pushes are sent twice. */
  duplicatePushRate: number;
  /** Whether, before each push, a false one comes that nobody has signed, and an old one again. */
  forgedPushes: boolean;
  /** The ids of bulbs that the vendor does not reach. */
  unreachable: readonly string[];
  /** Whether access tokens end long before the time that was promised. */
  tokensExpire: boolean;
  /** Whether the customer has switched off the skill. */
  skillDisabled: boolean;
  /** Whether the event gateway turns each message away the first time. */
  gatewayBusy: boolean;
  /** Whether the hub on the premises is switched off. */
  hubOff: boolean;
}

/** A world in which all goes well, and bulbs take a moment. */
export const WELL_BEHAVED: Misbehaviour = {
  latencyMs: 300,
  failureRate: 0,
  lostPushRate: 0,
  duplicatePushRate: 0,
  forgedPushes: false,
  unreachable: [],
  tokensExpire: false,
  skillDisabled: false,
  gatewayBusy: false,
  hubOff: false,
};

/** How many bytes of a digest make a number: a JavaScript number holds 48 bits whole. */
const DRAW_BYTES = 6;

/**
 * A number in [0, 1) that follows from the seed and from what it is drawn for: the same for the same, whoever asks, how often, and
 * in which order.
 */
export function drawn(seed: string, what: string, ...names: readonly (string | number)[]): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, what, ...names]))
    .digest();
  return digest.readUIntBE(0, DRAW_BYTES) / 256 ** DRAW_BYTES;
}
