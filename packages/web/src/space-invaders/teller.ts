import type { Hop } from '../lib/journal.ts';
import { isOne, outcome, type Recent, remark, type Teller, type Telling } from '../wire/telling.ts';

const isStream = (arn: string | undefined) => arn?.includes(':stream/') ?? false;

/** What the function does with a batch. */
function aboutBatch({ outcome: how, detail = {}, to }: Hop, { nameOf }: Recent): Telling | undefined {
  if (how !== 'begun' || Number(detail.attempt ?? 1) > 1) return undefined;
  const { count } = detail;
  const size = count === 1 ? 'one record' : typeof count === 'number' ? `${count} records` : 'all records of a second';
  return remark(
    'Batch',
    'function',
    `\`${nameOf(to)}\` takes ${size} of a shard at once, in their order: it runs once a second, however many play.`,
  );
}

/** A call on a table of the scoreboard's. */
function aboutTable({ action, outcome: how, error, from, to }: Hop, { nameOf }: Recent): Telling | undefined {
  const by = nameOf(from);
  if (isOne(from, '-scoreboard') && error?.code === 'ConditionalCheckFailedException')
    return outcome(
      'Optimistic lock',
      'store',
      `\`${by}\` wrote on what it remembered of a player, and that was old: the answer has what stands there, and it folds again.`,
    );
  if (isOne(from, '-scoreboard') && action === 'UpdateItem' && how === 'ok')
    return remark(
      'One write per player',
      'store',
      `However many statuses of a player a batch has, \`${by}\` writes once: the newest in the game’s own order.`,
    );
  if (isOne(from, '-allocate') && isOne(to, '-seats') && error?.code === 'ConditionalCheckFailedException')
    return outcome('Counter', 'store', `\`${by}\` counts a seat only while there is one left: this one came too late.`);
  return undefined;
}

/** What Space Invaders' own hops mean; what is the same in every service is told by the wire itself. */
export const tell: Teller = (hop, recent) => {
  const { kind, service, action, outcome: how, from, to, error } = hop;
  if (kind === 'invocation' && isStream(from)) return aboutBatch(hop, recent);
  if (kind !== 'call') return undefined;
  if (service === 'kinesis' && action === 'PutRecord' && isStream(to)) {
    if (error?.code === 'ProvisionedThroughputExceededException')
      return outcome(
        'Backpressure',
        'message',
        'A shard takes 1,000 records a second, and no more: 429. The page waits longer each time, and then sends the newest only.',
      );
    return how === 'ok'
      ? remark(
          'Direct integration',
          'message',
          'API Gateway puts a status on the stream by itself and answers 202: no function runs for a shot.',
        )
      : undefined;
  }
  if (service === 'dynamodb') return aboutTable(hop, recent);
  if (action === 'PostToConnection' && how === 'ok')
    return remark('Push', 'entry', `\`${recent.nameOf(from)}\` tells it over the WebSocket: nobody had to ask.`);
  return undefined;
};

/** What a hop carries, in a word or two. */
export function labelOf({ kind, service, action, detail, outcome: how, from, to }: Hop): string | undefined {
  if (kind === 'invocation' && isStream(from)) return typeof detail?.count === 'number' ? `×${detail.count}` : 'batch';
  if (kind !== 'call' || how === 'error') return undefined;
  if (service === 'kinesis') return isStream(to) && action === 'PutRecord' ? 'status' : undefined;
  if (service === 'dynamodb') return action.replace(/(Write)?Items?$/, '');
  if (action === 'PostToConnection') return 'push';
  return undefined;
}
