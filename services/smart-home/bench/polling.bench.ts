import { type DirectiveDeferred, directiveDeferred, type PollDue } from '@arcade/events/contracts/smart-home';
import { buildEvent } from '@arcade/events/testing';
import type { BenchTable } from '../../../scripts/bench.ts';
import { giveUpAtMs, SECONDS_TO_TELL } from '../domain/deadline.ts';
import { poll } from '../domain/poll.ts';
import { pendingOf } from '../domain/process.ts';
import { seeded } from '../tests/simulation/time.ts';
import { requestsInMemory } from '../tests/tables.ts';

export const name = 'smart-home-polling';

const DIRECTIVES = 2000;
/** From a queue to the function, and to the vendor and back. */
const HOP_MS = 30;
const CALL_MS = 60;

/** How long devices take, in milliseconds, by a random number. */
const DEVICES: Readonly<Record<string, (random: number) => number>> = {
  'quick (0.1 to 0.5 s)': (random) => 100 + 400 * random,
  'usual (up to 1.5 s)': (random) => 1500 * random,
  'slow (up to 8 s)': (random) => 8000 * random,
};

/** Seconds until the next question, by how often was asked; `ours` says what the poller would wait. */
type Policy = (asked: number, ours: number) => number;
const POLICIES: Readonly<Record<string, Policy>> = {
  'each second': () => 1,
  'each 2 s': () => 2,
  'growing: 1, 2, 3, 5, 8 s': (_asked, ours) => ours,
};

interface Told {
  questions: number;
  /** From when the device was ready; undefined: Alexa was told that it cannot be reached. */
  delayMs: number | undefined;
}

/** Has the poller ask, on a clock of its own, until the vendor says that it is done, or nobody waits any more. */
async function ask(deviceMs: number, policy: Policy, deferredAnswerSeconds: number): Promise<Told> {
  let nowMs = 0;
  let questions = 0;
  let next: { event: PollDue; atMs: number } | undefined;
  let toldMs: number | undefined;
  const detail = {
    account: 'a',
    endpointId: 'polling-1',
    api: 'polling' as const,
    directiveId: 'd',
    correlationToken: 'c',
    token: 't',
    command: { power: 'ON' as const },
    receivedAtMs: 0,
    answerByMs: deferredAnswerSeconds * 1000,
  };
  const first: DirectiveDeferred = buildEvent(directiveDeferred, detail);
  const parts = {
    now: () => nowMs,
    requests: requestsInMemory(new Map([['d', pendingOf(first)]]), async (effect) => effect()),
    vendor: {
      async request() {
        questions += 1;
        nowMs += CALL_MS;
        if (nowMs < deviceMs) return { kind: 'pending' } as const;
        return { kind: 'done', state: { power: 'ON', brightness: 50 }, changedAtMs: deviceMs } as const;
      },
    },
    dispatch: async () => {
      toldMs ??= nowMs;
    },
    async again(event: PollDue, seconds: number) {
      next = { event, atMs: nowMs + policy(event.detail.asked, seconds) * 1000 };
    },
  };
  nowMs = 1000 + HOP_MS;
  await poll(parts, first);
  while (next && next.atMs < giveUpAtMs(detail)) {
    const { event, atMs } = next;
    next = undefined;
    nowMs = atMs + HOP_MS;
    await poll(parts, event);
  }
  return { questions, delayMs: toldMs === undefined ? undefined : toldMs - deviceMs };
}

/** The seed's own pattern: a schedule, which fires each minute whether anything is pending or not, somewhen in the minute. */
const clock = (deviceMs: number, random: number, deferredAnswerSeconds: number): Told => {
  const firstMs = 60_000 * random;
  const asksMs = firstMs < deviceMs ? firstMs + 60_000 : firstMs;
  const isInTime = asksMs < deferredAnswerSeconds * 1000;
  return { questions: 1, delayMs: isInTime ? asksMs - deviceMs : undefined };
};

/** A push comes when the device is ready, unless it is lost. */
const push = (deviceMs: number, isLost: boolean, deferredAnswerSeconds: number): Told => ({
  questions: 0,
  delayMs: isLost || deviceMs > deferredAnswerSeconds * 1000 ? undefined : HOP_MS,
});

async function tableFor(deferredAnswerSeconds: number): Promise<BenchTable> {
  const rows: (string | number)[][] = [];
  for (const [devices, durationOf] of Object.entries(DEVICES)) {
    const random = seeded(1);
    const durations = Array.from({ length: DIRECTIVES }, () => Math.round(durationOf(random())));
    for (const [what, policy] of Object.entries(POLICIES)) {
      const told = [];
      for (const deviceMs of durations) told.push(await ask(deviceMs, policy, deferredAnswerSeconds));
      rows.push(rowOf(devices, what, told));
    }
    const withinSeconds = deferredAnswerSeconds - SECONDS_TO_TELL;
    rows.push(
      rowOf(
        devices,
        'a schedule each minute',
        durations.map((deviceMs) => clock(deviceMs, random(), withinSeconds)),
      ),
    );
    for (const [what, lost] of [
      ['pushed', 0],
      ['pushed, a tenth lost', 0.1],
    ] as const) {
      rows.push(
        rowOf(
          devices,
          what,
          durations.map((deviceMs) => push(deviceMs, random() < lost, withinSeconds)),
        ),
      );
    }
  }
  return {
    title: `Until a user is told, with answers within ${deferredAnswerSeconds} s: ${DIRECTIVES} directives each`,
    columns: ['device', 'told by', 'questions a directive', 'delay p50 s', 'delay p95 s', 'not told in time %'],
    rows,
  };
}

function rowOf(devices: string, what: string, told: readonly Told[]): (string | number)[] {
  const delays = told
    .flatMap(({ delayMs }) => (delayMs === undefined ? [] : [delayMs]))
    .sort((one, other) => one - other);
  const quantile = (share: number) =>
    ((delays[Math.floor(share * (delays.length - 1))] ?? Number.NaN) / 1000).toFixed(2);
  const questions = told.reduce((sum, one) => sum + one.questions, 0) / told.length;
  const lost = (100 * (told.length - delays.length)) / told.length;
  return [devices, what, questions.toFixed(2), quantile(0.5), quantile(0.95), lost.toFixed(1)];
}

/** Asks by the poller's own code, on a clock that jumps: what it costs to ask, and how late a user is told. */
export const run = (): Promise<BenchTable[]> => Promise.all([6, 30].map(tableFor));
