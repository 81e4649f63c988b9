import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onceEach } from '@arcade/events/testing';
import { FunctionFailed, type LocalAws, PATIENCE_MS } from '@arcade/local-aws/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import fc from 'fast-check';
import { receivedBy, startMafia } from './aws.ts';
import { type Hands, handsOf, livingIn, playDue, type Reply } from './table.ts';

let aws: LocalAws;
let hands: Hands;

beforeAll(async () => {
  aws = await startMafia();
  hands = handsOf(aws.invoke);
}, PATIENCE_MS);

afterAll(() => aws.stop());

describe('the function that shows the game', () => {
  it(
    'is denied the table itself, by its role',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'nosy-'));
      const file = join(folder, 'gameState.cjs');
      let nosy: LocalAws | undefined;
      let denied: unknown;
      try {
        nosy = await startMafia();
        await build({
          entryPoints: [`${import.meta.dirname}/nosyGameState.ts`],
          outfile: file,
          bundle: true,
          platform: 'node',
          format: 'cjs',
          logLevel: 'silent',
        });
        await nosy.cloud.functions.setCode('mafia-local-game-state', {
          kind: 'bundle',
          file,
          handler: 'gameState.handler',
        });
        const { gameId = '' } = await handsOf(nosy.invoke).newGame();

        denied = await nosy.invoke('mafia-local-game-state', { gameId }).catch((error: unknown) => error);
      } finally {
        rmSync(folder, { recursive: true });
        await nosy?.stop();
      }

      expect(denied).toBeInstanceOf(FunctionFailed);
      expect((denied as FunctionFailed).errorType).toBe('AccessDeniedException');
      expect((denied as FunctionFailed).message).toMatch(
        /mafia-local-gameState.*dynamodb:Query.*table\/mafia-local-games/,
      );
    },
    PATIENCE_MS,
  );
});

/** All lines that a story may have; what names a player as mafia stands only where that player is out. */
const LINES: readonly [line: RegExp, namesTheUncovered: boolean][] = [
  [/^New game started with .+$/, false],
  [/^Night, time to sleep$/, false],
  [/^Mafia awakes$/, false],
  [/^Mafia kills (?<out>\S+)$/, true],
  [/^Mafia sleeps$/, false],
  [/^Day, time to wake up!$/, false],
  [/^Players see the dead body and makes their accusations$/, false],
  [/^\S+ blames on \S+$/, false],
  [/^Most accused: .+$/, false],
  [/^Who is the Mafia\?$/, false],
  [/^Mafia has (not )?been uncovered!$/, false],
  [/^Guilty member of mafia (?<out>\S+) has been sentenced!$/, true],
  [/^Innocent (?<out>\S+) has been sentenced unfairly$/, true],
  [/^Game Over!$/, false],
  [/^All innocent people has been killed by Mafia$/, false],
  [/^Mafia have won this game!$/, false],
  [/^All members of mafia have been sentenced$/, false],
  [/^Innocent people have won this game!$/, false],
];

function checkLine(line: string, living: readonly string[]): void {
  const known = LINES.find(([pattern]) => pattern.test(line));
  if (!known) throw new Error(`a line that nobody has thought about: ${line}`);
  const out = known[0].exec(line)?.groups?.out;
  if (out !== undefined) expect(living).not.toContain(out);
}

/** The fields that an answer may have at all: a new one must be thought about here first. */
const FIELDS = new Set([
  'gameId',
  'message',
  'turn',
  'turnsPlayed',
  'outcome',
  'players',
  'accusations',
  'mostAccused',
]);

/**
 * The same for the details of events. `correctly` comes with the player who is out by it, `mafia` is how many there are, `days` how many
 * sentences a game that is over has had: everybody has heard them.
 */
const TOLD = new Set([
  'gameId',
  'players',
  'mafia',
  'name',
  'accusations',
  'mostAccused',
  'correctly',
  'outcome',
  'days',
]);

describe('who is mafia', () => {
  it(
    'stands in nothing that leaves the service before that player is out',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 3, max: 12 }), fc.infiniteStream(fc.nat()), async (players, choices) => {
          const since = aws.cloud.journal.lastSeq;
          let state: Reply = await hands.newGame({ players, mafia: Math.ceil(players / 2) - 1 });
          const { gameId = '', players: dealt = [] } = state;
          const seats = dealt.map(({ name }) => name);

          for (let turns = 0; !state.outcome && turns < 100; turns += 1) {
            const living = livingIn(state);
            for (const line of state.message ?? []) checkLine(line, living);
            expect(Object.keys(state).filter((field) => !FIELDS.has(field))).toEqual([]);
            expect(state.players?.map(({ name }) => name)).toEqual(seats);
            const seen = JSON.stringify(await hands.see(gameId));
            expect(seen).not.toMatch(/TrueIdentity|"Mafia"|"Innocent"/);
            state = await playDue(
              hands,
              { ...state, gameId },
              (names) => names[(choices.next().value as number) % names.length] ?? '',
            );
          }

          // What went over the topic, and every hop that led to it.
          await aws.idle();
          const events = onceEach(await receivedBy(aws));
          expect(events.length).toBeGreaterThan(2);
          expect(JSON.stringify([events, aws.journal(since), state])).not.toMatch(/TrueIdentity|"Mafia"|"Innocent"/);
          for (const { detail } of events) expect(Object.keys(detail).filter((field) => !TOLD.has(field))).toEqual([]);
        }),
        { numRuns: 10 },
      );
    },
    PATIENCE_MS,
  );

  it('stands in no log', async () => {
    const { gameId = '', players = [] } = await hands.newGame({ players: 6, mafia: 2 });
    await hands.night(gameId);
    await hands.day(gameId);
    await hands.judge(gameId, 'Nobody');

    const logs = ['new-game', 'night-turn', 'day-turn', 'judgement'].flatMap((name) => aws.logs(`mafia-local-${name}`));

    expect(logs.length).toBeGreaterThan(0);
    for (const line of logs) {
      expect(line).not.toMatch(/TrueIdentity|Innocent/);
      for (const { name } of players) expect(line).not.toContain(name);
    }
  });
});
