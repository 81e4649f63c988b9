import type { Fields } from '../lib/fields.ts';

/** How a vendor's API tells of a new state. */
export type Kind = 'sync' | 'push' | 'polling' | 'optimistic';

/** How a bulb is; `brightness` in percent. */
export interface BulbState {
  power: 'ON' | 'OFF';
  brightness: number;
}

/** A bulb: how it is, and how Alexa believes it to be. */
export interface Bulb {
  deviceId: string;
  /** As one says it: "kitchen light". */
  name: string;
  api: Kind;
  state: BulbState;
  /** Undefined where what Alexa was told makes no sense. */
  alexa: BulbState | undefined;
  reachable: boolean;
}

/** A message of Alexa's, as it went over the network, and when. */
export interface Step {
  /** `direct`: the skill's function returned it; `event`: it came by the event gateway; `change`: nobody had asked for it. */
  kind: 'direct' | 'event' | 'change';
  /** By the world's clock, in milliseconds. */
  atMs: number;
  message: Fields;
  /** What Alexa would say; empty where she says nothing. */
  speech: string;
  /** What is remarkable about it, in a word: "late", "again", "×2"; empty as a rule. */
  remark: string;
}

/** How something ended that was said. */
export interface Outcome {
  kind: 'answered' | 'refused' | 'unanswered' | 'misunderstood';
  /** What Alexa would say. */
  speech: string;
  /** Until then, in milliseconds; undefined where nothing came. */
  tookMs: number | undefined;
  /** Alexa's type of an error. */
  error: string | undefined;
}

/** Something that was said to Alexa, or that she was told unasked, with all that followed. */
export interface Exchange {
  id: string;
  /** Empty where nobody has said anything. */
  text: string;
  saidAtMs: number;
  /** What Alexa made of it; undefined where she did not understand, or was not spoken to. */
  directive: Fields | undefined;
  steps: readonly Step[];
  /** Undefined while it is awaited, and for what was not said. */
  outcome: Outcome | undefined;
}

/** What goes wrong outside of the skill. */
export interface Misbehaviour {
  /** How long the vendor takes, in milliseconds. */
  latencyMs: number;
  failureRate: number;
  lostPushRate: number;
  duplicatePushRate: number;
  forgedPushes: boolean;
  /** Bulbs that are unplugged, by their ids. */
  unreachable: readonly string[];
  tokensExpire: boolean;
  skillDisabled: boolean;
  gatewayBusy: boolean;
  hubOff: boolean;
}

/** All that is known of a home. */
export interface Home {
  bulbs: readonly Bulb[];
  /** The newest first. */
  exchanges: readonly Exchange[];
  misbehaviour: Misbehaviour;
  /** Whether the skill may speak to Alexa in this home's name. */
  isLinked: boolean;
  /** What time it is in the world. */
  nowMs: number;
}
