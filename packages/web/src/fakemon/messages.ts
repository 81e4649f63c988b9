import { type Fields, fieldsOf, isCount, isText } from '../lib/fields.ts';
import type { Capture, Sighting, Verdict } from './shapes.ts';

/** What the service tells over the socket, as far as the page knows it. */
export type Told = { id: string } & (
  | { type: 'appeared'; sighting: Sighting }
  | { type: 'taken'; fakemonId: string; species: string; unitsLeft: number; by: string }
  | { type: 'decided'; attemptId: string; fakemonId: string; verdict: Verdict; capture?: Capture }
  | { type: 'pong'; nowMs: number }
);

/** What a message says, but for its id. */
type Content = Told extends infer One ? (One extends Told ? Omit<One, 'id'> : never) : never;

/** One that is in the world, as `GET /world` and the event of its appearance have it; undefined for anything else. */
export function sightingIn(value: unknown): Sighting | undefined {
  const { fakemonId, species, x, y, units, unitsLeft = units, appearsAtMs, expiresAtMs } = fieldsOf(value);
  if (!isText(fakemonId) || !isText(species) || !isCount(x) || !isCount(y)) return undefined;
  if (!isCount(units) || !isCount(unitsLeft) || !isCount(appearsAtMs) || !isCount(expiresAtMs)) return undefined;
  return { fakemonId, species, x, y, units, unitsLeft, appearsAtMs, expiresAtMs };
}

/** How an attempt ended, as `GET /captures/{id}` and the events have it; undefined for what the page does not know. */
export function verdictIn(outcome: unknown, { lateMs, takenBy }: Fields): Verdict | undefined {
  const late = isCount(lateMs) ? lateMs : undefined;
  switch (outcome) {
    case 'captured':
    case 'dodged':
    case 'unknown':
      return { outcome };
    case 'gone':
      return { outcome, lateMs: late };
    case 'taken':
      return { outcome, lateMs: late, takenBy: isText(takenBy) ? takenBy : undefined };
    default:
      return undefined;
  }
}

/** A capture of the collection. */
export function captureIn(value: unknown): Capture | undefined {
  const { attemptId, fakemonId, species, capturedAtMs } = fieldsOf(value);
  return isText(attemptId) && isText(fakemonId) && isText(species) && isCount(capturedAtMs)
    ? { attemptId, fakemonId, species, capturedAtMs }
    : undefined;
}

/** What an event's detail says, by its type. */
const READERS: Record<string, (detail: Fields) => Content | undefined> = {
  'fakemon.fakemon_appeared': (detail) => {
    const sighting = sightingIn(detail);
    return sighting && { type: 'appeared', sighting };
  },
  'fakemon.unit_taken': ({ fakemonId, species, unitsLeft, by }) =>
    isText(fakemonId) && isText(species) && isCount(unitsLeft)
      ? { type: 'taken', fakemonId, species, unitsLeft, by: isText(by) ? by : 'somebody' }
      : undefined,
  'fakemon.capture_succeeded': (detail) => {
    const { attemptId, fakemonId } = detail;
    const capture = captureIn(detail);
    return isText(attemptId) && isText(fakemonId) && capture
      ? { type: 'decided', attemptId, fakemonId, verdict: { outcome: 'captured' }, capture }
      : undefined;
  },
  'fakemon.capture_failed': (detail) => {
    const { attemptId, fakemonId, reason } = detail;
    const verdict = verdictIn(reason, detail);
    return isText(attemptId) && isText(fakemonId) && verdict
      ? { type: 'decided', attemptId, fakemonId, verdict }
      : undefined;
  },
};

/** What a message of the socket says; undefined for what the page does not know. */
export function messageIn(data: unknown): Told | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const { id, type, detail, nowMs } = fieldsOf(JSON.parse(data));
    if (type === 'pong') return isCount(nowMs) ? { id: '', type, nowMs } : undefined;
    const said = isText(type) ? READERS[type]?.(fieldsOf(detail)) : undefined;
    return isText(id) && said ? ({ id, ...said } as Told) : undefined;
  } catch {
    return undefined;
  }
}
