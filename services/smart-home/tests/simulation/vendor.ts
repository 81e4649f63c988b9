import { stateChanged } from '@arcade/events/contracts/bulb-vendor';
import type { BulbState, Command, DeviceApi } from '@arcade/events/contracts/smart-home';
import { buildEvent } from '@arcade/events/testing';
import type { CommandAnswer, RequestStatus, Vendor } from '../../domain/ports.ts';
import { VendorRefusal } from '../../domain/refusal.ts';
import { signatureOf } from '../../domain/signature.ts';
import type { Invocation, Random, VirtualTime } from './time.ts';

export const SECRET = 'a secret that vendor and gateway know';

/** How a vendor misbehaves, and how often. */
export interface VendorFaults {
  /** It refuses a call: for a moment, or because the device cannot be reached. */
  refuse: number;
  /** It does what it was told, and its answer comes too late for whoever waits for it. */
  slow: number;
  /** A bulb takes longer to do what it was told than anybody waits. */
  dawdle: number;
  /** A push is never sent. */
  losePush: number;
  /** A push is sent again, as it was and signed anew. */
  repeatPush: number;
  /** Somebody else sends something like a push, or one that he has kept. */
  forgePush: number;
}

/** A push on its way; resolves whether it was taken. */
export type Post = (push: { body: string; signature: string }) => Promise<boolean>;

interface Bulb {
  deviceId: string;
  api: DeviceApi;
  state: BulbState;
  /** It does what it is told in order, and one thing at a time. */
  busyUntilMs: number;
  /** The requests that it has done, in order. */
  done: string[];
}

/** How each bulb is before anything is said; Alexa knows that. */
export const AT_FIRST: BulbState = { power: 'OFF', brightness: 50 };

const MOST_TRIES = 12;

/** What a command makes of a bulb; most that say how bright it shall be switch it, too. */
const after = (state: BulbState, { power, brightness, brightnessDelta = 0 }: Command): BulbState => {
  const percent = Math.min(100, Math.max(0, brightness ?? state.brightness + brightnessDelta));
  const isSwitched = brightness !== undefined || percent !== state.brightness;
  return { power: power ?? (isSwitched ? (percent > 0 ? 'ON' : 'OFF') : state.power), brightness: percent };
};

/** A vendor with its bulbs, and the HTTP API of three kinds that it has. */
export class SimulatedVendor {
  readonly bulbs = new Map<string, Bulb>();
  /** When it was asked how far a request is. */
  readonly asked: { requestId: string; atMs: number }[] = [];
  /** What was told to it, and when for the first time. */
  readonly told = new Map<string, { answer: CommandAnswer; status: RequestStatus; atMs: number }>();
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #faults: VendorFaults;
  readonly #post: Post;
  #pushes = 0;

  constructor(time: VirtualTime, random: Random, faults: VendorFaults, post: Post) {
    this.#time = time;
    this.#random = random;
    this.#faults = faults;
    this.#post = post;
  }

  addBulb(deviceId: string, api: DeviceApi): void {
    this.bulbs.set(deviceId, { deviceId, api, state: AT_FIRST, busyUntilMs: 0, done: [] });
  }

