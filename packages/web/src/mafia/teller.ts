import type { Hop } from '../lib/journal.ts';
import { isOne, type Recent, type Teller, type Telling } from '../wire/telling.ts';

/** Functions by the ends of their ARNs. */
const TURN_FUNCTIONS = ['-night-turn', '-day-turn', '-judgement'];

const store = (pattern: string, sentence: string, isOutcome: boolean): Telling => ({
  pattern,
  family: 'store',
  sentence,
  isOutcome,
});

/** Whether a hop says that a turn has been written: whatever the page shows is older. */
export const isTurnWritten = ({ kind, service, action, outcome, to = '' }: Hop): boolean =>
  kind === 'call' &&
  service === 'dynamodb' &&
  action === 'TransactWriteItems' &&
  outcome === 'ok' &&
  to.includes('mafia-');

const WRITTEN: readonly [end: string, what: string][] = [
  ['-new-game', 'the game, every seat, every secret and the first event'],
  ['-night-turn', 'the turn, the victim, the story, the event and the answer'],
  ['-day-turn', 'the turn, the story, the event and the answer'],
  ['-judgement', 'the turn, the sentenced player, the story, the event and the answer'],
];

function tellOfTable({ action, outcome, error, from }: Hop, by: string): Telling | undefined {
  if (outcome === 'begun') return undefined;
  if (action === 'TransactWriteItems') {
    if (outcome === 'ok') {
      const what = WRITTEN.find(([end]) => isOne(from, end))?.[1] ?? 'all that the turn changes';
      return store(
        'One transaction per turn',
        `\`${by}\` wrote ${what} in one transaction: all of it, or nothing.`,
        true,
      );
    }
    if (error?.code !== 'TransactionCanceledException') return undefined;
    return store(
      'Optimistic lock',
      `\`${by}\` came too late: somebody played this turn first, so nothing was written.`,
      true,
    );
  }
  if (outcome !== 'ok') return undefined;
  if (action === 'Query' && isOne(from, '-game-state')) {
    return store('Masked index', `\`${by}\` may ask the index \`Masked\` only; who is mafia is not in it.`, false);
  }
  if (action === 'Query' && isOne(from, ...TURN_FUNCTIONS)) {
    return store('State in the table', `\`${by}\` remembers nothing: it reads the whole game before it plays.`, false);
  }
  if (action === 'DeleteItem') {
    const whose = isOne(from, '-relay-events') ? 'what a crash had left' : 'the event';
    return store('Outbox', `\`${by}\` has told ${whose} and crosses it out of the outbox.`, false);
  }
  return undefined;
}

/**
 * What came of a turn that wrote nothing. That an answer was looked for says little: whether one was found is known when
 * the request is answered.
 */
function tellOfAnswer({ traceId, to, detail }: Hop, { hops, nameOf }: Recent): Telling | undefined {
  const calls = hops.filter((hop) => hop.traceId === traceId && hop.service === 'dynamodb' && hop.outcome === 'ok');
  if (calls.some(({ action }) => action === 'TransactWriteItems')) return undefined;
  if (detail?.status === 200 && calls.some(({ action }) => action === 'GetItem')) {
    return store(
      'Idempotency key',
      `\`${nameOf(to)}\` has seen this key before: it read the answer that it gave then, gave it again, and played nothing.`,
      true,
    );
  }
  return detail?.status === 409
    ? store(
        'Rules',
        `\`${nameOf(to)}\` was asked for a turn that is not due: it wrote nothing, and its 409 says what is.`,
        true,
      )
    : undefined;
}

/** What the hops of a game mean. */
export const tellMafia: Teller = (hop, recent) => {
  const by = recent.nameOf(hop.from);
  if (
    hop.kind === 'call' &&
    hop.service === 'apigateway' &&
    hop.outcome !== 'begun' &&
    isOne(hop.to, ...TURN_FUNCTIONS)
  ) {
    return tellOfAnswer(hop, recent);
  }
  if (hop.kind === 'call' && hop.service === 'dynamodb') return tellOfTable(hop, by);
  if (hop.kind === 'call' && hop.service === 'sns' && hop.outcome === 'ok') {
    return {
      pattern: 'Publish / subscribe',
      family: 'message',
      sentence: `\`${by}\` announces what happened, after it is written; who listens is none of its business.`,
      isOutcome: false,
    };
  }
  return undefined;
};

/** What a hop carries, in a word or two. */
export function labelOf({ kind, service, action }: Hop): string | undefined {
  if (kind !== 'call') return undefined;
  // A row has room for one word.
  if (service === 'dynamodb') return action.replace(/(Write)?Items?$/, '');
  return service === 'apigateway' ? action.split('/').at(-1)?.replace('{gameId}', 'look') : undefined;
}
