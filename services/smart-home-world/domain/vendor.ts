import { createEvent } from '@arcade/events';
import { type PushDue, pushDue } from '@arcade/events/contracts/bulb-vendor';
import type { BulbState, Command } from '@arcade/events/contracts/smart-home';
import type { World } from '@arcade/lambda/world';
import { type Bulb, bulbAt, type Progress, progressOf, switched, told, type VendorRequest } from './bulb.ts';
import { isCallback } from './callback.ts';
import { drawn } from './misbehaviour.ts';
import type { BulbsTable, Home, SendPush, Wait } from './ports.ts';

/** What the vendor works with. */
export interface VendorParts extends Pick<World, 'now' | 'newId'> {
  bulbs: BulbsTable;
  sendPush: SendPush;
  wait: Wait;
  /** Which addresses may be called back: a regular expression for the whole of one. */
  callbacks: RegExp;
}

/** A command, as it is asked for. */
export interface CommandRequest {
  home: Home;
  deviceId: string;
  requestId: string;
  command: Command;
  callbackUrl?: string | undefined;
  correlationId: string;
}

/** Why a command is not accepted. */
export type Refusal = 'no-device' | 'bad-callback' | 'unreachable' | 'failed' | 'busy';

/** What the vendor answers: a state from bulbs that answer so, nothing but "accepted" for the others. */
export type CommandAnswer =
  | { outcome: 'done'; state: BulbState; changedAtMs: number }
  | { outcome: 'accepted' }
  | { outcome: 'refused'; why: Refusal };

/** How often a command is tried when others change the bulb at the same time. */
const MOST_TRIES = 8;

const refused = (why: Refusal): CommandAnswer => ({ outcome: 'refused', why });

/**
 * Has a bulb carry out a command, once for each request id: the same id again has the same answer, and nothing is done twice. Bulbs of the
 * kind `sync` are waited for; of the others a push tells who has named an address.
 */
export async function commandBulb(parts: VendorParts, request: CommandRequest): Promise<CommandAnswer> {
  const { bulbs, now } = parts;
  const { home, deviceId, requestId, callbackUrl } = request;
  if (callbackUrl !== undefined && !isCallback(parts.callbacks, callbackUrl)) return refused('bad-callback');
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const [bulb, known] = await Promise.all([
      bulbs.find(home.homeId, deviceId),
      bulbs.findRequest(home.homeId, deviceId, requestId),
    ]);
    if (!bulb) return refused('no-device');
    if (known) return answered(parts, request, bulb, known);
    if (home.misbehaviour.unreachable.includes(deviceId)) return refused('unreachable');
    const fate = await fateOf(parts, request);
    if (fate === 'failed' || fate === 'busy') return refused(fate);
    const nowMs = now();
    const { latencyMs } = home.misbehaviour;
    const { bulb: changed, coming } = told(bulb, request.command, { nowMs, latencyMs });
    const fails = fate === 'never';
    if (fails && bulb.api === 'sync') return refused('failed');
    const made: VendorRequest = {
      homeId: home.homeId,
      deviceId,
      requestId,
      fails,
      state: coming.state,
      doneAtMs: coming.atMs,
      callbackUrl,
    };
    const kept = await bulbs.keep(fails ? { ...bulb, version: bulb.version + 1 } : changed, made);
    if (kept === 'kept') return answered(parts, request, bulb, made);
  }
  return refused('busy');
}

/** What becomes of a command: drawn anew for each attempt, so that who tries again may have more luck. */
async function fateOf({ bulbs, now }: VendorParts, { home, deviceId, requestId }: CommandRequest) {
  const { seed, homeId, misbehaviour } = home;
  if (misbehaviour.failureRate === 0) return 'done';
  const attempt = await bulbs.countAttempt(homeId, deviceId, requestId, now());
  const draw = drawn(seed, 'command', requestId, attempt) / misbehaviour.failureRate;
  if (draw >= 1) return 'done';
  if (draw < 0.5) return 'failed';
  return draw < 0.75 ? 'busy' : 'never';
}

