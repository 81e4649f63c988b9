import { createDocumentClient } from '@arcade/dynamodb';
import { PATIENCE_MS, withoutSchedules } from '@arcade/local-aws/testkit';
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SeatsTable, SessionParameter, SessionsTable } from '../domain/ports.ts';
import { reap } from '../domain/reap.ts';
import { createScalingsTable } from '../storage/scalingsTable.ts';
import { createSeatsTable } from '../storage/seatsTable.ts';
import { createSessionParameter } from '../storage/sessionParameter.ts';
import { createSessionsTable } from '../storage/sessionsTable.ts';
import { type Invaders, startInvaders } from './aws.ts';
import { NOW_MS, sessionOf } from './parts.ts';

const Name = '/space-invaders/local/session';
let invaders: Invaders;
let ssm: SSMClient;
let seats: SeatsTable;
let sessions: SessionsTable;
let parameter: SessionParameter;
const told: string[] = [];
beforeAll(async () => {
  invaders = await startInvaders({ transform: withoutSchedules });
  ssm = new SSMClient(invaders.aws.rootClientConfig);
  const names = { players: 'space-invaders-local-players', seats: 'space-invaders-local-seats' };
  seats = createSeatsTable(invaders.documents, names);
  sessions = createSessionsTable(invaders.documents, 'space-invaders-local-sessions', (_, { message }) =>
    told.push(message),
  );
  parameter = createSessionParameter(ssm, Name, (_, { message }) => told.push(message));
}, PATIENCE_MS);
afterAll(async () => {
  ssm?.destroy();
  await invaders?.stop();
});

const seatOf = (player: string, sessionId: string) => ({
  ...{ player, sessionId, name: player, isBot: false, atMs: NOW_MS },
});
const takenOf = async (block: string) => (await invaders.itemsOf('seats')).find((one) => one.block === block)?.taken;
const listed = async <T>(all: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const one of all) found.push(one);
  return found;
};

describe('a seat', () => {
  it('is one for each player, and no more than there are of a block', async () => {
    const block = { block: 's1#0', capacity: 2 };

    expect(await seats.take(seatOf('ann', 's1'), block)).toBe('taken');
    expect(await seats.take(seatOf('ann', 's1'), block)).toBe('held');
    expect(await seats.take(seatOf('ann', 's1'), { block: 's1#1', capacity: 2 })).toBe('held');
    expect(await seats.take(seatOf('ben', 's1'), block)).toBe('taken');
    expect(await seats.take(seatOf('cid', 's1'), block)).toBe('full');

    expect([await takenOf('s1#0'), await takenOf('s1#1')]).toEqual([2, undefined]);
    expect(await seats.find({ player: 'cid', sessionId: 's1' })).toBeUndefined();
  });

  it('is freed once, from the block that it is of, and kept where its player was seen since', async () => {
    const held = { player: 'ann', sessionId: 's2', seatBlock: 's2#0' };
    await seats.take(seatOf('ann', 's2'), { block: 's2#0', capacity: 2 });
    await seats.take(seatOf('ben', 's2'), { block: 's2#0', capacity: 2 });

    expect(await seats.free({ ...held, seatBlock: 's2#1' }, NOW_MS)).toBe('kept');
    expect(await seats.free(held, NOW_MS, NOW_MS - 1)).toBe('kept');
    expect(await seats.see(held, NOW_MS + 20)).toBe('seen');
    expect(await seats.free(held, NOW_MS + 30, NOW_MS + 19)).toBe('kept');
    expect(await takenOf('s2#0')).toBe(2);
    expect(await seats.free(held, NOW_MS + 30, NOW_MS + 20)).toBe('freed');
    expect(await seats.free(held, NOW_MS + 40)).toBe('kept');
    expect(await seats.see(held, NOW_MS + 50)).toBe('lost');

    expect([await takenOf('s2#0'), await takenOf('s2#1')]).toEqual([1, undefined]);
    const item = (await invaders.itemsOf('players')).find((one) => one.player === 'ann' && one.sessionId === 's2');
    expect(item).toEqual({
      ...{ player: 'ann', sessionId: 's2', name: 'ann', seatedAtMs: NOW_MS },
      ...{ seenAtMs: NOW_MS + 20, freedAtMs: NOW_MS + 30 },
    });
  });

  it('is known by its player, and by its block once its player may be idle', async () => {
    await seats.take(seatOf('eve', 's3'), { block: 's3#0', capacity: 5 });
    await seats.take(seatOf('eve', 's4'), { block: 's4#0', capacity: 5 });
    await seats.take({ ...seatOf('fay', 's3'), atMs: NOW_MS + 30_000 }, { block: 's3#0', capacity: 5 });
    await seats.free({ player: 'eve', sessionId: 's4', seatBlock: 's4#0' }, NOW_MS);

    const eves = { player: 'eve', sessionId: 's3', seatBlock: 's3#0' };
    expect(await seats.heldBy('eve')).toEqual([eves]);
    expect(await listed(seats.maybeIdle('s3#0', NOW_MS))).toEqual([eves]);
    expect(await listed(seats.maybeIdle('s3#0', NOW_MS - 1))).toEqual([]);
    expect(await listed(seats.maybeIdle('s3#0', NOW_MS + 30_000))).toHaveLength(2);
    expect(await listed(seats.maybeIdle('s3#0'))).toHaveLength(2);
    expect(await listed(seats.maybeIdle('s4#0', NOW_MS + 30_000))).toEqual([]);
  });

  it('is looked for in a hundred blocks, the first first', async () => {
    const blocks = Array.from({ length: 101 }, (_, n) => ({ block: `s5#${n}`, capacity: n === 1 ? 2 : 1 }));
    expect(await seats.firstFree(blocks)).toEqual(blocks[0]);
    await seats.take(seatOf('ann', 's5'), { block: 's5#0', capacity: 1 });
    expect(await seats.firstFree(blocks)).toEqual(blocks[1]);

    await seats.take(seatOf('ben', 's5'), { block: 's5#1', capacity: 2 });
    expect(await seats.firstFree(blocks)).toEqual(blocks[1]);
    expect(await seats.firstFree([{ block: 's5#0', capacity: 1 }])).toBeUndefined();
    const full = Array.from({ length: 100 }, () => 0).map((_, n) => ({ block: `s5#${n}`, capacity: 0 }));
    expect(await seats.firstFree([...full, { block: 's5#100', capacity: 1 }])).toBeUndefined();
  });
});

