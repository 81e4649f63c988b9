import type {
  AnswerLate,
  CheckDue,
  Command,
  DeviceApi,
  DirectiveDeferred,
  PollDue,
} from '@arcade/events/contracts/smart-home';
import { takePush } from '../../domain/changed.ts';
import { dispatch, TURNS } from '../../domain/dispatch.ts';
import { answer } from '../../domain/entry.ts';
import { giveUp } from '../../domain/giveUp.ts';
import { processOptimistic } from '../../domain/optimistic.ts';
import { poll } from '../../domain/poll.ts';
import { processAsync, processSync } from '../../domain/process.ts';
import type { DeviceRequest } from '../../domain/request.ts';
import type { Dispatch } from '../../domain/telling.ts';
import { verify } from '../../domain/verify.ts';
import { ENDPOINT, entryParts, ordered } from '../parts.ts';
import { deliveriesInMemory, requestsInMemory } from '../tables.ts';
import { type AlexaFaults, type News, SimulatedAlexa } from './alexa.ts';
import { type Cloud, type DeliveryFaults, invoke, Queue } from './queues.ts';
import { type Invocation, seeded, VirtualTime } from './time.ts';
import { SECRET, SimulatedVendor, type VendorFaults } from './vendor.ts';

export interface HomeFaults extends DeliveryFaults, VendorFaults, AlexaFaults {}

export const NO_FAULTS: HomeFaults = {
  ...{
    duplicate: 0,
    crash: 0,
    refuse: 0,
    slow: 0,
    dawdle: 0,
    losePush: 0,
    repeatPush: 0,
    forgePush: 0,
    busy: 0,
    silent: 0,
  },
};

const groupOf = ({ account, endpointId }: { account: string; endpointId: string }) => `${account}#${endpointId}`;

const APIS = ['sync', 'push', 'polling', 'optimistic'] as const satisfies readonly DeviceApi[];
const DEFERRED_ANSWER_SECONDS = 6;
/** From the topic into a queue: the same for all, so that their order stays. */
const FAN_OUT_MS = 20;
/** How often Lambda tries what is invoked asynchronously again. */
const RETRIES = 2;

/** The network `home` in memory, with a vendor and Alexa around it: the domain is the real one, and time is virtual. */
export class Home {
  readonly time = new VirtualTime();
  readonly vendor: SimulatedVendor;
  readonly alexa: SimulatedAlexa;
  /** Answers that were not sent any more. */
  readonly late: AnswerLate[] = [];
  readonly directives: DirectiveDeferred[] = [];
  /** The directives whose check was given up: the vendor did not say. */
  readonly unchecked = new Set<string>();
  /** What failed, and should not have. */
  readonly failures: unknown[] = [];
  readonly #cloud: Cloud;
  readonly #faults: HomeFaults;
  readonly #requests = new Map<string, DeviceRequest>();
  readonly #deliveries: ReturnType<typeof deliveriesInMemory>[] = [];
  readonly #checks = new Set<string>();
  readonly #queues: Record<DeviceApi, Queue<DirectiveDeferred>>;
  readonly #deadlines: Queue<DirectiveDeferred>;
  readonly #polls: Queue<DirectiveDeferred | PollDue>;
  readonly dispatch: Queue<News>;

