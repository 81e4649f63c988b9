import type { Hop } from '../lib/journal.ts';
import type { Recent, Teller, Telling } from '../wire/telling.ts';
import { eventOf, type Said } from './ballEvents.ts';
import { counted, type Player, playerOf } from './match.ts';

const WRITES = /^(Put|Update)Item$/;

/** A ball on its way, for the first time or again. */
function aboutBall(hop: Hop, { stroke, by }: Said & { type: 'hit' }, { hops, nameOf }: Recent): Telling {
  const { id, deliveredTo } = eventOf(hop) ?? {};
  const isAgain = hops.some((earlier) => {
    const event = eventOf(earlier);
    return event?.id === id && event?.deliveredTo === deliveredTo;
  });
  const to = nameOf(deliveredTo);
  const sentence = isAgain
    ? `SNS delivered stroke ${stroke} to \`${to}\` twice. Whichever comes second will find that the match has moved on.`
    : `\`${by}\` published stroke ${stroke} to \`${nameOf(hop.from)}\`, which delivered it to \`${to}\`. Neither function knows the other.`;
  return {
    pattern: isAgain ? 'At least once' : 'Publish/subscribe',
    family: 'message',
    sentence,
    isOutcome: isAgain,
  };
}

const LET_REASONS: Readonly<Record<string, string>> = {
  'ball-lost': 'nobody had hit the ball for too long',
  'stroke-limit': 'the rally had as many as one may cost',
};

/** What an event says. */
function aboutEvent(hop: Hop, said: Said, recent: Recent): Telling {
  switch (said.type) {
    case 'hit':
      return aboutBall(hop, said, recent);
    case 'call': {
      const sentence = `\`${said.server}\` is to serve rally ${said.rally}: a filter policy keeps the call from everybody else.`;
      return { pattern: 'Filter', family: 'message', sentence, isOutcome: false };
    }
    case 'point': {
      const { winner, strokes, score } = said;
      const sentence = `Point to \`${winner}\` after ${counted(strokes, 'stroke')}, ${score.ping} : ${score.pong}. It was written with the match and announced after: a crash in between loses nothing.`;
      return { pattern: 'Outbox', family: 'store', sentence, isOutcome: true };
    }
    case 'game': {
      const { game, winner, score } = said;
      const sentence = `Game ${game} to \`${winner}\`, ${score.ping} : ${score.pong}. Whoever counts games hears of it at least once, and always under one id.`;
      return { pattern: 'Outbox', family: 'store', sentence, isOutcome: true };
    }
    case 'let': {
      const why = LET_REASONS[said.reason] ?? said.reason;
      const sentence = `Let after ${counted(said.strokes, 'stroke')}: ${why}. Nobody scores, and the same player serves again.`;
      return { pattern: 'Timeout', family: 'function', sentence, isOutcome: true };
    }
  }
}

/** Copies of a ball make their runs this close to each other, in milliseconds. */
const CLOSE_MS = 5_000;

/** That a player got a stroke twice, where that is why it wrote nothing in this run; undefined where it is not. */
function aboutCopy(player: string, { atMs, requestId }: Hop, { hops, nameOf }: Recent): Telling | undefined {
  const run = hops.findLast((hop) => hop.kind === 'invocation' && hop.requestId === requestId);
  if (Number(run?.detail?.attempt ?? 1) > 1) return undefined;
  const got = new Set<string>();
  let doubled: number | undefined;
  for (const hop of hops) {
    const event = eventOf(hop);
    if (event?.said.type !== 'hit' || nameOf(event.deliveredTo) !== player || atMs - hop.atMs > CLOSE_MS) continue;
    if (got.has(event.id)) doubled = event.said.stroke;
    got.add(event.id);
  }
  if (doubled === undefined) return undefined;
  const sentence = `\`${player}\` got stroke ${doubled} twice. One of the two was written; the other found that the match had moved on, and wrote nothing: one ball, one stroke.`;
  return { pattern: 'Idempotent consumer', family: 'store', sentence, isOutcome: true };
}

/** Whether the run of this request has made a call that fits, and it was carried out. */
const hasDone = ({ requestId }: Hop, service: string, action: RegExp, { hops }: Recent): boolean =>
  hops.some(
    (hop) =>
      hop.kind === 'call' &&
      hop.requestId === requestId &&
      hop.service === service &&
      hop.outcome === 'ok' &&
      action.test(hop.action),
  );

/** A player's run that failed and comes again, came again, or was one of two. */
function aboutRun(hop: Hop, player: Player, recent: Recent): Telling | undefined {
  const { outcome, error, detail = {} } = hop;
  const { retryInMs, attempt } = detail;
  const telling = (sentence: string): Telling => ({
    pattern: 'Retry with backoff',
    family: 'function',
    sentence,
    isOutcome: true,
  });
  if (outcome === 'error' && error && typeof retryInMs === 'number') {
    const what = hasDone(hop, 'sns', /^Publish/, recent)
      ? 'after its ball had gone over: the rally goes on'
      : hasDone(hop, 'dynamodb', WRITES, recent)
        ? 'after it had written its stroke and before it published it: the outbox keeps the ball'
        : 'before it had done anything: nobody hits the ball';
    const how = error.code === 'Runtime.ExitError' ? 'crashed' : 'failed';
    return telling(`\`${player}\` ${how} ${what}. Lambda runs it again in ${Math.round(retryInMs / 1000)} s.`);
  }
  if (outcome !== 'ok') return undefined;
  const hasPlayed = hasDone(hop, 'dynamodb', WRITES, recent) || hasDone(hop, 'sns', /^Publish/, recent);
  if (typeof attempt !== 'number' || attempt < 2) {
    return hasPlayed ? undefined : aboutCopy(recent.nameOf(hop.to), hop, recent);
  }
  const what = hasPlayed ? 'and the ball went over' : 'but found that the match had moved on, and wrote nothing';
  return telling(`Lambda ran \`${player}\` again, attempt ${attempt}: it succeeded ${what}.`);
}

/** What ping-pong's own hops mean; what is the same in every service is told by the wire itself. */
export const tell: Teller = (hop, recent) => {
  const said = eventOf(hop)?.said;
  if (said) return aboutEvent(hop, said, recent);
  const player = playerOf(hop.to);
  if (hop.kind === 'invocation' && player) return aboutRun(hop, player, recent);
  const isRefused = hop.service === 'dynamodb' && hop.error?.code === 'ConditionalCheckFailedException';
  return hop.kind === 'call' && isRefused ? aboutCopy(recent.nameOf(hop.from), hop, recent) : undefined;
};