describe('a session', () => {
  const waiting = sessionOf({ sessionId: '20300101T000000Z-wait', isSynchronized: true });

  it('is called once, while it is open and waits', async () => {
    const { sessionId } = waiting;
    await invaders.open(waiting);
    await invaders.open({ ...waiting, sessionId: 'free', isSynchronized: false });
    await invaders.open({ ...waiting, sessionId: 'shut', closedAtMs: NOW_MS });

    const called = { ...waiting, startsAtMs: NOW_MS };
    expect(await sessions.call(sessionId, NOW_MS)).toEqual({ isCalled: true, session: called });
    expect(await sessions.call(sessionId, NOW_MS + 1)).toEqual({ isCalled: false, session: called });
    for (const other of ['free', 'shut']) {
      const { isCalled, session } = await sessions.call(other, NOW_MS);
      expect([isCalled, session?.sessionId, session?.startsAtMs]).toEqual([false, other, undefined]);
    }
    expect(await sessions.call('none', NOW_MS)).toEqual({ isCalled: false, session: undefined });
    expect(await sessions.find('none')).toBeUndefined();
  });

  const knownOf = async (sessionId: string) =>
    (await listed(sessions.unsettled())).find((one) => one.sessionId === sessionId);

  it('is closed once, and known until it is settled, which an open one never is', async () => {
    const session = sessionOf({ sessionId: '20300101T000000Z-clos' });
    await invaders.open(session);
    await sessions.settle(session.sessionId, 'all');
    expect(await knownOf(session.sessionId)).toEqual({ ...session, settledBlocks: 0 });

    expect(await sessions.close(session.sessionId, NOW_MS)).toEqual({ ...session, closedAtMs: NOW_MS });
    expect(await sessions.close(session.sessionId, NOW_MS + 1)).toEqual({ ...session, closedAtMs: NOW_MS });
    expect(await sessions.close('none', NOW_MS)).toBeUndefined();

    expect(await knownOf(session.sessionId)).toEqual({ ...session, closedAtMs: NOW_MS, settledBlocks: 0 });
    await sessions.settle(session.sessionId, 25);
    expect(await knownOf(session.sessionId)).toMatchObject({ settledBlocks: 25 });
    await sessions.settle(session.sessionId, 'all');
    await sessions.settle('none', 'all');
    expect(await knownOf(session.sessionId)).toBeUndefined();
    expect(await sessions.find(session.sessionId)).toEqual({ ...session, closedAtMs: NOW_MS });
    expect(await sessions.find('none')).toBeUndefined();
  });

  it('costs nothing each minute when it is over: whoever looks reads those alone that are open', async () => {
    for (let n = 0; n < 20; n += 1) {
      const one = sessionOf({ sessionId: `20300101T000000Z-past${n}` });
      await invaders.open(one);
      await sessions.close(one.sessionId, NOW_MS);
      await sessions.settle(one.sessionId, 'all');
    }
    const open = sessionOf({ sessionId: '20300101T000000Z-this' });
    await invaders.open(open);
    let read = 0;
    const counting = createDocumentClient(invaders.aws.rootClientConfig);
    counting.middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        read += (answer.output as { ScannedCount?: number }).ScannedCount ?? 0;
        return answer;
      },
      { step: 'initialize', name: 'counting' },
    );
    const table = createSessionsTable(counting, 'space-invaders-local-sessions', () => {});

    const found = await listed(table.unsettled());

    counting.destroy();
    const marked = (await invaders.itemsOf('sessions')).filter(({ unsettled }) => unsettled !== undefined);
    expect(found).toContainEqual({ ...open, settledBlocks: 0 });
    expect(found.filter(({ sessionId }) => sessionId.includes('past'))).toEqual([]);
    expect(read).toBe(marked.length);
  });

  it('is none while it is open and not marked: nobody plays in one that nobody looks after', async () => {
    const session = sessionOf({ sessionId: '20300101T000000Z-bare' });
    await invaders.documents.send(
      new PutCommand({ TableName: 'space-invaders-local-sessions', Item: { kind: 'session', ...session } }),
    );

    expect(await sessions.find(session.sessionId)).toBeUndefined();
  });

  it('is none where something else is written, which is told and stops nobody: seats of the one beside it are freed', async () => {
    const good = sessionOf({ sessionId: '20300101T000000Z-good' });
    const sessionId = '20300101T000000Z-evil';
    await invaders.open({ ...sessionOf({ sessionId }), isSynchronized: true, seats: 'all' as unknown as number });
    await invaders.open(good);
    await seats.take(seatOf('gus', good.sessionId), { block: `${good.sessionId}#0`, capacity: 3 });
    told.length = 0;

    const parts = { sessions, seats, parameter, seatsPerBlock: 200, idleMs: 60_000 };
    await reap({ ...parts, now: () => NOW_MS + 120_000 });

    expect(await takenOf(`${good.sessionId}#0`)).toBe(0);
    expect(await sessions.find(sessionId)).toBeUndefined();
    expect(await sessions.call(sessionId, NOW_MS)).toEqual({ isCalled: false, session: undefined });
    expect(await sessions.close(sessionId, NOW_MS)).toBeUndefined();
    expect(told).toHaveLength(4);
    expect(told.filter((message) => !message.includes(sessionId))).toEqual([]);
  });

  it('has two million seats at the most: an item that asks for more is none, and nobody goes through its blocks', async () => {
    const [most, more] = [2_000_000, 2_000_001].map((seats) =>
      sessionOf({ sessionId: `20300101T000000Z-${seats}`, seats, isSynchronized: true }),
    );
    if (!most || !more) throw new Error('there are two');
    await invaders.open(most);
    await invaders.open(more);

    expect(await sessions.find(most.sessionId)).toEqual(most);
    expect(await sessions.find(more.sessionId)).toBeUndefined();
    expect(await knownOf(more.sessionId)).toBeUndefined();
  });
});

