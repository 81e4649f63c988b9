import { writeMetrics } from '@arcade/lambda';
import type { Utterance } from './domain/conversation.ts';
import type { Received } from './domain/gateway.ts';
import type { Pushed } from './domain/push.ts';

/** Counts what was said, and what was not understood. */
export function reportSaid(utterance: Utterance): Utterance {
  writeMetrics({ Utterances: 1, ...(!utterance.directive && { NotUnderstood: 1 }) });
  return utterance;
}

/** Counts what came by the event gateway, and what of it was refused. */
export function reportReceived(received: Received): Received {
  if (received.outcome === 'refused') writeMetrics({ EventsRefused: 1 });
  else writeMetrics({ EventsReceived: 1, ...(received.isRepeated && { EventsRepeated: 1 }) });
  return received;
}

/** Counts pushes by what became of them. */
export function reportPush(pushed: Pushed): void {
  const { [pushed]: metric } = {
    taken: 'PushesTaken',
    lost: 'PushesLost',
    gone: 'PushesGone',
    refused: 'PushesRefused',
  };
  writeMetrics({ [metric]: 1 });
}
