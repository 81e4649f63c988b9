import type { AnswerReady, BulbState, Command } from '@arcade/events/contracts/smart-home';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { giveUpAtMs } from '../domain/deadline.ts';
import { Home, type HomeFaults, NO_FAULTS } from './simulation/home.ts';
import { AT_FIRST } from './simulation/vendor.ts';

const FAULTS: HomeFaults = {
  ...{
    duplicate: 0.2,
    crash: 0.2,
    refuse: 0.15,
    slow: 0.1,
    dawdle: 0.15,
    losePush: 0.2,
    repeatPush: 0.2,
    forgePush: 0.3,
  },
  ...{ busy: 0.1, silent: 0.05 },
};

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constantFrom<Command>({ power: 'ON' }, { power: 'OFF' }),
  fc.integer({ min: 0, max: 100 }).map((brightness) => ({ brightness })),
  fc.integer({ min: -100, max: 100 }).map((brightnessDelta) => ({ brightnessDelta })),
);

const spoken = fc.record({
  by: fc.constant('voice' as const),
  bulb: fc
    .constantFrom('sync', 'push', 'polling', 'optimistic')
    .chain((api) => fc.constantFrom(`${api}-1`, `${api}-2`)),
  command,
  /** Milliseconds since the one before. */
  afterMs: fc.integer({ min: 0, max: 2500 }),
});

/** Somebody switches a bulb that tells of it. */
const byHand = fc.record({
  by: fc.constant('hand' as const),
  bulb: fc.constantFrom('push-1', 'optimistic-1'),
  command,
  afterMs: fc.integer({ min: 0, max: 2500 }),
});

const day = (...happenings: fc.Arbitrary<Happening>[]) =>
  fc.array(fc.oneof(...happenings), { minLength: 1, maxLength: 14 });

interface Happening {
  by: 'voice' | 'hand';
  bulb: string;
  command: Command;
  afterMs: number;
}

/** Has a home live through what is said and done, with what goes wrong, until nothing is under way any more. */
async function live(seed: number, happenings: readonly Happening[], faults: HomeFaults) {
  const home = new Home(seed, faults);
  let atMs = 0;
  for (const { by, bulb, command, afterMs } of happenings) {
    atMs += afterMs;
    home.time.after(atMs, () => (by === 'hand' ? home.vendor.byHand(bulb, command) : void home.say(bulb, command)));
  }
  await home.time.settle();
  expect(home.failures).toEqual([]);
  expect(home.alexa.misfits).toEqual([]);
  return home;
}

const answersIn = (home: Home) =>
  [...home.alexa.heard.values()].flatMap(({ news, atMs }) =>
    news.type === 'smart_home.answer_ready' ? [{ answer: news, atMs }] : [],
  );

/** Each directive has ended in one answer, in time, or has left a trace: it is kept as late, or is a dead letter. */
function expectAnswered(home: Home) {
  const answers = answersIn(home);
  for (const { answer, atMs } of answers) expect(atMs).toBeLessThan(answer.detail.answerByMs);
  const kept = new Set([...home.late.map(({ detail }) => detail.directiveId), ...home.dead.answers]);
  for (const { id } of home.directives) {
    const mine = answers.filter(({ answer }) => answer.detail.directiveId === id);
    expect([id, mine.length + (mine.length === 0 && kept.has(id) ? 1 : 0)]).toEqual([id, 1]);
  }
}

/** What others learn of a directive by whatever id they have not had yet, in the order in which they are told. */
const learnt = (home: Home) => {
  const byId = new Map<string, (typeof home.alexa.told)[number]>();
  for (const event of home.alexa.told) if (!byId.has(event.id)) byId.set(event.id, event);
  return [...byId.values()];
};

/** Others are told nothing of a directive but what Alexa was told, or that she was told nothing. */
function expectToldTrue(home: Home) {
  const answers = new Map(answersIn(home).map(({ answer: { detail } }) => [detail.directiveId, detail.outcome]));
  for (const { detail, correlationId } of learnt(home)) {
    const heard = answers.get(detail.directiveId);
    // Of an answer that she took without being heard to, nobody knows it.
    if (detail.outcome !== 'late')
      expect([detail.directiveId, heard?.kind]).toEqual([detail.directiveId, detail.outcome]);
    expect(correlationId).toBe(detail.directiveId);
    expect(detail.home).not.toContain('ann');
  }
}

/** Each command has reached the vendor, or Alexa was told that it has not, or it has left a trace. */
function expectNoneLost(home: Home) {
  const late = new Set(home.late.map(({ detail }) => detail.directiveId));
  const told = [...[...home.alexa.heard.values()].map(({ news }) => news), ...home.dispatch.setAside];
  for (const { id, correlationId } of home.directives) {
    const isRegretted = told.some(
      (news) =>
        news.correlationId === correlationId &&
        (news.type === 'smart_home.change_ready' || news.detail.outcome.kind === 'error'),
    );
    const { commands, answers } = home.dead;
    const traces = [home.vendor.told, late, commands, answers, home.unchecked];
    expect([id, isRegretted || traces.some((trace) => trace.has(id))]).toEqual([id, true]);
  }
}

