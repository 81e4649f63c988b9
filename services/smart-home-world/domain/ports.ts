import type { PushDue } from '@arcade/events/contracts/bulb-vendor';
import type { Endpoint } from './alexa.ts';
import type { Bulb, VendorRequest } from './bulb.ts';
import type { GatewayEvent, Utterance } from './conversation.ts';
import type { Misbehaviour } from './misbehaviour.ts';

/** A visitor's home: an account at the bulbs' vendor, and a customer of Alexa's. Its id is the account's name, too. */
export interface Home {
  homeId: string;
  /** Of the page's key, SHA-256 in hex. */
  keyHash: string;
  /** The vendor's token of the account: whoever has it switches the bulbs. */
  vendorToken: string;
  /** Where the account wants the skill to keep its grant. */
  grants: 'table' | 'hub';
  /** What goes wrong is drawn from it: the same seed has the same things go wrong. */
  seed: string;
  misbehaviour: Misbehaviour;
  createdAtMs: number;
  /** Whether the skill may speak to Alexa in this home's name. */
  isLinked: boolean;
  /** What Alexa has discovered. */
  endpoints: readonly Endpoint[];
  /** Where pushes of what hands do go. */
  callbackUrl?: string | undefined;
}

export interface HomesTable {
  create(home: Home, bulbs: readonly Bulb[]): Promise<void>;
  /** Undefined for a home that is not there, or not any more. */
  find(homeId: string): Promise<Home | undefined>;
  change(
    homeId: string,
    change: Partial<Pick<Home, 'misbehaviour' | 'isLinked' | 'endpoints' | 'callbackUrl'>>,
  ): Promise<void>;
}

export interface BulbsTable {
  all(homeId: string): Promise<Bulb[]>;
  find(homeId: string, deviceId: string): Promise<Bulb | undefined>;
  findRequest(homeId: string, deviceId: string, requestId: string): Promise<VendorRequest | undefined>;
  /** Counts how often a request was made, this one among them. */
  countAttempt(homeId: string, deviceId: string, requestId: string, atMs: number): Promise<number>;
  /** Keeps a bulb, and the request that changed it: both or none. `changed`: somebody was faster. */
  keep(bulb: Bulb, request?: VendorRequest): Promise<'kept' | 'changed'>;
}

/** What Alexa believes of a bulb, as far as she was told. */
export interface Belief {
  deviceId: string;
  power?: 'ON' | 'OFF' | undefined;
  brightness?: number | undefined;
  isReachable?: boolean | undefined;
  /** When it was so, as she was told. */
  atMs: number;
}

export interface ConversationTable {
  keepUtterance(homeId: string, utterance: Utterance): Promise<void>;
  /** Keeps what came by the event gateway; `repeated`: it had come before, and is counted. */
  keepEvent(homeId: string, event: GatewayEvent): Promise<'new' | 'repeated'>;
  /** Whether nobody has asked so before; remembers it. */
  isFirst(homeId: string, what: string, atMs: number): Promise<boolean>;
  /** The newest of both, newest first. */
  newest(homeId: string, most: number): Promise<{ utterances: Utterance[]; events: GatewayEvent[] }>;
  /** What she was told later stays. */
  believe(homeId: string, belief: Belief): Promise<void>;
  beliefs(homeId: string): Promise<Belief[]>;
}

/** A token of Login with Amazon, or a code that becomes some. */
export interface Grant {
  kind: 'code' | 'access' | 'refresh';
  homeId: string;
  issuedAtMs: number;
  expiresAtMs: number;
}

export interface TokensTable {
  issue(token: string, grant: Grant): Promise<void>;
  find(token: string): Promise<Grant | undefined>;
  /** Takes a code away: a second time, or for one that never was, there is none. */
  take(token: string): Promise<Grant | undefined>;
}

/** What a hub on the premises keeps: whatever the skill has put there, with its version. */
export interface HubGrant {
  version: number;
  grant: Record<string, unknown>;
}

export interface HubsTable {
  find(account: string): Promise<HubGrant | undefined>;
  /** `version`: which must be there; undefined: whichever; 0: none. */
  put(
    account: string,
    grant: Record<string, unknown>,
    version: number | undefined,
    expiresAtMs: number,
  ): Promise<HubGrant | 'changed'>;
  remove(account: string): Promise<void>;
}

/** Has a push sent, not before so many milliseconds have passed. */
export type SendPush = (push: PushDue, delayMs: number) => Promise<void>;

/** What became of a directive: the skill's answer, or why there is none. */
export type SkillAnswer = { kind: 'answer'; message: unknown } | { kind: 'failed'; reason: string };

/** Hands a directive to the skill, and waits for its answer. */
export type AskSkill = (directive: unknown) => Promise<SkillAnswer>;

/** Waits; what is not above 0 is no time. */
export type Wait = (ms: number) => Promise<void>;

/** Sends a push, and gives the status that answers it. Throws when nothing answers in time. */
export type Post = (url: string, body: string, headers: Record<string, string>) => Promise<number>;
