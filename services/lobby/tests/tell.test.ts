import { ballHit } from '@arcade/events/contracts/ping-pong';
import { buildEvent } from '@arcade/events/testing';
import { describe, expect, it } from '@jest/globals';
import { tell, tellEach } from '../domain/tell.ts';
import { feedInMemory, NOW_MS, roomOfOne } from './parts.ts';

const KEEP_MS = 1000;
const event = buildEvent(ballHit, { rally: 1, stroke: 1, by: 'ping' }, { correlationId: 'chain' });

function lobby(nowMs = NOW_MS) {
  const { feed, kept } = feedInMemory();
  const { heard, tellAll } = roomOfOne();
  const untils: number[] = [];
  const noting: typeof feed = {
    add(happening, untilMs) {
      untils.push(untilMs);
      return feed.add(happening, untilMs);
    },
  };
  return {
    parts: { now: () => nowMs, feed: noting, tellAll, keepMs: KEEP_MS, warn: () => undefined },
    kept,
    heard,
    untils,
  };
}

describe('what has happened', () => {
  it('is kept for a time, and told to everybody in the chain of the event', async () => {
    const { parts, kept, heard, untils } = lobby();

    expect(await tell(parts, event)).toEqual({ outcome: 'told', heard: { sent: 1, gone: 0 } });

    expect(untils).toEqual([NOW_MS + KEEP_MS]);
    const [happening] = kept.values();
    expect(heard).toMatchObject([{ type: 'lobby.happened', correlationId: 'chain', detail: happening }]);
  });

  it('is kept once and told again when it comes again: whoever kept it may have died before it was told', async () => {
    const { parts, kept, heard } = lobby();

    await tell(parts, event);
    expect(await tell(parts, event)).toMatchObject({ outcome: 'told-before' });

    expect(kept.size).toBe(1);
    expect(heard).toHaveLength(2);
    expect(heard[1]).toEqual(heard[0]);
  });

  it.each([
    [KEEP_MS - 1, 'told', 1],
    [KEEP_MS, 'too-old', 0],
  ])('comes %i ms late and is %s', async (lateMs, outcome, times) => {
    const { parts, kept, heard } = lobby(NOW_MS + lateMs);

    expect((await tell(parts, event)).outcome).toBe(outcome);
    expect([kept.size, heard.length]).toEqual([times, times]);
  });
});

describe('several', () => {
  it('are told although one of them fails, which is said and comes again', async () => {
    const { parts, kept } = lobby();
    const [first, second, third] = [1, 2, 3].map((rally) => buildEvent(ballHit, { rally, stroke: 1, by: 'ping' }));
    const warnings: unknown[] = [];
    const broken: typeof parts.feed = {
      async add(happening, untilMs) {
        if (happening.facts.rally === 2) throw new Error('the table is gone');
        return parts.feed.add(happening, untilMs);
      },
    };
    const warn = (...said: unknown[]) => void warnings.push(said);

    const { told, failed } = await tellEach({ ...parts, feed: broken, warn }, [first, second, third] as never);

    expect(told.map(({ outcome }) => outcome)).toEqual(['told', 'told']);
    expect(failed).toEqual([second]);
    expect(kept.size).toBe(2);
    expect(warnings).toEqual([['a happening was not told', new Error('the table is gone')]]);
  });
});