/** The answer to a request that was made. Who asks again is told the same, and pushed to again: the first push may never have been sent. */
async function answered(
  parts: VendorParts,
  request: CommandRequest,
  { api }: Bulb,
  made: VendorRequest,
): Promise<CommandAnswer> {
  const { state, doneAtMs: changedAtMs } = made;
  if (api === 'sync') {
    await parts.wait(changedAtMs - parts.now());
    return { outcome: 'done', state, changedAtMs };
  }
  const pushes = api === 'push' || api === 'optimistic';
  if (pushes && made.callbackUrl !== undefined && !made.fails) {
    const { home, requestId, correlationId } = request;
    const change = { account: home.homeId, deviceId: made.deviceId, state, changedAtMs, requestId };
    // The id follows from the request: however often it is sent, it is one delivery.
    const push = pushOf(parts, `${home.homeId}.${requestId}`, { change, callbackUrl: made.callbackUrl }, correlationId);
    await parts.sendPush(push, changedAtMs - parts.now());
  }
  return { outcome: 'accepted' };
}

const pushOf = ({ now }: Pick<World, 'now'>, id: string, detail: PushDue['detail'], correlationId: string): PushDue =>
  createEvent(pushDue, detail, { newId: () => id, nowMs: now(), correlationId });

/** A device, as the vendor shows it. */
export interface Device extends Pick<Bulb, 'deviceId' | 'name' | 'api' | 'state'> {
  reachable: boolean;
}

const deviceOf = ({ misbehaviour }: Home, { deviceId, name, api, state }: Bulb): Device => ({
  deviceId,
  name,
  api,
  state,
  reachable: !misbehaviour.unreachable.includes(deviceId),
});

export async function devicesOf({ bulbs, now }: Pick<VendorParts, 'bulbs' | 'now'>, home: Home): Promise<Device[]> {
  return (await bulbs.all(home.homeId)).map((bulb) => deviceOf(home, bulbAt(bulb, now())));
}

/** A device, and when it was seen so: of one that is not reached, that is when it last changed. */
export async function deviceNow(
  { bulbs, now }: Pick<VendorParts, 'bulbs' | 'now'>,
  home: Home,
  deviceId: string,
): Promise<(Device & { sampledAtMs: number }) | undefined> {
  const found = await bulbs.find(home.homeId, deviceId);
  if (!found) return undefined;
  const nowMs = now();
  const bulb = bulbAt(found, nowMs);
  const device = deviceOf(home, bulb);
  return { ...device, sampledAtMs: device.reachable ? nowMs : bulb.changedAtMs };
}

export async function requestNow(
  { bulbs, now }: Pick<VendorParts, 'bulbs' | 'now'>,
  home: Home,
  deviceId: string,
  requestId: string,
): Promise<Progress | undefined> {
  const request = await bulbs.findRequest(home.homeId, deviceId, requestId);
  return request && progressOf(request, now());
}

/** Has a hand switch a bulb. Whoever has subscribed is pushed to, where the bulb's kind does so. */
export async function switchByHand(
  parts: Omit<VendorParts, 'wait' | 'callbacks'>,
  {
    home,
    deviceId,
    state,
    correlationId,
  }: { home: Home; deviceId: string; state: Partial<BulbState>; correlationId: string },
): Promise<Bulb | undefined> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const bulb = await parts.bulbs.find(home.homeId, deviceId);
    if (!bulb) return undefined;
    const changed = switched(bulb, state, parts.now());
    if ((await parts.bulbs.keep(changed)) === 'changed') continue;
    const isPushed = changed.api === 'push' || changed.api === 'optimistic';
    if (isPushed && home.callbackUrl !== undefined) {
      const change = { account: home.homeId, deviceId, state: changed.state, changedAtMs: changed.changedAtMs };
      await parts.sendPush(pushOf(parts, parts.newId(), { change, callbackUrl: home.callbackUrl }, correlationId), 0);
    }
    return changed;
  }
  throw new Error(`the bulb ${deviceId} changes all the time`);
}
