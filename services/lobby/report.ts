import { writeMetrics } from '@arcade/lambda';
import type { Honoured } from './domain/honour.ts';
import type { Heard } from './domain/ports.ts';
import type { Told } from './domain/tell.ts';

const heardOf = ({ sent, gone }: Heard): Record<string, number> =>
  sent + gone > 0 ? { MessagesSent: sent, ConnectionsGone: gone } : {};

/** Counts what was told, to how many, and what was not because it had been or is no news. */
export function reportTold({ outcome, heard }: Told): void {
  const { [outcome]: metric } = {
    told: 'HappeningsTold',
    'told-before': 'HappeningsRepeated',
    'too-old': 'HappeningsTooOld',
  };
  writeMetrics({ [metric]: 1, ...heardOf(heard) });
}

/** Counts records, and what was none; nothing for what is about no record. */
export function reportHonoured({ outcome, heard }: Honoured): void {
  if (outcome === 'no-claim') return;
  const { [outcome]: metric } = { set: 'RecordsSet', standing: 'RecordsRepeated', missed: 'RecordsMissed' };
  writeMetrics({ [metric]: 1, ...heardOf(heard) });
}
