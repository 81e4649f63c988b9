import { describe, expect, it } from '@jest/globals';
import type { Attempt } from '../domain/attempt.ts';
import { attempted } from '../domain/events.ts';
import { captureInLine } from '../domain/inLine.ts';
import type { Connection } from '../domain/ports.ts';
import { tellAll, tellPlayer, UntoldError } from '../domain/tell.ts';
import { attemptOf, NOW_MS, tablesInMemory, wildOf } from './parts.ts';

const CONNECTIONS: Connection[] = ['ann', 'ann', 'ben'].map((player, at) => ({ player, connectionId: `c-${at}` }));

/** Everybody's connections, the first so many of which cannot be reached. */
function roomOf(unreached = 0) {
  const sent: string[] = [];
  const warnings: [string, unknown][] = [];
  const parts = {
    connections: {
      of: async (player: string) => CONNECTIONS.filter((one) => one.player === player),
      all: async () => CONNECTIONS,
    },
    async send(connections: readonly Connection[], message: string) {
      const { type } = JSON.parse(message) as { type: string };
      const reached = connections.slice(unreached);
      sent.push(...reached.map(({ connectionId }) => `${connectionId} ${type.replace('fakemon.', '')}`));
      const failed = connections
        .slice(0, unreached)
        .map((connection) => ({ connection, error: `no way to ${connection.connectionId}` }));
      return { sent: reached.length, gone: 0, failed };
    },
    warn: (message: string, error: unknown) => void warnings.push([message, error]),
  };
  return { parts, sent, warnings };
}

const event = attempted(attemptOf());

describe('a player', () => {
  it('is told on each of their connections, and nobody else is', async () => {
    const { parts, sent } = roomOf();

    expect(await tellPlayer(parts, 'ann', event)).toEqual({ sent: 2, gone: 0, failed: [] });

    expect(sent).toEqual(['c-0 capture_attempt', 'c-1 capture_attempt']);
  });

  it.each([1, 2])('who is not reached on %i of them is told again: that is an error, with its cause', async (count) => {
    const untold = tellPlayer(roomOf(count).parts, 'ann', event);

    await expect(untold).rejects.toThrow(UntoldError);
    await expect(untold).rejects.toMatchObject({
      name: 'UntoldError',
      code: 'UNTOLD',
      message: `${count} open connection(s) of the player were not reached`,
      cause: 'no way to c-0',
    });
  });
});

describe('everybody', () => {
  it.each([
    [0, []],
    [1, [['1 connection(s) were not reached', 'no way to c-0']]],
    [2, [['2 connection(s) were not reached', 'no way to c-0']]],
  ])('is told, but for %i who are not reached, which is only worth a warning', async (count, expected) => {
    const { parts, sent, warnings } = roomOf(count);

    await tellAll(parts, event);

    expect(sent).toHaveLength(3 - count);
    expect(warnings).toEqual(expected);
  });
});

describe('an attempt in line', () => {
  async function attempt(overrides: Partial<Attempt>) {
    const { parts, sent } = roomOf();
    const tables = tablesInMemory([wildOf()]);
    const { wildTable: wilds, attemptsTable: attempts, collectionTable: collection, rankingTable: ranking } = tables;
    const decided = await captureInLine(
      { ...parts, wilds, attempts, collection, ranking, now: () => NOW_MS },
      attemptOf(overrides),
    );
    return { decided, sent, collected: tables.collection.size, counted: tables.captures.get('ann') };
  }

  it('that gets a unit is collected, counted, and told to all and to its player', async () => {
    expect(await attempt({})).toMatchObject({
      decided: { outcome: 'captured' },
      sent: [
        ...['c-0 unit_taken', 'c-1 unit_taken', 'c-2 unit_taken'],
        ...['c-0 capture_succeeded', 'c-1 capture_succeeded'],
      ],
      collected: 1,
      counted: 1,
    });
  });

  it('that gets none is told to its player only', async () => {
    expect(await attempt({ thrownAtMs: NOW_MS + 60_000 })).toMatchObject({
      decided: { outcome: 'gone' },
      sent: ['c-0 capture_failed', 'c-1 capture_failed'],
      collected: 0,
      counted: undefined,
    });
  });
});