  constructor(seed: number, faults: HomeFaults) {
    const random = seeded(seed);
    this.#faults = faults;
    this.#cloud = { time: this.time, random, faults, failures: this.failures };
    this.alexa = new SimulatedAlexa(this.time, random, faults);
    this.vendor = new SimulatedVendor(this.time, random, faults, (push) => this.#pushed(push));
    const fifo = <Message>(
      work: (message: Message, invocation: Invocation) => Promise<unknown>,
      settings: { delayMs?: number; timeoutMs?: number } = {},
    ) =>
      new Queue<Message>(this.#cloud, {
        fifo: true,
        ...settings,
        work: async (message, invocation) => void (await work(message, invocation)),
      });
    this.#queues = {
      sync: fifo((event, invocation) => processSync(this.#parts(invocation), event)),
      push: fifo((event, invocation) => processAsync(this.#parts(invocation), event)),
      polling: fifo((event, invocation) => processAsync(this.#parts(invocation), event)),
      optimistic: fifo((event, invocation) => processOptimistic(this.#parts(invocation), event)),
    };
    this.#deadlines = fifo((event, invocation) => giveUp(this.#parts(invocation), event), {
      ...{ delayMs: 3000, timeoutMs: 1000 },
    });
    this.#polls = new Queue(this.#cloud, {
      fifo: false,
      delayMs: 1000,
      work: async (event, invocation) => void (await poll(this.#parts(invocation), event)),
    });
    this.dispatch = new Queue<News>(this.#cloud, {
      fifo: true,
      mostReceives: TURNS,
      work: async (news, invocation, turn) => {
        const parts = this.alexa.dispatchParts(invocation, news, (late) => void this.late.push(late));
        await dispatch(parts, news, turn);
      },
    });
    for (const api of APIS) for (const at of [1, 2]) this.vendor.addBulb(`${api}-${at}`, api);
  }

  /** Somebody says so to Alexa. */
  async say(endpointId: string, command: Command): Promise<void> {
    const api = this.vendor.bulbs.get(endpointId)?.api ?? 'sync';
    const messageId = `directive-${this.directives.length + 1}`;
    const said = ordered(command, { ...ENDPOINT, endpointId, api }, { messageId, correlationToken: messageId });
    const { now } = this;
    await answer(entryParts({ now, deferredAnswerSeconds: DEFERRED_ANSWER_SECONDS, defer: this.#defer }), said);
  }

  readonly now = () => this.time.nowMs;

  /** The directives whose command, or whose answer, is among dead letters. */
  get dead(): { commands: Set<string>; answers: Set<string> } {
    const idsIn = (letters: readonly (DirectiveDeferred | News)[]) =>
      letters.flatMap(({ detail }) => ('directiveId' in detail ? [detail.directiveId] : []));
    const commands = Object.values(this.#queues).flatMap(({ setAside }) => idsIn(setAside));
    const answers = [...idsIn(this.#deadlines.setAside), ...idsIn(this.dispatch.setAside)];
    return { commands: new Set(commands), answers: new Set(answers) };
  }

  /** The topic, with its subscriptions. */
  readonly #defer = async (event: DirectiveDeferred) => {
    this.directives.push(event);
    const { api } = event.detail;
    const sent = { id: event.id, group: groupOf(event.detail) };
    const lines = [this.#queues[api], this.#deadlines, ...(api === 'polling' ? [this.#polls] : [])];
    for (const line of lines) this.time.after(FAN_OUT_MS, () => line.send(event, sent));
  };

  #parts(invocation: Invocation) {
    const { now } = this;
    const through = <Answer>(effect: () => Answer) => invocation.ask(effect);
    const dispatch: Dispatch = (news) =>
      invocation.ask(() => this.dispatch.send(news, { id: news.id, group: groupOf(news.detail) }));
    const [deliveries = deliveriesInMemory()] = this.#deliveries;
    this.#deliveries[0] = deliveries;
    return {
      now,
      dispatch,
      pause: (ms: number) => invocation.pause(ms),
      vendor: this.vendor.api(invocation),
      callMs: 1000,
      callbackUrl: 'https://gateway.example.com/changes',
      requests: requestsInMemory(this.#requests, through),
      deliveries: {
        begin: async (...args: Parameters<typeof deliveries.begin>) => {
          const seen = await invocation.ask(() => deliveries.begin(...args));
          return seen;
        },
        finish: async (...args: Parameters<typeof deliveries.finish>) => {
          await invocation.ask(() => deliveries.finish(...args));
        },
      },
      again: (event: PollDue, delaySeconds: number) =>
        invocation.ask(() => this.#polls.send(event, { id: event.id, group: '', delayMs: delaySeconds * 1000 })),
      scheduleCheck: (due: CheckDue, atMs: number) => invocation.ask(() => this.#schedule(due, atMs)),
    };
  }

  /** The push gateway. What fails or never answers was not taken. */
  #pushed(push: { body: string; signature: string }): Promise<boolean> {
    return new Promise((resolve) => {
      invoke(
        this.#cloud,
        2000,
        async (invocation) => {
          const pushed = await takePush(this.#parts(invocation), SECRET, push);
          if (invocation.isAlive) resolve(!['forged', 'stale', 'replayed'].includes(pushed));
        },
        () => {},
      );
    });
  }

  /** A schedule that fires once, and a minute late at the most. */
  #schedule(due: CheckDue, atMs: number): void {
    const { directiveId } = due.detail;
    if (this.#checks.has(due.id)) return;
    this.#checks.add(due.id);
    const copies = this.#cloud.random() < this.#faults.duplicate ? 2 : 1;
    const fire = (retry: number) => {
      let hasEnded = false;
      const ended = (success: boolean) => {
        hasEnded = true;
        if (success) return;
        if (retry === RETRIES) this.unchecked.add(directiveId);
        else this.time.after((retry + 1) * 60_000, () => fire(retry + 1));
      };
      const work = async (invocation: Invocation) => void (await verify(this.#parts(invocation), due));
      invoke(this.#cloud, 2000, work, ended);
      this.time.after(2500, () => hasEnded || ended(false));
    };
    for (let copy = 0; copy < copies; copy += 1) {
      this.time.after(atMs - this.now() + this.#cloud.random() * 60_000, () => fire(0));
    }
  }
}
