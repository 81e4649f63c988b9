import type { Hop } from '../lib/journal.ts';
import type { Recent, Teller, Telling } from '../wire/narration.ts';
import { type BallEvent, eventOf } from './ballEvents.ts';
import { counted } from './match.ts';

const aboutEvent = (hop: Hop, event: BallEvent, { hops, nameOf }: Recent): Telling | undefined => {
  const { said, id, deliveredTo } = event;
  switch (said.type) {
    case 'hit': {
      const [from, to] = [nameOf(hop.from), nameOf(deliveredTo)];
      const isAgain = hops.some((earlier) => {
        const other = eventOf(earlier);
        return other?.id === id && other.deliveredTo === deliveredTo;
      });
      return isAgain
        ? {
            pattern: 'At least once',
            family: 'message',
            sentence: `SNS delivered stroke ${said.stroke} to \`${to}\` twice. One of the two will find that the match has moved on.`,
            isOutcome: true,
          }
        : {
            pattern: 'Publish / subscribe',
            family: 'message',
            sentence: `\`${from}\` delivered stroke ${said.stroke} of \`${said.by}\` to \`${to}\`. Neither function knows the other.`,
            isOutcome: false,
          };
    }
    case 'call':
      return {
        pattern: 'Filter',
        family: 'message',
        sentence: `\`${said.server}\` is to serve rally ${said.rally}: the filter policy brings the call to nobody else.`,
        isOutcome: false,
      };
    case 'point':
      return {
        pattern: 'Outbox',
        family: 'store',
        sentence: `Point to \`${said.winner}\` after ${counted(said.strokes, 'stroke')}, ${said.score.ping} : ${said.score.pong}. Written together with the match and announced after: a crash in between loses nothing.`,
        isOutcome: true,
      };
    case 'game':
      return {
        pattern: 'Outbox',
        family: 'store',
        sentence: `Game ${said.game} to \`${said.winner}\`, ${said.score.ping} : ${said.score.pong}. Whoever counts games hears it at least once, always under one id.`,
        isOutcome: true,
      };
    case 'let':
      return {
        pattern: 'Let',
        family: 'function',
        sentence: `Let after ${counted(said.strokes, 'stroke')}: ${said.reason === 'ball-lost' ? 'nobody had hit the ball for too long' : 'the rally had as many as one may cost'}. Nobody scores, the same player serves again.`,
        isOutcome: true,
      };
  }
};

/** A write that the match refused. Where its player got a stroke twice, that is why. */
function aboutRefusal({ from }: Hop, { hops, nameOf }: Recent): Telling | undefined {
  const player = nameOf(from);
  const got = new Map<string, { stroke: number; times: number }>();
  for (const hop of hops) {
    const event = eventOf(hop);
    if (event?.said.type !== 'hit' || nameOf(event.deliveredTo) !== player) continue;
    got.set(event.id, { stroke: event.said.stroke, times: (got.get(event.id)?.times ?? 0) + 1 });
  }
  const doubled = [...got.values()].findLast(({ times }) => times > 1);
  if (!doubled) return undefined;
  return {
    pattern: 'Idempotent consumer',
    family: 'store',
    sentence: `\`${player}\` got stroke ${doubled.stroke} twice. One of them was written; the other found the match moved on and wrote nothing: one ball, one stroke.`,
    isOutcome: true,
  };
}

/** What ping-pong's own hops mean; what is the same in every service is told by the wire itself. */
export const tell: Teller = (hop, recent) => {
  const event = eventOf(hop);
  if (event) return aboutEvent(hop, event, recent);
  const { kind, service, error } = hop;
  if (kind === 'call' && service === 'dynamodb' && error?.code === 'ConditionalCheckFailedException') {
    return aboutRefusal(hop, recent);
  }
  return undefined;
};
