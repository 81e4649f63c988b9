import { edgeKey } from '../core/facts.ts';
import type { Edge, EdgeOf } from '../core/network.ts';
import { edgesOf, type Finding, type Looked, suppliedAs } from './finding.ts';

const isFifo = (looked: Looked, name: string): boolean =>
  (suppliedAs(looked, 'queue', name) ?? suppliedAs(looked, 'topic', name))?.settings.fifo === true;

const finding = (rule: 'fifo-refused' | 'batch-refused', node: string, edge: Edge, sentence: string): Finding => ({
  rule,
  node,
  edge: edgeKey(edge),
  sentence,
});

/**
 * docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html: a FIFO topic delivers to queues, FIFO or not, and to nothing else; SNS
 * refuses a FIFO queue's subscription to a standard topic.
 */
const subscriptions = (looked: Looked): Finding[] => {
  const edges = Object.values(looked.network.edges);
  return [
    ...edgesOf(edges, 'topic sends queue')
      .filter(
        ({ from, to }) =>
          isFifo(looked, to) && suppliedAs(looked, 'topic', from) !== undefined && !isFifo(looked, from),
      )
      .map((edge) =>
        finding(
          'fifo-refused',
          edge.to,
          edge,
          `SNS refuses to subscribe the FIFO queue "${edge.to}" to the standard topic "${edge.from}": make the topic FIFO as well, or the queue standard.`,
        ),
      ),
    ...edgesOf(edges, 'topic triggers function')
      .filter(({ from }) => isFifo(looked, from))
      .map((edge) =>
        finding(
          'fifo-refused',
          edge.from,
          edge,
          `The FIFO topic "${edge.from}" delivers to queues only, and cannot trigger "${edge.to}": put a FIFO queue between them.`,
        ),
      ),
  ];
};

/**
 * docs.aws.amazon.com/eventbridge/latest/APIReference/API_SqsParameters.html: what a rule leaves in a FIFO queue or topic needs a message
 * group, and an edge cannot say one.
 */
const groupless = (looked: Looked): Finding[] =>
  edgesOf(
    Object.values(looked.network.edges),
    'bus sends queue',
    'bus publishes topic',
    'schedule sends queue',
    'schedule publishes topic',
    'pipe sends queue',
    'pipe publishes topic',
  )
    .filter(({ to }) => isFifo(looked, to))
    .map((edge) =>
      finding(
        'fifo-refused',
        edge.to,
        edge,
        `"${edge.from}" gives its messages no group, and "${edge.to}" is FIFO and refuses them: let a function send them, or make "${edge.to}" standard.`,
      ),
    );

/** docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
const MOST_OF_FIFO = 10;
const MOST_OF_STANDARD = 10_000;
/** A larger batch takes time to gather (docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html). */
const MOST_WITHOUT_WINDOW = 10;

const refusedBatch = (looked: Looked, edge: EdgeOf<'queue triggers function'>): Finding[] => {
  const { batchSize = 10, windowSeconds = 0 } = edge.settings;
  const refused = (rule: 'fifo-refused' | 'batch-refused', sentence: string) => [
    finding(rule, edge.from, edge, sentence),
  ];
  if (isFifo(looked, edge.from)) {
    if (windowSeconds > 0)
      return refused(
        'fifo-refused',
        `Lambda gathers no batches from a FIFO queue: leave windowSeconds off "${edgeKey(edge)}".`,
      );
    return batchSize > MOST_OF_FIFO
      ? refused(
          'fifo-refused',
          `Lambda takes at most ${MOST_OF_FIFO} messages at a time from a FIFO queue, and "${edgeKey(edge)}" asks for ${batchSize}.`,
        )
      : [];
  }
  if (batchSize > MOST_OF_STANDARD)
    return refused(
      'batch-refused',
      `Lambda takes at most ${MOST_OF_STANDARD} messages at a time, and "${edgeKey(edge)}" asks for ${batchSize}.`,
    );
  return batchSize > MOST_WITHOUT_WINDOW && windowSeconds < 1
    ? refused(
        'batch-refused',
        `"${edgeKey(edge)}" asks for ${batchSize} messages at a time: Lambda gathers more than ${MOST_WITHOUT_WINDOW} only with windowSeconds of at least 1.`,
      )
    : [];
};

/** What AWS would refuse to make, or to take. */
export const refusalFindings = (looked: Looked): Finding[] => [
  ...subscriptions(looked),
  ...groupless(looked),
  ...edgesOf(Object.values(looked.network.edges), 'queue triggers function').flatMap((edge) =>
    refusedBatch(looked, edge),
  ),
];
