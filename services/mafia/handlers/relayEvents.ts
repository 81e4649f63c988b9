import { relayOutbox } from '@arcade/events';
import { messageHandler } from '@arcade/lambda';
import { reportRelay } from '../report.ts';
import { relay } from '../wiring.ts';

const parts = relay();

/** Each minute: publishes the events that a crash left in the outbox, and gives up those that cannot be published. */
export const handler = messageHandler({ onSchedule: async () => reportRelay(await relayOutbox(parts)) });
