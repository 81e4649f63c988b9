import { messageHandler } from '@arcade/lambda';
import { reap } from '../domain/reap.ts';
import { reportReaped } from '../report.ts';
import { reaper } from '../wiring.ts';

const parts = reaper();

/** Each minute: frees the seats of those who are idle, and closes sessions whose time is over. */
export const handler = messageHandler({ onSchedule: async () => reportReaped(await reap(parts)) });