  /** The API, as an invocation calls it. */
  api(invocation: Invocation): Pick<Vendor, 'command' | 'device' | 'request'> {
    return {
      command: (_token, deviceId, { requestId, command }) =>
        this.#call(invocation, () => this.#command(this.#bulb(deviceId), requestId, command)),
      device: (_token, deviceId) =>
        this.#call(invocation, () => {
          const { api, state } = this.#bulb(deviceId);
          return { deviceId, name: deviceId, api, state, reachable: true, sampledAtMs: this.#time.nowMs };
        }),
      request: (_token, _deviceId, requestId) =>
        this.#call(invocation, () => {
          this.asked.push({ requestId, atMs: this.#time.nowMs });
          const known = this.told.get(requestId);
          if (!known) throw new VendorRefusal('NO_SUCH_ENDPOINT', 'no such request', { status: 404, retryable: false });
          return known.status;
        }),
    };
  }

  /** Somebody switches a bulb. */
  byHand(deviceId: string, command: Command): void {
    const bulb = this.#bulb(deviceId);
    bulb.state = after(bulb.state, command);
    this.#push(bulb, undefined);
  }

  #bulb(deviceId: string): Bulb {
    const bulb = this.bulbs.get(deviceId);
    if (!bulb) throw new VendorRefusal('NO_SUCH_ENDPOINT', 'no such bulb', { status: 404, retryable: false });
    return bulb;
  }

  async #call<Answer>(invocation: Invocation, effect: () => Answer): Promise<Answer> {
    const random = this.#random;
    const refuses = random() < this.#faults.refuse;
    if (refuses) {
      const [status, retryable] = random() < 0.7 ? [503, true] : [422, false];
      const refusal = new VendorRefusal('ENDPOINT_UNREACHABLE', `${status}`, { status, retryable });
      return invocation.ask(() => {
        throw refusal;
      }, 60);
    }
    if (random() >= this.#faults.slow) return invocation.ask(effect, 60);
    const isHeard = random() < 0.7;
    await invocation.ask(() => (isHeard ? void effect() : undefined), 60);
    await invocation.pause(900);
    throw new VendorRefusal('ENDPOINT_UNREACHABLE', 'no answer in time', { retryable: true });
  }

  /** The same request again has the same answer, and happens once. */
  #command(bulb: Bulb, requestId: string, command: Command): CommandAnswer {
    const known = this.told.get(requestId);
    if (known) return known.answer;
    const { nowMs } = this.#time;
    const change = () => {
      bulb.state = after(bulb.state, command);
      bulb.done.push(requestId);
      return { kind: 'done', state: bulb.state, changedAtMs: this.#time.nowMs } as const;
    };
    if (bulb.api === 'sync') {
      const answer = change();
      this.told.set(requestId, { answer, status: answer, atMs: nowMs });
      return answer;
    }
    const answer = { kind: 'accepted' } as const;
    const request = { answer, status: { kind: 'pending' } as RequestStatus, atMs: nowMs };
    this.told.set(requestId, request);
    const takesMs = this.#random() * (this.#random() < this.#faults.dawdle ? 8000 : 1500);
    bulb.busyUntilMs = Math.max(bulb.busyUntilMs, nowMs) + takesMs;
    this.#time.after(bulb.busyUntilMs - nowMs, () => {
      request.status = change();
      if (bulb.api !== 'polling') this.#push(bulb, requestId);
    });
    return answer;
  }

  /** Tells of a bulb as it is now; again and again, until it is heard that it was taken. */
  #push({ deviceId, state }: Bulb, requestId: string | undefined): void {
    const detail = { account: 'ann', deviceId, state, changedAtMs: this.#time.nowMs, requestId };
    const id = `delivery-${++this.#pushes}`;
    const body = JSON.stringify(buildEvent(stateChanged, detail, { id }));
    this.#misuse(body, detail);
    if (this.#random() < this.#faults.losePush) return;
    this.#deliver(body, MOST_TRIES);
    if (this.#random() < this.#faults.repeatPush) this.#deliver(body, MOST_TRIES);
  }

  #deliver(body: string, triesLeft: number): void {
    this.#time.after(this.#random() * 200, () => {
      const push = { body, signature: signatureOf(SECRET, body, this.#time.nowMs) };
      if (this.#random() < this.#faults.forgePush) this.#time.after(this.#random() * 9000, () => void this.#post(push));
      let isTaken = false;
      void this.#post(push).then((taken) => {
        isTaken = taken;
      });
      this.#time.after(3000, () => {
        if (!isTaken && triesLeft > 1) this.#deliver(body, triesLeft - 1);
      });
    });
  }

  /** Somebody who does not know the secret says the opposite. */
  #misuse(
    body: string,
    { state, ...detail }: { state: BulbState; account: string; deviceId: string; changedAtMs: number },
  ) {
    if (this.#random() >= this.#faults.forgePush) return;
    const lie = { ...detail, state: { ...state, power: state.power === 'ON' ? ('OFF' as const) : ('ON' as const) } };
    const forged = JSON.stringify(buildEvent(stateChanged, lie, { id: `forged-${this.#pushes}` }));
    const signatures = ['', signatureOf('guessed', forged, this.#time.nowMs), signatureOf(SECRET, body, 1)];
    const signature = signatures[Math.floor(this.#random() * signatures.length)] ?? '';
    void this.#post({ body: forged, signature });
  }
}
