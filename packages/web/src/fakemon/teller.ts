import type { Hop } from '../lib/journal.ts';
import { isOne, outcome, type Recent, remark, type Teller, type Telling } from '../wire/telling.ts';

/** What each consumer makes of a capture, in its own time. */
const CONSUMERS: readonly [end: string, what: string][] = [
  ['-collection', 'adds it to the player’s collection'],
  ['-ranking', 'counts it'],
  ['-world', 'tells everybody that it is gone'],
  ['-notify', 'tells the player'],
];

/** An event that a rule has let through. */
function aboutDelivery({ from, to, detail = {} }: Hop, { nameOf }: Recent): Telling | undefined {
  const by = nameOf(to);
  // What is general is told in general: a copy.
  if (Number(detail.copy ?? 1) > 1) return undefined;
  switch (detail.detailType) {
    case 'fakemon.capture_attempt':
      return isOne(to, '-capture')
        ? remark(
            'Event-driven',
            'message',
            `A rule of the bus hands the throw to \`${by}\`; whoever threw does not wait for it.`,
          )
        : undefined;
    case 'fakemon.capture_succeeded': {
      const what = CONSUMERS.find(([end]) => isOne(to, end))?.[1];
      return what === undefined
        ? undefined
        : remark(
            'Fan-out',
            'message',
            `The rule \`${nameOf(from)}\` hands the capture to \`${by}\`, which ${what}. A broken one delays no other.`,
          );
    }
    case 'fakemon.capture_failed':
      return remark('Fan-out', 'message', `A failed throw goes to \`${by}\` alone: nobody else’s rule asks for it.`);
    default:
      return undefined;
  }
}

/** A call on a table: above all the one write that decides. */
function aboutTable(hop: Hop, { hops, nameOf }: Recent): Telling | undefined {
  const { action, outcome: how, error, from, traceId } = hop;
  const by = nameOf(from);
  if (isOne(from, '-ranking') && error?.code === 'TransactionCanceledException')
    return outcome(
      'Idempotent consumer',
      'store',
      `\`${by}\` got the same capture again: a mark of it stands there, and the count with it was not written. It counts once.`,
    );
  if (!isOne(from, '-capture') || how === 'begun') return undefined;
  if (action === 'UpdateItem' && how === 'ok')
    return outcome(
      'Conditional write',
      'store',
      `\`${by}\` took a unit by one write that held only while there was one left: however many throw, it can be taken once.`,
    );
  if (action === 'UpdateItem' && error?.code === 'ConditionalCheckFailedException')
    return outcome(
      'Optimistic lock',
      'store',
      `\`${by}\` came too late: the last unit was gone when its write arrived. This branch ends here; nothing changed.`,
    );
  if (action !== 'PutItem') return undefined;
  if (error?.code === 'ConditionalCheckFailedException')
    return outcome(
      'Idempotent consumer',
      'store',
      `\`${by}\` got the same throw again: how it ended is kept already. It tells the same once more, and takes nothing.`,
    );
  // In another run of the same throw, too: a copy, or a retry after a crash.
  const hasTried = hops.some(
    (other) => other.action === 'UpdateItem' && other.traceId === traceId && isOne(other.from, '-capture'),
  );
  return hasTried
    ? remark(
        'Idempotent consumer',
        'store',
        `\`${by}\` keeps how the throw ended, if nothing is kept of it yet: a copy or a retry is told the same.`,
      )
    : outcome(
        'Read before write',
        'store',
        `\`${by}\` read that this throw gets nothing, and did not even try to write on the fakémon: a crowd that comes late costs no write where it hurts.`,
      );
}

/** What is put on the bus. */
function aboutPut({ from, outcome: how, service }: Hop, { nameOf }: Recent): Telling | undefined {
  if (how !== 'ok' || service !== 'events') return undefined;
  return isOne(from, '-capture')
    ? remark(
        'Publish / subscribe',
        'message',
        `\`${nameOf(from)}\` has decided, and says so on the bus; who listens is none of its business.`,
      )
    : undefined;
}

/** What is sent to a browser. */
function aboutPush({ from, outcome: how, error }: Hop, { nameOf }: Recent): Telling | undefined {
  if (error?.code === 'GoneException')
    return remark('Gone', 'entry', `\`${nameOf(from)}\` found a browser gone (410), and forgets its connection.`);
  return how === 'ok'
    ? remark('Push', 'entry', `\`${nameOf(from)}\` sends it over the WebSocket: nobody had to ask.`)
    : undefined;
}

/** What Fakémon's own hops mean; what is the same in every service is told by the wire itself. */
export const tell: Teller = (hop, recent) => {
  const { kind, service, action, outcome: how, to } = hop;
  if (kind === 'delivery' && service === 'events' && how === 'ok') return aboutDelivery(hop, recent);
  if (kind !== 'call') return undefined;
  if (service === 'dynamodb') return aboutTable(hop, recent);
  if (action === 'PutEvents') return aboutPut(hop, recent);
  if (action === 'PostToConnection') return aboutPush(hop, recent);
  const isThrow = service === 'apigateway' && how === 'ok' && /POST \/captures$/.test(action) && to !== undefined;
  return isThrow
    ? remark(
        'Direct integration',
        'entry',
        'API Gateway puts the throw on the bus by itself and answers 202: no function in between.',
      )
    : undefined;
};

/** What an event is called in a row of the list. */
const LABELS: Readonly<Record<string, string>> = {
  'fakemon.capture_attempt': 'throw',
  'fakemon.capture_succeeded': 'captured',
  'fakemon.capture_failed': 'missed',
  'fakemon.fakemon_appeared': 'appears',
  'fakemon.unit_taken': 'taken',
  'fakemon.alarm_changed': 'alarm',
};

/** What a hop carries, in a word or two. */
export function labelOf({ kind, service, action, detail, outcome: how }: Hop): string | undefined {
  if (service === 'events' && typeof detail?.detailType === 'string' && kind !== 'dead-letter')
    return LABELS[detail.detailType];
  if (kind !== 'call' || how === 'error') return undefined;
  if (service === 'dynamodb') return action.replace(/(Write)?Items?$/, '');
  if (action === 'PostToConnection') return 'push';
  return undefined;
}
