import type { BulbState, Command, DeviceApi } from '@arcade/events/contracts/smart-home';

/** A state that a bulb will have. */
export interface Coming {
  state: BulbState;
  atMs: number;
}

/** A bulb, as its vendor keeps it. */
export interface Bulb {
  homeId: string;
  deviceId: string;
  /** As one says it: "kitchen light". */
  name: string;
  /** Where it hangs or stands. */
  place: string;
  api: DeviceApi;
  state: BulbState;
  /** The latest brightness above 0 that it had: what turning it on gives back. */
  lit: number;
  changedAtMs: number;
  /** What it was told, and has not done yet: in order. */
  coming: readonly Coming[];
  /** Grows with each change. */
  version: number;
}

/** A command, by the id that whoever asked has given it. */
export interface VendorRequest {
  homeId: string;
  deviceId: string;
  requestId: string;
  /** Whether the bulb will not do it, although the command was accepted. */
  fails: boolean;
  /** How the bulb is when it is done. */
  state: BulbState;
  doneAtMs: number;
  callbackUrl?: string | undefined;
}

const HOUSE: readonly (readonly [name: string, place: string, api: DeviceApi])[] = [
  ['kitchen light', 'kitchen', 'sync'],
  ['hall light', 'hall', 'sync'],
  ['living room light', 'living room', 'push'],
  ['bedroom light', 'bedroom', 'push'],
  ['reading lamp', 'living room', 'polling'],
  ['desk lamp', 'study', 'polling'],
  ['counter light', 'kitchen', 'optimistic'],
  ['garden light', 'garden', 'optimistic'],
];

/** The bulbs of a new home: two of each kind. */
export const bulbsOf = (homeId: string, nowMs: number): Bulb[] =>
  HOUSE.map(([name, place, api]) => ({
    homeId,
    deviceId: name.replaceAll(' ', '-'),
    name,
    place,
    api,
    state: { power: 'OFF', brightness: 80 },
    lit: 80,
    changedAtMs: nowMs,
    coming: [],
    version: 1,
  }));

/** A bulb as it is at a time: what it was told and has done by then is done. */
export function bulbAt(bulb: Bulb, nowMs: number): Bulb {
  const done = bulb.coming.filter(({ atMs }) => atMs <= nowMs);
  const last = done.at(-1);
  if (!last) return bulb;
  return {
    ...bulb,
    state: last.state,
    lit: litAfter(bulb.lit, done),
    changedAtMs: last.atMs,
    coming: bulb.coming.slice(done.length),
  };
}

const litAfter = (lit: number, done: readonly Pick<Coming, 'state'>[]): number =>
  done.findLast(({ state }) => state.brightness > 0)?.state.brightness ?? lit;

/**
 * What a command makes of a state. Who sets a brightness wants to see it; without any, it is dark. Who turns on what has none wants
 * light: as much as there was last, `lit`.
 */
export function obeying({ power, brightness }: BulbState, command: Command, lit: number): BulbState {
  if (command.power !== undefined) return turned(command.power, brightness, lit);
  const wanted = command.brightness ?? brightness + (command.brightnessDelta ?? 0);
  const percent = Math.min(100, Math.max(0, wanted));
  return {
    power: command.brightness === undefined && percent === brightness ? power : powerAt(percent),
    brightness: percent,
  };
}

const turned = (power: BulbState['power'], brightness: number, lit: number): BulbState => ({
  power,
  brightness: power === 'ON' && brightness === 0 ? lit : brightness,
});

const powerAt = (percent: number): BulbState['power'] => (percent > 0 ? 'ON' : 'OFF');

/** A bulb that was told something at a time, and will have done it after another; what it was told before, it does before. */
export function told(
  bulb: Bulb,
  command: Command,
  { nowMs, latencyMs }: { nowMs: number; latencyMs: number },
): { bulb: Bulb; coming: Coming } {
  const current = bulbAt(bulb, nowMs);
  const last = current.coming.at(-1);
  const coming: Coming = {
    state: obeying(last?.state ?? current.state, command, litAfter(current.lit, current.coming)),
    atMs: Math.max(nowMs + latencyMs, last?.atMs ?? 0),
  };
  return {
    bulb: bulbAt({ ...current, coming: [...current.coming, coming], version: bulb.version + 1 }, nowMs),
    coming,
  };
}

/** A bulb that somebody has switched, at once. What it was told before comes all the same. */
export function switched(bulb: Bulb, state: Partial<BulbState>, nowMs: number): Bulb {
  const current = bulbAt(bulb, nowMs);
  const { power = current.state.power, brightness = current.state.brightness } = state;
  const now = state.power === undefined ? { power, brightness } : turned(power, brightness, current.lit);
  const lit = litAfter(current.lit, [{ state: now }]);
  return { ...current, state: now, lit, changedAtMs: nowMs, version: bulb.version + 1 };
}

/** How far a request is. */
export type Progress =
  | { status: 'pending' }
  | { status: 'failed' }
  | { status: 'done'; state: BulbState; changedAtMs: number };

export function progressOf({ fails, state, doneAtMs }: VendorRequest, nowMs: number): Progress {
  if (nowMs < doneAtMs) return { status: 'pending' };
  return fails ? { status: 'failed' } : { status: 'done', state, changedAtMs: doneAtMs };
}
