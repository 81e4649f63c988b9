import type { BulbState, Command, DeviceApi, DirectiveDeferred } from '@arcade/events/contracts/smart-home';

export type { VendorRefusal } from './refusal.ts';

/** A device, as its vendor knows it. */
export interface Device {
  deviceId: string;
  name: string;
  api: DeviceApi;
  state: BulbState;
  reachable: boolean;
}

/** Whose devices they are, and where that customer wants the grant to be kept. */
export interface VendorAccount {
  account: string;
  grants: 'table' | 'hub';
}

/** What a vendor says of a command when it is told. */
export type CommandAnswer = { kind: 'done'; state: BulbState; changedAtMs: number } | { kind: 'accepted' };

/** How far a command is. */
export type RequestStatus =
  | { kind: 'pending' }
  | { kind: 'done'; state: BulbState; changedAtMs: number }
  | { kind: 'failed' };

/**
 * The vendor's API, called with the customer's own token. Every call ends within its time limit, and throws a VendorRefusal for whatever
 * is not an answer.
 */
export interface Vendor {
  account(token: string): Promise<VendorAccount>;
  devices(token: string): Promise<Device[]>;
  /** With the time at which the vendor knew it so, milliseconds since the epoch. */
  device(token: string, deviceId: string): Promise<Device & { sampledAtMs: number }>;
  /** The same `requestId` again is the same command: it has the same answer, and nothing happens twice. */
  command(
    token: string,
    deviceId: string,
    request: { requestId: string; command: Command; callbackUrl?: string | undefined },
  ): Promise<CommandAnswer>;
  request(token: string, deviceId: string, requestId: string): Promise<RequestStatus>;
  /** Pushes of what hands do are to come to this address. */
  subscribe(token: string, callbackUrl: string): Promise<void>;
}

/** Puts a directive where the processors take it from. */
export type Defer = (directive: DirectiveDeferred) => Promise<void>;

/** Keeps a customer's grant: exchanges the code for tokens, and puts them where the account wants them. Throws when any of it fails. */
export type AcceptGrant = (grant: { code: string; account: VendorAccount }) => Promise<void>;
