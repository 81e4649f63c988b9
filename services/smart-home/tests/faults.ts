import { startHome, type TestHome } from './aws.ts';
import { type Bulb, type Exchange, leftBehind, spoken } from './house.ts';

const DEFERRED_ANSWER_SECONDS = 6;
/** Longer than the check of what was promised, and its retries. */
const AFTERWARDS_MS = 10 * 60_000;

/** What local-aws does to the skill: the world outside has its own ways of failing. */
const faultsOf = (seed: number) => ({
  seed,
  rules: [
    // Alexa's own call is answered or not: what she hears then is not the skill's to say.
    { match: { service: 'lambda', target: '*:smart-home-local-entrypoint' } },
    {
      match: { service: 'lambda', target: '*:smart-home-local-*' },
      crashBefore: 0.07,
      crashDuring: 0.07,
      crashAfter: 0.07,
    },
    { match: { target: '*:smart-home-local-*' }, duplicate: 0.2 },
  ],
});

const MISBEHAVIOUR = {
  latencyMs: 0,
  failureRate: 0.2,
  lostPushRate: 0.2,
  duplicatePushRate: 0.2,
  forgedPushes: true,
};

/** An answer that was not sent any more, or failed until the end. */
const KEPT = /(?:late-answers|(?:dispatch|deadlines)-dead-letters).*"directiveId":"([^"]+)"/;

/** What came of a run. */
export interface FaultRun {
  said: number;
  /** Directives by how they ended. */
  ends: Record<string, number>;
  /** What the fault plan did to the skill, by what it was. */
  faults: Record<string, number>;
  /** What must not be, in words. */
  wrong: string[];
}

/** Has homes say something to each of their bulbs, with all that can go wrong, and looks what Alexa was told of each. */
export async function surviveFaults({ homes: howMany, seed }: { homes: number; seed: number }): Promise<FaultRun> {
  const system = await startHome({ faults: faultsOf(seed), deferredAnswerSeconds: DEFERRED_ANSWER_SECONDS });
  const { aws } = system;
  const run: FaultRun = { said: 0, ends: {}, faults: {}, wrong: [] };
  try {
    const homes: TestHome[] = [];
    for (let at = 0; at < howMany; at += 1) homes.push(await system.enter({ seed: `${seed}-${at}` }));
    for (const home of homes) {
      await home.ask('PUT', '/misbehaviour', MISBEHAVIOUR);
      const { bulbs } = (await home.ask('GET', '')).body as { bulbs: Bulb[] };
      // One after the other in each home, and all homes within the same seconds.
      for (const { name } of bulbs) await home.say(`turn on the ${name}`);
      run.said += bulbs.length;
    }
    await aws.advance(AFTERWARDS_MS);
    for (const { kind, action } of aws.journal()) if (kind === 'fault') count(run.faults, action);
    const left = await leftBehind(aws);
    const late = new Set(left.flatMap((one) => KEPT.exec(one)?.[1] ?? []));
    for (const home of homes) {
      const { bulbs, conversation } = (await home.ask('GET', '')).body as { bulbs: Bulb[]; conversation: Exchange[] };
      for (const { exchange } of spoken(conversation, bulbs)) judge(run, exchange, late);
    }
    return run;
  } finally {
    await system.stop();
  }
}

const count = (counts: Record<string, number>, what: string) => {
  counts[what] = (counts[what] ?? 0) + 1;
};

function judge(run: FaultRun, { text, steps, outcome, directive }: Exchange, late: ReadonlySet<string>): void {
  const answers = steps.filter(({ kind }) => kind === 'event');
  const end = outcome?.kind ?? 'open';
  const isKept = late.has(directive?.directive.header.messageId ?? '');
  const told = isKept && answers.length === 0 ? 'late' : end;
  count(run.ends, told);
  const isDirect = steps[0]?.kind === 'direct' && answers.length === 0 && (end === 'answered' || end === 'refused');
  if (answers.length > 1) run.wrong.push(`${text}: answered ${answers.length} times`);
  if (answers.some(({ isLate }) => isLate)) run.wrong.push(`${text}: answered when nobody waited any more`);
  if (answers.length === 0 && !isKept && !isDirect) run.wrong.push(`${text}: lost without a trace`);
}
