import type { BenchTable } from '../../../scripts/table.ts';
import type { LoadParts } from './parts.ts';

const SEATS = 200;
/** One in four asks twice at once; of the function's runs some die before, during and after their work. */
const DUPLICATES = 4;
const FAULTS = {
  seed: 1,
  rules: [
    { match: { service: 'lambda', target: '*-allocate' }, crashBefore: 0.003, crashDuring: 0.003, crashAfter: 0.003 },
  ],
};
/** Who is idle for a minute is without a seat after two at most. */
const REAPED_WITHIN_MS = 130_000;
const POLL_MS = 1000;

interface Storm {
  answers: Map<number, number>;
  counted: number;
  seated: number;
}

/** So many ask for 200 seats at once, and again when all of those were freed for being idle. */
export async function joinStorm(parts: LoadParts, joins: number): Promise<{ table: BenchTable; isRight: boolean }> {
  const { laptop, accounts, sessions, crowd, progress } = parts;
  const bots = await accounts.bots(joins, (there) => progress.at('signing up', there / joins, `${there} bots`));
  const sessionId = await sessions.open(SEATS, false);
  await crowd.enter(bots, { apiUrl: laptop.apiUrl, wsUrl: laptop.wsUrl, sessionId });
  const storm = async (): Promise<Storm> => {
    progress.at(`${joins} join at once`);
    await laptop.setFaults(FAULTS);
    const answers = await crowd.join(DUPLICATES);
    await laptop.setFaults(undefined);
    return { answers, counted: await sessions.taken(sessionId), seated: await sessions.seated(sessionId) };
  };
  const first = await storm();

  const startedMs = Date.now();
  let unequal = 0;
  let left = first.seated;
  while (left > 0 && Date.now() < startedMs + REAPED_WITHIN_MS) {
    await new Promise((resume) => setTimeout(resume, POLL_MS));
    const counted = await sessions.taken(sessionId);
    left = await sessions.seated(sessionId);
    if (counted !== left) unequal += 1;
    progress.at('waiting for the reaper', (Date.now() - startedMs) / REAPED_WITHIN_MS, `${left} seats taken`);
  }
  const reapedMs = Date.now() - startedMs;
  const countedThen = await sessions.taken(sessionId);
  const second = await storm();
  progress.end();
  const isFull = ({ answers, counted, seated }: Storm) =>
    answers.get(200) === SEATS && answers.get(409) === joins - SEATS && counted === SEATS && seated === SEATS;
  const row = (what: string, { answers, counted, seated }: Storm) => [
    what,
    answers.get(200) ?? 0,
    answers.get(409) ?? 0,
    [...answers].filter(([status]) => status !== 200 && status !== 409).reduce((sum, [, count]) => sum + count, 0),
    seated,
    counted,
  ];
  return {
    isRight: isFull(first) && isFull(second) && left === 0 && countedThen === 0,
    table: {
      title: `${joins} join at once for ${SEATS} seats; one in ${DUPLICATES} asks twice, one in a hundred of the function's runs dies`,
      columns: ['', 'got a seat', 'told it is full', 'neither', 'seated, by the players', 'by the counter'],
      rows: [
        row('at once', first),
        [`idle, ${(reapedMs / 1000).toFixed(0)} s later`, '', '', '', left, countedThen],
        row('all again', second),
      ],
      note: `While seats were freed, players and counter were looked at each second, one after the other, and differed ${unequal} times.`,
    },
  };
}
