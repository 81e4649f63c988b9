import type { Session } from '@arcade/events/contracts/space-invaders';
import { describe, expect, it, jest } from '@jest/globals';
import { announce } from '../domain/announce.ts';
import type { SessionChanged } from '../domain/publish.ts';
import { type StartRefusal, start } from '../domain/start.ts';
import { NOW_MS, sessionOf } from './parts.ts';
import { roomOf } from './room.ts';

const waiting = sessionOf({ isSynchronized: true });
const { sessionId } = waiting;
const STARTS_AT_MS = NOW_MS + 5000;

function roomWith(...sessions: Session[]) {
  const room = roomOf(sessions);
  const heard: SessionChanged[] = [];
  const tellAll = async (event: SessionChanged) => void heard.push(event);
  const parts = {
    sessions: room.sessionsTable,
    parameter: room.parameter,
    now: () => NOW_MS,
    startDelayMs: 5000,
    tellAll,
  };
  return { room, heard, parts };
}

describe('a call to start', () => {
  it('of a manager is one moment in the future, in the table and the parameter, and told to all', async () => {
    const { room, heard, parts } = roomWith(waiting);

    const started = await start(parts, { isManager: true, sessionId });

    const called = { ...waiting, startsAtMs: STARTS_AT_MS };
    expect(started).toEqual({ outcome: 'started', startsAtMs: STARTS_AT_MS });
    expect(room.sessions.get(sessionId)).toEqual(called);
    expect(room.told()).toEqual(called);
    expect(heard).toMatchObject([{ type: 'space_invaders.session_changed', detail: called }]);
  });

  it.each<[refusal: StartRefusal, session: Session, isManager: boolean]>([
    ['not-a-manager', waiting, false],
    ['no-session', sessionOf({ sessionId: 'another', isSynchronized: true }), true],
    ['session-closed', { ...waiting, closedAtMs: NOW_MS }, true],
    ['session-closed', { ...waiting, startsAtMs: NOW_MS, closedAtMs: NOW_MS }, true],
    ['not-synchronized', sessionOf(), true],
  ])('is refused: %s', async (refusal, session, isManager) => {
    const { room, heard, parts } = roomWith(session);

    expect(await start(parts, { isManager, sessionId })).toEqual({ outcome: refusal });

    expect([...room.sessions.values()]).toEqual([session]);
    expect([room.told(), ...heard]).toEqual([undefined]);
  });

  it('is refused a second time, and yet does what the first has died before', async () => {
    const { room, heard, parts } = roomWith({ ...waiting, startsAtMs: NOW_MS + 1000 });

    expect(await start(parts, { isManager: true, sessionId })).toEqual({ outcome: 'called-before' });

    expect(room.told()).toMatchObject({ startsAtMs: NOW_MS + 1000 });
    expect(heard).toMatchObject([{ detail: { startsAtMs: NOW_MS + 1000 } }]);
  });

  it('writes nothing into a parameter that says so already: each write is told to everybody', async () => {
    const called = { ...waiting, startsAtMs: NOW_MS + 1000 };
    const { room, parts } = roomWith(called);
    await room.parameter.write(called);
    const write = jest.fn(room.parameter.write);

    await start({ ...parts, parameter: { ...room.parameter, write } }, { isManager: true, sessionId });

    expect(write).not.toHaveBeenCalled();
  });

  it('of a session that another has followed changes nothing of what the parameter says', async () => {
    const { room, parts } = roomWith(waiting);
    const later = sessionOf({ sessionId: '20300102T000000Z-aaaa' });
    await room.parameter.write(later);

    await start(parts, { isManager: true, sessionId });

    expect(room.told()).toEqual(later);
  });
});

describe('what everybody is told', () => {
  it('has one id for one state, whoever tells it, and another for each other state', async () => {
    const { room, heard, parts } = roomWith(waiting);
    const closed = { ...waiting, startsAtMs: STARTS_AT_MS, closedAtMs: NOW_MS + 9000 };

    await room.parameter.write(waiting);
    await announce(parts);
    await start(parts, { isManager: true, sessionId });
    await announce({ ...parts, now: () => NOW_MS + 300 });
    await room.parameter.write(closed);
    await announce(parts);

    const ids = heard.map(({ id }) => id);
    expect(ids).toEqual([ids[0], ids[1], ids[1], ids[3]]);
    expect(new Set(ids).size).toBe(3);
    expect(heard.map(({ correlationId }) => correlationId)).toEqual(Array(4).fill(sessionId));
  });

  it('is nothing while there was no session', async () => {
    const { heard, parts } = roomWith();

    await announce(parts);

    expect(heard).toEqual([]);
  });
});