describe('the parameter', () => {
  it('has no session before the first, then the one that was written last, and nothing that is none', async () => {
    expect(await parameter.read()).toBeUndefined();
    const session = sessionOf({ minutes: 3, startsAtMs: NOW_MS });
    told.length = 0;

    await parameter.write(session);
    expect(await parameter.read()).toEqual(session);

    await ssm.send(new PutParameterCommand({ Name, Value: '{"sessionId":7}', Overwrite: true }));
    expect(await parameter.read()).toBe('malformed');
    await ssm.send(new PutParameterCommand({ Name, Value: 'no JSON', Overwrite: true }));
    expect(await parameter.read()).toBe('malformed');
    expect(told).toMatchObject([expect.stringContaining('sessionId'), expect.stringContaining('JSON')]);
    await parameter.write(undefined);
    expect(await parameter.read()).toBeUndefined();
    await ssm.send(new DeleteParameterCommand({ Name }));
    expect(await parameter.read()).toBeUndefined();
  });
});

it('the number of shards was set when it says, since any moment; and how, beside the sessions', async () => {
  const scalings = createScalingsTable(invaders.documents, 'space-invaders-local-sessions');
  for (const ago of [2_000, 1_000, 0]) await scalings.keep({ atMs: NOW_MS - ago, from: 1, to: 2 });

  expect(await scalings.since(NOW_MS - 1_000)).toEqual([NOW_MS - 1_000, NOW_MS]);
  expect((await invaders.itemsOf('sessions')).filter(({ kind }) => kind === 'scaling')).toContainEqual({
    ...{ kind: 'scaling', sessionId: new Date(NOW_MS).toISOString(), atMs: NOW_MS, from: 1, to: 2 },
  });
});
