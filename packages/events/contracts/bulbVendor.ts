import * as z from 'zod/mini';
import { defineEvent, type EventOf } from '../contract.ts';
import { bulbState } from './smartHome.ts';

const source = 'smart-home-world';
const id = z.string().check(z.minLength(1), z.maxLength(128));

const change = z.object({
  account: id,
  deviceId: z.string().check(z.minLength(1), z.maxLength(256)),
  state: bulbState,
  /** When the bulb was so, milliseconds since the epoch. */
  changedAtMs: z.int().check(z.gte(0)),
  /** The id that the request had which this is the outcome of; absent when a hand did it. */
  requestId: z.optional(id),
});

/** What the vendor pushes, signed, to the address that a request named, or that an account registered. Its id is the delivery's. */
export const stateChanged = defineEvent({
  type: 'bulb_vendor.state_changed',
  version: 1,
  source,
  description: 'A bulb has a new state: it has done what it was told, or somebody has switched it by hand.',
  detail: change,
});

/** The vendor has accepted a command, or has noticed a hand, and will carry it out, or push it, when its time has come. */
export const pushDue = defineEvent({
  type: 'bulb_vendor.push_due',
  version: 1,
  source,
  description: 'A new state of a bulb is to be pushed to who asked for it.',
  detail: z.object({ change, callbackUrl: z.url() }),
});

/** All of the vendor's contracts. */
export const bulbVendorEvents = [stateChanged, pushDue] as const;

export type StateChanged = EventOf<typeof stateChanged>;
export type PushDue = EventOf<typeof pushDue>;
