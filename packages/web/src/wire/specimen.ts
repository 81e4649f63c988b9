import type { WireEdge, WireGraph, WireNode } from '@arcade/networks/wire/graph';
import type { Hop } from '../lib/journal.ts';

const node = (id: string, x: number, y: number, kind: WireNode['kind'], family: WireNode['family']): WireNode => ({
  id,
  label: id,
  x,
  y,
  width: 116,
  height: 34,
  kind,
  family,
  themes: [],
  logicalIds: [],
  arns: [`arn:aws:specimen:${id}`],
});

const nodes = [
  node('api', 66, 40, 'http', 'entry'),
  node('sender', 256, 40, 'function', 'function'),
  node('news', 456, 40, 'topic', 'message'),
  node('reader', 656, 40, 'function', 'function'),
  node('notes', 846, 40, 'table', 'store'),
  node('buried', 846, 130, 'queue', 'message'),
] as const;

function edge(from: WireNode, to: WireNode, line: WireEdge['line'], isFailure = false): WireEdge {
  const [left, right] = [from.x + from.width / 2, to.x - to.width / 2];
  const middle = (left + right) / 2;
  const corners = from.y === to.y ? [] : [middle];
  return {
    id: `${from.id} ${line} ${to.id}`,
    from: from.id,
    to: to.id,
    line,
    isFailure,
    sentences: [`${from.id} ${line === 'data' ? 'writes' : 'triggers'} ${to.id}`],
    points: [
      { x: left, y: from.y },
      ...corners.flatMap((x) => [
        { x, y: from.y },
        { x, y: to.y },
      ]),
      { x: right, y: to.y },
    ],
  };
}

const [api, sender, news, reader, notes, buried] = nodes;

/** A small service, to show the wire on. */
export const specimenGraph: WireGraph = {
  version: 1,
  service: 'specimen',
  title: 'The network of a specimen',
  width: 912,
  height: 156,
  nodes: [...nodes],
  edges: [
    edge(api, sender, 'event'),
    edge(sender, news, 'event'),
    edge(news, reader, 'event'),
    edge(reader, notes, 'data'),
    edge(reader, buried, 'event', true),
  ],
  groups: [],
  themes: [],
};

const arn = (of: WireNode) => of.arns[0] as string;

let seq = 0;

/** A hop of the specimen, now. */
function hop(from: WireNode, to: WireNode, rest: Partial<Hop>): Hop {
  seq += 1;
  return {
    seq,
    atMs: 1_795_303_591_000 + 40 * seq,
    kind: 'call',
    service: 'sns',
    action: 'Publish',
    from: arn(from),
    to: arn(to),
    correlationId: 'specimen',
    traceId: `specimen ${Math.floor(seq / 20)}`,
    outcome: 'ok',
    ...rest,
  };
}

const ended = (begun: Hop, rest: Partial<Hop> = {}): Hop => {
  seq += 1;
  return { ...begun, seq, atMs: begun.atMs + 12, began: begun.seq, outcome: 'ok', durationMs: 12, ...rest };
};

const runOf = (requestId: string, detail: Record<string, unknown>, action = 'Invoke'): Hop =>
  hop(news, reader, {
    kind: 'invocation',
    service: 'lambda',
    action,
    outcome: 'begun',
    requestId,
    detail: { type: 'Event', attempt: 1, ...detail },
  });

const deliveryOf = (detail: Record<string, unknown>): Hop =>
  hop(news, reader, { kind: 'delivery', action: 'deliver', durationMs: 1, detail: { messageId: `${seq}`, ...detail } });

const publication = (): Hop[] => {
  const begun = hop(sender, news, { outcome: 'begun', requestId: `${seq}` });
  return [begun, ended(begun, { durationMs: 1.7 })];
};

const writing = (requestId: string, rest: Partial<Hop> = {}): Hop[] => {
  const begun = hop(reader, notes, { service: 'dynamodb', action: 'PutItem', outcome: 'begun', requestId });
  return [begun, ended(begun, rest)];
};

const LOCKED = { outcome: 'error', error: { code: 'ConditionalCheckFailedException', message: '' } } as const;
const CRASHED = { code: 'Runtime.ExitError', message: 'Runtime exited' };

/** What can be seen happening to the specimen, hop by hop. */
export const happenings: Readonly<Record<string, () => Hop[]>> = {
  'A message': () => {
    const published = publication();
    const delivery = deliveryOf({});
    const run = runOf('one', {});
    return [...published, delivery, run, ...writing('one'), ended(run, { durationMs: 31 })];
  },
  'A duplicate': () => {
    const published = publication();
    const deliveries = [deliveryOf({}), deliveryOf({ copy: 2 })];
    const [run, copy] = [runOf('first', {}), runOf('second', { copy: 2 })];
    const writes = [...writing('first'), ...writing('second', LOCKED)];
    return [...published, ...deliveries, run, copy, ...writes, ended(run), ended(copy)];
  },
  'A crash and its retry': () => {
    const fault = hop(news, reader, { kind: 'fault', action: 'crash-during' });
    const run = runOf('one', {});
    const crash = ended(run, { outcome: 'error', error: CRASHED, detail: { ...run.detail, retryInMs: 60_000 } });
    const again = runOf('one', { attempt: 2 }, 'retry');
    return [fault, run, crash, again, ...writing('one'), ended(again)];
  },
  'A filter': () => [
    ...publication(),
    hop(news, reader, { kind: 'no-match', action: 'FilterPolicy', detail: { field: 'type' } }),
  ],
  'A dead letter': () => [
    hop(reader, buried, {
      kind: 'dead-letter',
      service: 'lambda',
      action: 'on-failure',
      detail: { reason: 'RetriesExhausted' },
    }),
  ],
  'A rush': () => Array.from({ length: 40 }, publication).flat(),
};
