import type { Session } from '@arcade/events/contracts/space-invaders';
import { expect, it } from '@jest/globals';
import { endsAtMs, playableSinceMs } from '../domain/session.ts';
import { NOW_MS, sessionOf } from './parts.ts';

const timed = { gameType: 'TIME_CONSTRAINED', minutes: 5 } as const;
const END_MS = NOW_MS + 300_000;

it.each<[what: string, session: Partial<Session>, sinceMs: number | undefined, endMs: number | undefined]>([
  ['from its opening, with no end of its own', {}, NOW_MS, undefined],
  ['so many minutes from its opening', timed, NOW_MS, END_MS],
  [
    'so many minutes from its start',
    { ...timed, isSynchronized: true, startsAtMs: NOW_MS + 7 },
    NOW_MS + 7,
    END_MS + 7,
  ],
  ['not before a start that nobody has called', { ...timed, isSynchronized: true }, undefined, undefined],
  ['with no end where nobody has said how long', { gameType: 'TIME_CONSTRAINED' }, NOW_MS, undefined],
  ['with no end where the time does not count', { minutes: 5 }, NOW_MS, undefined],
])('a session can be played %s', (_what, overrides, sinceMs, endMs) => {
  const session = sessionOf(overrides);

  expect([playableSinceMs(session), endsAtMs(session)]).toEqual([sinceMs, endMs]);
});
