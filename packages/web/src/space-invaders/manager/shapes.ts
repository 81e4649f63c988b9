import { fieldsOf, isCount, isText } from '../../lib/fields.ts';
import type { StageConfig } from '../service.ts';
import type { BoardRow, StatusTimes } from './ports.ts';

/** What the manager's page is told of the service. */
export type ManagerConfig = StageConfig['manager'];

/** What the config says to managers. Throws an Error that names what is missing. */
export function managerConfigIn(value: unknown): ManagerConfig {
  const { manager } = fieldsOf(value);
  const { parameter, playersTable, sessionsTable, seatsTable, stream, seatsPerBlock, managerEveryMs } =
    fieldsOf(manager);
  const texts = { parameter, playersTable, sessionsTable, seatsTable, stream };
  for (const [name, text] of Object.entries(texts))
    if (!isText(text)) throw new Error(`the config has no manager.${name}`);
  if (!isCount(seatsPerBlock) || seatsPerBlock === 0) throw new Error('the config has no manager.seatsPerBlock');
  if (!isCount(managerEveryMs) || managerEveryMs === 0) throw new Error('the config has no manager.managerEveryMs');
  return { ...(texts as Record<keyof typeof texts, string>), seatsPerBlock, managerEveryMs };
}

function timesIn(value: unknown): StatusTimes | undefined {
  const { trial, sequence, sentAtMs, arrivedAtMs, writtenAtMs } = fieldsOf(value);
  if (!isCount(trial) || !isCount(sequence) || !isCount(sentAtMs) || !isCount(arrivedAtMs)) return undefined;
  return { trial, sequence, sentAtMs, arrivedAtMs, writtenAtMs: isCount(writtenAtMs) ? writtenAtMs : undefined };
}

/** A row of the table's index Board; undefined for one that has nothing to show. */
export function boardRowIn(value: unknown): BoardRow | undefined {
  const { player, name, isBot, shown, latest } = fieldsOf(value);
  const { trial, score, lives, shots, level } = fieldsOf(shown);
  if (!isText(player) || !isText(name)) return undefined;
  if (!isCount(trial) || !isCount(score) || !isCount(lives) || !isCount(shots) || !isCount(level)) return undefined;
  return { player, name, isBot: isBot === true, trial, score, lives, shots, level, latest: timesIn(latest) };
}
