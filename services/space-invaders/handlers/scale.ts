import { messageHandler } from '@arcade/lambda';
import { scale } from '../domain/scale.ts';
import { reportScaled } from '../report.ts';
import { scaler } from '../wiring.ts';

const parts = scaler();

/** Each minute: brings the stream a step nearer to as many shards as its players need. */
export const handler = messageHandler({ onSchedule: async () => reportScaled(await scale(parts)) });