/** Each bulb has done what it was told in the order in which it was said, and nothing twice. */
function expectInOrder(home: Home) {
  for (const { deviceId, done } of home.vendor.bulbs.values()) {
    const said = home.directives.flatMap(({ id, detail }) => (detail.endpointId === deviceId ? [id] : []));
    expect([deviceId, done]).toEqual([deviceId, said.filter((id) => done.includes(id))]);
  }
}

/** How a bulb is in Alexa's eyes: by what was sampled last. */
function believed(home: Home, deviceId: string): Partial<BulbState> {
  const latest: { [Name in keyof BulbState]?: { value: unknown; sampledAtMs: number } } = {};
  for (const { news } of home.alexa.heard.values()) {
    const { endpointId } = news.detail;
    const state = news.type === 'smart_home.change_ready' ? news.detail.state : stateIn(news);
    if (endpointId !== deviceId || !state) continue;
    for (const name of ['power', 'brightness'] as const) {
      const isNewer = (latest[name]?.sampledAtMs ?? 0) <= state.sampledAtMs;
      if (state[name] !== undefined && isNewer) latest[name] = { value: state[name], sampledAtMs: state.sampledAtMs };
    }
  }
  return Object.fromEntries(Object.entries(latest).map(([name, { value }]) => [name, value]));
}

/** Whether the last word of a bulb may not have reached Alexa: the vendor did not give it when it was asked, or she did not take it in time. */
const isLost = (home: Home, deviceId: string) =>
  home.directives.some(({ id, detail }) => detail.endpointId === deviceId && home.unchecked.has(id)) ||
  [...home.late, ...home.dispatch.setAside].some(({ detail }) => detail.endpointId === deviceId);

function expectKnown(home: Home, apis: readonly string[]) {
  for (const { deviceId, api, state } of home.vendor.bulbs.values()) {
    if (!apis.includes(api) || isLost(home, deviceId)) continue;
    expect([deviceId, { ...AT_FIRST, ...believed(home, deviceId) }]).toEqual([deviceId, state]);
  }
}

const stateIn = ({ detail: { outcome } }: AnswerReady) => (outcome.kind === 'response' ? outcome.state : undefined);

describe('a home in which all goes well', () => {
  it('answers each directive with the state that its bulb has after it', async () => {
    const said = ['sync-1', 'push-1', 'polling-1', 'optimistic-1'].flatMap((bulb): Happening[] => [
      { by: 'voice', bulb, command: { power: 'ON' }, afterMs: 0 },
      { by: 'voice', bulb, command: { brightness: 80 }, afterMs: 4000 },
    ]);
    const home = await live(3, said, NO_FAULTS);

    expectAnswered(home);
    const outcomes = answersIn(home).map(({ answer: { detail } }) => [detail.endpointId, detail.outcome.kind]);
    expect(outcomes).toEqual(expect.arrayContaining(said.map(({ bulb }) => [bulb, 'response'])));
    expect(home.alexa.told.map(({ detail }) => detail.directiveId).toSorted()).toEqual(
      home.directives.map(({ id }) => id).toSorted(),
    );
    expectToldTrue(home);
    for (const bulb of new Set(said.map(({ bulb }) => bulb))) {
      expect([bulb, believed(home, bulb)]).toMatchObject([bulb, { power: 'ON', brightness: 80 }]);
    }
    expect(home.late).toEqual([]);
  });
});

describe('with a fifth of all delivered twice, and pushes lost, repeated, late and forged, and a vendor that refuses, and functions that die anywhere', () => {
  it('each directive ends in one answer in time, or is kept as late or as a dead letter; each bulb obeys in order, nothing twice, and no command is lost without a trace', async () => {
    const ends = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.integer(), day(spoken), async (seed, said) => {
        const home = await live(seed, said, FAULTS);

        expect(home.directives).toHaveLength(said.length);
        expectAnswered(home);
        expectInOrder(home);
        expectNoneLost(home);
        expectToldTrue(home);
        for (const { answer } of answersIn(home)) ends.add(answer.detail.outcome.kind);
        if (home.late.length > 0) ends.add('late');
      }),
      { numRuns: 60 },
    );
    expect([...ends].sort()).toEqual(['error', 'late', 'response']);
  });

  it('the vendor is asked only of what is pending, and only while an answer is of use', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), day(spoken), async (seed, said) => {
        const home = await live(seed, said, FAULTS);

        for (const { detail } of home.directives) {
          const asked = home.vendor.asked.filter(({ requestId }) => requestId === detail.directiveId);
          expect(asked.length === 0 || detail.api === 'polling').toBe(true);
          // What was sent in time may arrive a little later.
          for (const { atMs } of asked) expect(atMs).toBeLessThan(giveUpAtMs(detail) + 100);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('Alexa knows in the end how each bulb is that was promised of, though pushes are lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), day(spoken), async (seed, said) => {
        expectKnown(await live(seed, said, FAULTS), ['optimistic']);
      }),
      { numRuns: 60 },
    );
  });

  it('Alexa knows in the end how each bulb is that tells of its changes, those by hand too, when no push is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), day(spoken, byHand), async (seed, happenings) => {
        expectKnown(await live(seed, happenings, { ...FAULTS, losePush: 0 }), ['push', 'optimistic']);
      }),
      { numRuns: 60 },
    );
  });
});
