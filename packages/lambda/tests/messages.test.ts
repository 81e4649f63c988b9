import { EventRefusedError } from '@arcade/events';
import { ballHit, pingPongEvents } from '@arcade/events/contracts/ping-pong';
import { buildEvent } from '@arcade/events/testing';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { UnknownTriggerError } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { messageHandler } from '../messages.ts';
import { busEvent, context, recordingLog, scheduledEvent, snsEvent } from '../testing.ts';

const stroke = buildEvent(ballHit, { rally: 1, stroke: 2, by: 'pong' }, { correlationId: 'chain-1' });

function setUp({ fail, scheduled = true }: { fail?: Error; scheduled?: boolean } = {}) {
  const handled: unknown[][] = [];
  const { log, lines } = recordingLog();
  const keep = async (what: { id: string }, invocation: Invocation) => {
    log.info('at work');
    if (fail) throw fail;
    handled.push([what, invocation]);
  };
  const handler = messageHandler({
    contracts: pingPongEvents,
    onEvent: keep,
    ...(scheduled && { onSchedule: keep }),
    log,
  });
  return { invoke: (event: unknown) => handler(event, context as never), handled, lines };
}

describe('messageHandler', () => {
  it('hands a checked event over, with request id and correlation id', async () => {
    const { invoke, handled } = setUp();

    await invoke(snsEvent(stroke));

    expect(handled).toEqual([[stroke, { requestId: 'request-1', correlationId: 'chain-1' }]]);
  });

  it('takes an event of a bus, whose detail is the message', async () => {
    const { invoke, handled } = setUp();

    await invoke(busEvent(stroke));
    await expect(invoke({ ...busEvent(stroke), detail: { ...stroke, detail: { rally: 1 } } })).rejects.toThrow(
      EventRefusedError,
    );

    expect(handled).toEqual([[stroke, { requestId: 'request-1', correlationId: 'chain-1' }]]);
  });

  it('takes an event of a timer, whose input is the message', async () => {
    const { invoke, handled } = setUp();

    await invoke(stroke);
    await expect(invoke({ ...stroke, detail: { rally: 1 } })).rejects.toThrow(EventRefusedError);

    expect(handled).toEqual([[stroke, { requestId: 'request-1', correlationId: 'chain-1' }]]);
  });

  it('handles every record', async () => {
    const { invoke, handled } = setUp();
    const next = buildEvent(ballHit, { rally: 1, stroke: 3, by: 'ping' });

    await invoke({ Records: [...snsEvent(stroke).Records, ...snsEvent(next).Records] });

    expect(handled.map(([event]) => event)).toEqual([stroke, next]);
  });

  it('tells a scheduled rule by its event, and starts a chain with its id', async () => {
    const { invoke, handled } = setUp();

    await invoke(scheduledEvent);

    const tick = { id: 'tick-1', dueMs: Date.parse('2030-01-01T00:00:00Z') };
    expect(handled).toEqual([[tick, { requestId: 'request-1', correlationId: 'tick-1' }]]);
  });

  it('has the correlation id on the lines of its invocation only', async () => {
    const { invoke, lines } = setUp();

    await invoke(snsEvent(stroke));

    expect(lines).toMatchObject([{ message: 'at work', correlationId: 'chain-1' }]);
  });

  it('fails with the reason when a message does not fit, so that it reaches the on-failure destination', async () => {
    const { invoke, handled, lines } = setUp();
    const broken = { ...stroke, detail: { rally: 1 } };

    await expect(invoke(snsEvent(broken))).rejects.toThrow(EventRefusedError);
    await expect(invoke(snsEvent(broken))).rejects.toThrow('detail.stroke');

    expect(handled).toEqual([]);
    expect(lines[0]).toMatchObject({ level: 'error', message: 'the message does not fit its contract' });
  });

  it('lets an error of the work escape, logged with the correlation id', async () => {
    const { invoke, lines } = setUp({ fail: new Error('table is gone') });

    await expect(invoke(snsEvent(stroke))).rejects.toThrow('table is gone');

    expect(lines.at(-1)).toMatchObject({ level: 'error', correlationId: 'chain-1' });
  });

  it.each([
    ['an empty event', {}],
    ['null', null],
    ['text', 'ping'],
    ['no records', { Records: [] }],
    ['a bus event without a detail', { 'detail-type': 'ping_pong.ball_hit' }],
    ['records of another service', { Records: [{ eventSource: 'aws:sqs', body: '{}' }] }],
  ])('refuses %s, and names the triggers it has', async (_what, event) => {
    const { invoke } = setUp();

    await expect(invoke(event)).rejects.toThrow(UnknownTriggerError);
    await expect(invoke(event)).rejects.toThrow('SNS, an event bus, a timer, a schedule');
  });

  it('refuses a message where there is only a schedule', async () => {
    const handler = messageHandler({ onSchedule: async () => {}, log: recordingLog().log });

    await expect(handler(snsEvent(stroke), context as never)).rejects.toThrow(/: a schedule$/);
    await expect(handler(scheduledEvent, context as never)).resolves.toBeUndefined();
  });

  it('refuses a schedule where there is none', async () => {
    const { invoke } = setUp({ scheduled: false });

    await expect(invoke(scheduledEvent)).rejects.toThrow(UnknownTriggerError);
  });

  it('tells a schedule of EventBridge Scheduler as one of a rule', async () => {
    const { invoke, handled } = setUp();

    await invoke({ ...scheduledEvent, source: 'aws.scheduler', detail: '{}' });

    expect(handled).toMatchObject([[{ id: 'tick-1' }, {}]]);
  });
});

describe('messageHandler behind an input transformer', () => {
  const seen: unknown[] = [];
  const { log, lines } = recordingLog();
  const handler = messageHandler({
    contracts: pingPongEvents,
    beside: z.object({ player: z.string() }),
    onEvent: async (event, _invocation, beside) => void seen.push([event.id, beside]),
    log,
  });
  const invoke = (event: unknown) => handler(event, context as never);

  it('hands over what stands beside the event', async () => {
    await invoke({ player: 'ann', event: stroke });

    expect(seen.splice(0)).toEqual([[stroke.id, { player: 'ann' }]]);
  });

  it('refuses what the transformer left out, with the reason', async () => {
    await expect(invoke({ event: stroke })).rejects.toThrow(/EventRefusedError|event refused: player/);
    await expect(invoke({ player: 'ann', event: { ...stroke, version: 9 } })).rejects.toThrow('version');

    expect(seen).toEqual([]);
    expect(lines.map(({ message }) => message)).toEqual(Array(2).fill('the message does not fit its contract'));
  });

  it.each([
    ['an event that was not transformed', busEvent(stroke)],
    ['one without an event', { player: 'ann' }],
    ['SNS', snsEvent(stroke)],
  ])('takes nothing else: not %s', async (_what, event) => {
    await expect(invoke(event)).rejects.toThrow(UnknownTriggerError);
  });
});
