import { messageHandler } from '@arcade/lambda';
import { spawn } from '../domain/spawn.ts';
import { reportAppearances } from '../report.ts';
import { nature } from '../wiring.ts';

const parts = nature();

/** Each minute: fills the world for the next one. */
export const handler = messageHandler({ onSchedule: async (tick) => reportAppearances(await spawn(parts, tick)) });
