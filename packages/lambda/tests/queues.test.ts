import { ballHit, pingPongEvents } from '@arcade/events/contracts/ping-pong';
import { buildEvent } from '@arcade/events/testing';
import { describe, expect, it } from '@jest/globals';
import { UnknownTriggerError } from '../errors.ts';
import { type QueueInvocation, queueHandler } from '../queues.ts';
import { context, queueEvent, recordingLog, snsEvent, streamEvent } from '../testing.ts';

const strokes = [1, 2, 3, 4].map((stroke) =>
  buildEvent(ballHit, { rally: 1, stroke, by: 'pong' }, { id: `stroke-${stroke}`, correlationId: `chain-${stroke}` }),
);

/** A handler whose work waits for the turn of the event loop, so that what may go on at once does. */
function setUp({
  failing = [],
  lastsMs = 0,
  remainingMs,
}: {
  failing?: string[];
  lastsMs?: number;
  remainingMs?: number;
} = {}) {
  const steps: string[] = [];
  const invocations: QueueInvocation[] = [];
  const { log, lines } = recordingLog();
  let leftMs = remainingMs ?? 0;
  const handler = queueHandler({
    contracts: pingPongEvents,
    onEvent: async ({ id }, invocation) => {
      steps.push(`${id} begins`);
      invocations.push(invocation);
      await new Promise((resume) => setImmediate(resume));
      leftMs -= lastsMs;
      log.info('at work');
      if (failing.includes(id)) throw new Error(`${id} failed`);
      steps.push(`${id} ends`);
    },
    needsMs: 500,
    log,
  });
  const given = { ...context, ...(remainingMs !== undefined && { getRemainingTimeInMillis: () => leftMs }) };
  return { invoke: (event: unknown) => handler(event, given), steps, invocations, lines };
}
const failures = (...ids: number[]) => ({ batchItemFailures: ids.map((id) => ({ itemIdentifier: `message-${id}` })) });

describe('queueHandler', () => {
  it('handles the messages of a standard queue at once, checked, each with its chain and its count', async () => {
    const { invoke, steps, invocations, lines } = setUp();

    const answer = await invoke(queueEvent(strokes.slice(0, 2), { receiveCount: 3 }));

    expect(answer).toEqual(failures());
    expect(steps).toEqual(['stroke-1 begins', 'stroke-2 begins', 'stroke-1 ends', 'stroke-2 ends']);
    expect(invocations).toMatchObject([
      { requestId: 'request-1', correlationId: 'chain-1', receiveCount: 3 },
      { correlationId: 'chain-2' },
    ]);
    expect(lines).toMatchObject([{ correlationId: 'chain-1' }, { correlationId: 'chain-2' }]);
  });

  it('handles each group of a FIFO queue in its order, and groups at once', async () => {
    const { invoke, steps } = setUp();

    await invoke(queueEvent(strokes.slice(0, 3), { groups: ['left', 'right', 'left'] }));

    expect(steps.slice(0, 2)).toEqual(['stroke-1 begins', 'stroke-2 begins']);
    expect(steps.filter((step) => !step.startsWith('stroke-2'))).toEqual([
      'stroke-1 begins',
      'stroke-1 ends',
      'stroke-3 begins',
      'stroke-3 ends',
    ]);
  });

  it.each<[string, string[] | undefined, number[], string[]]>([
    ['the one that failed of a standard queue', undefined, [2], ['stroke-1', 'stroke-3', 'stroke-4']],
    ['the rest of its group of a FIFO queue', ['a', 'b', 'b', 'a'], [2, 3], ['stroke-1', 'stroke-4']],
    ['the rest where there is one group', ['a', 'a', 'a', 'a'], [2, 3, 4], ['stroke-1']],
  ])('reports %s', async (_what, groups, reported, ended) => {
    const { invoke, steps, lines } = setUp({ failing: ['stroke-2'] });

    const answer = await invoke(queueEvent(strokes, groups ? { groups } : {}));

    expect(answer).toEqual(failures(...reported));
    expect(steps.filter((step) => step.endsWith('ends'))).toEqual(ended.map((id) => `${id} ends`));
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'the event was not handled', correlationId: 'chain-2' },
    ]);
  });

  it('reports what fits no contract, with the reason in the log, and lets nothing of its group pass it', async () => {
    const { invoke, steps, lines } = setUp();
    const [first, second, third] = strokes;

    const answer = await invoke(
      queueEvent([{ ...first, detail: {} }, 'no JSON', second, third], { groups: ['a', 'b', 'a', 'c'] }),
    );

    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual([
      'message-1',
      'message-2',
      'message-3',
    ]);
    expect(steps).toEqual(['stroke-3 begins', 'stroke-3 ends']);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  it('begins nothing that it cannot end in time: it goes back, and no error is told', async () => {
    const { invoke, steps, lines, invocations } = setUp({ remainingMs: 1200, lastsMs: 800 });

    const answer = await invoke(queueEvent(strokes.slice(0, 2), { groups: ['a', 'a'] }));

    expect(answer).toEqual(failures(2));
    expect(steps).toEqual(['stroke-1 begins', 'stroke-1 ends']);
    expect(lines.filter(({ level }) => level !== 'info')).toMatchObject([{ level: 'warn', extra: { messages: 1 } }]);
    expect(invocations[0]?.remainingMs()).toBe(400);
  });

  it.each([
    ['an empty event', {}],
    ['SNS', snsEvent(strokes[0])],
    ['a stream', streamEvent(strokes)],
  ])('refuses %s', async (_what, event) => {
    const { invoke } = setUp();

    await expect(invoke(event)).rejects.toThrow(UnknownTriggerError);
    await expect(invoke(event)).rejects.toThrow(/: an SQS queue$/);
  });
});
