import { captureFailed, captureSucceeded, fakemonAppeared } from '@arcade/events/contracts/fakemon';
import { happened } from '@arcade/events/contracts/lobby';
import { gameEnded, gameStarted, playerKilled, playerSentenced } from '@arcade/events/contracts/mafia';
import { ballHit, gameWon, letCalled, pointScored } from '@arcade/events/contracts/ping-pong';
import { directiveAnswered } from '@arcade/events/contracts/smart-home';
import { statusUpdated } from '@arcade/events/contracts/space-invaders';
import { buildEvent } from '@arcade/events/testing';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { happenedOf, happeningOf } from '../domain/happening.ts';
import { type Telling, TOLD } from '../domain/sentences.ts';
import { NOW_MS } from './parts.ts';

const SUB = '11111111-1111-4111-8111-111111111111';
const score = { ping: 8, pong: 11 };
const attempt = { player: SUB, name: 'Ann', attemptId: 'a-1', fakemonId: 'f-1' };
const status = { sessionId: 's-1', player: SUB, name: 'Ann', trial: 2, sequence: 90, sentAtMs: NOW_MS, shots: 40 };
const answered = { directiveId: 'd-1', home: '0123abcd', endpointId: 'bulb-1', api: 'push', afterMs: 812 } as const;
const appeared = { fakemonId: 'f-1', x: 1, y: 2, appearsAtMs: NOW_MS, expiresAtMs: NOW_MS + 1 };

const LONG = 'x'.repeat(500);
const taken = buildEvent(captureFailed, { ...attempt, reason: 'taken', species: 'pebblo', lateMs: 38, takenBy: 'Ben' });

/** What is said of each event: a row is an event's contract and detail, the sentence, and some of the facts. */
const SAID: readonly (readonly [Telling, string, object])[] = [
  [buildEvent(ballHit, { rally: 1_041, stroke: 1, by: 'ping' }), 'Ping serves: rally 1,041 is on.', { by: 'ping' }],
  [
    buildEvent(pointScored, { rally: 41, strokes: 13, winner: 'pong', game: 4, score: { ping: 2, pong: 3 } }),
    'Pong wins rally 41 after 13 strokes. Game 4: Ping 2, Pong 3.',
    { rally: 41, strokes: 13, winner: 'pong', game: 4, ping: 2, pong: 3 },
  ],
  [
    buildEvent(pointScored, { rally: 1, strokes: 1, winner: 'ping', game: 1, score: { ping: 1, pong: 0 } }),
    'Ping wins rally 1 after one stroke. Game 1: Ping 1, Pong 0.',
    { strokes: 1 },
  ],
  [
    buildEvent(gameWon, { game: 4, winner: 'pong', score, games: { ping: 1, pong: 3 } }),
    'Pong takes game 4 by 11 to 8. Games: Ping 1, Pong 3.',
    { game: 4, winner: 'pong', ping: 8, pong: 11, pingGames: 1, pongGames: 3 },
  ],
  [
    buildEvent(letCalled, { rally: 7, strokes: 200, reason: 'stroke-limit' }),
    'Rally 7 ends undecided after 200 strokes.',
    { reason: 'stroke-limit' },
  ],
  [
    buildEvent(letCalled, { rally: 7, strokes: 2, reason: 'ball-lost' }),
    'The ball of rally 7 is lost after two strokes: no point.',
    { rally: 7, strokes: 2 },
  ],
  [
    buildEvent(gameStarted, { gameId: 'g-1', players: Array(8).fill('Ann'), mafia: 3 }),
    'Night falls on TOWN: three of its eight people are mafia.',
    { gameId: 'g-1', town: expect.any(String), players: 8, mafia: 3 },
  ],
  [
    buildEvent(gameStarted, { gameId: 'g-1', players: Array(14).fill('Ann'), mafia: 1 }),
    'Night falls on TOWN: one of its 14 people is mafia.',
    {},
  ],
  [buildEvent(playerKilled, { gameId: 'g-1', name: 'Ann' }), 'Ann does not wake up in TOWN.', { name: 'Ann' }],
  [
    buildEvent(playerKilled, { gameId: 'g-1', name: LONG }),
    `${'x'.repeat(63)}… does not wake up in TOWN.`,
    { name: `${'x'.repeat(63)}…` },
  ],
  [
    buildEvent(playerSentenced, { gameId: 'g-1', name: 'Ben', correctly: true }),
    'TOWN sentences Ben, who was mafia.',
    { correctly: true },
  ],
  [
    buildEvent(playerSentenced, { gameId: 'g-1', name: 'Ben', correctly: false }),
    'TOWN sentences Ben, who was innocent.',
    { correctly: false },
  ],
  [
    buildEvent(gameEnded, { gameId: 'g-1', outcome: 'mafia', days: 3 }),
    'The mafia have taken TOWN.',
    { outcome: 'mafia', days: 3 },
  ],
  [
    buildEvent(gameEnded, { gameId: 'g-1', outcome: 'innocents', days: 1 }),
    'TOWN has found all of its mafia in one day.',
    { days: 1 },
  ],
  [buildEvent(gameEnded, { gameId: 'g-1', outcome: 'innocents' }), 'TOWN has found all of its mafia.', {}],
  [
    buildEvent(fakemonAppeared, { ...appeared, species: 'pebblo', units: 3 }),
    'A Pebblo appears: three are to be had.',
    { ...appeared, species: 'pebblo', units: 3 },
  ],
  [
    buildEvent(fakemonAppeared, { ...appeared, species: 'emberling', units: 1 }),
    'An Emberling appears: one is to be had.',
    {},
  ],
  [
    buildEvent(captureSucceeded, { ...attempt, species: 'pebblo', unitsLeft: 1, capturedAtMs: NOW_MS }),
    'Ann caught a Pebblo: one is left.',
    { fakemonId: 'f-1', name: 'Ann', species: 'pebblo', unitsLeft: 1 },
  ],
  [
    buildEvent(captureSucceeded, { ...attempt, species: 'emberling', unitsLeft: 0, capturedAtMs: NOW_MS }),
    'Ann caught an Emberling: none are left.',
    {},
  ],
  [
    taken,
    'Ann threw 38 ms too late: Ben has the last Pebblo.',
    { lateMs: 38, takenBy: 'Ben', reason: 'taken', species: 'pebblo', name: 'Ann', fakemonId: 'f-1' },
  ],
  [
    // Longer than fakemon's contract lets them be by now: names have the same room, whoever they come from.
    { ...taken, detail: { ...taken.detail, name: LONG, takenBy: LONG } },
    `${'x'.repeat(63)}… threw 38 ms too late: ${'x'.repeat(63)}… has the last Pebblo.`,
    { name: `${'x'.repeat(63)}…`, takenBy: `${'x'.repeat(63)}…` },
  ],
  [
    buildEvent(captureFailed, { ...attempt, reason: 'taken', species: 'pebblo' }),
    'Ann threw too late: the last Pebblo was gone.',
    {},
  ],
  [
    buildEvent(captureFailed, { ...attempt, reason: 'gone', species: 'pebblo', lateMs: 1_500 }),
    'Ann threw 1.5 s too late: the Pebblo had left.',
    {},
  ],
  [
    buildEvent(captureFailed, { ...attempt, reason: 'dodged', species: 'gustrel' }),
    'A Gustrel dodges the throw of Ann.',
    {},
  ],
  [buildEvent(captureFailed, { ...attempt, reason: 'unknown' }), 'Ann threw at nothing.', { reason: 'unknown' }],
  [
    buildEvent(statusUpdated, { ...status, score: 12_300, lives: 0, level: 3 }),
    'Ann says the last life is gone, at 12,300 points on level 3.',
    { sessionId: 's-1', name: 'Ann', trial: 2, score: 12_300, lives: 0, level: 3, shots: 40 },
  ],
  [
    buildEvent(statusUpdated, { ...status, score: 10, lives: 2, level: 1 }),
    'Ann says there are 10 points on level 1.',
    { lives: 2 },
  ],
  [
    buildEvent(directiveAnswered, { ...answered, outcome: 'response', power: 'ON', brightness: 40 }),
    'Alexa hears after 812 ms that a bulb is at 40 %.',
    {
      home: '0123abcd',
      endpointId: 'bulb-1',
      api: 'push',
      outcome: 'response',
      power: 'ON',
      brightness: 40,
      afterMs: 812,
    },
  ],
  [
    buildEvent(directiveAnswered, { ...answered, outcome: 'response', power: 'OFF', brightness: 40 }),
    'Alexa hears after 812 ms that a bulb is off.',
    {},
  ],
  [
    buildEvent(directiveAnswered, { ...answered, outcome: 'response', power: 'ON' }),
    'Alexa hears after 812 ms that a bulb is on.',
    {},
  ],
  [
    buildEvent(directiveAnswered, { ...answered, outcome: 'response' }),
    'Alexa hears after 812 ms that a bulb has done what it was told.',
    {},
  ],
  [
    buildEvent(directiveAnswered, { ...answered, outcome: 'error', error: 'ENDPOINT_UNREACHABLE', afterMs: 5_000 }),
    'Alexa hears after 5.0 s that a bulb did not obey: endpoint unreachable.',
    { error: 'ENDPOINT_UNREACHABLE' },
  ],
  [
    buildEvent(directiveAnswered, { ...answered, outcome: 'error' }),
    'Alexa hears after 812 ms that a bulb did not obey.',
    {},
  ],
  [
    buildEvent(directiveAnswered, { ...answered, outcome: 'late', afterMs: 7_240 }),
    'The answer to Alexa was ready after 7.2 s, too late: she is not told.',
    { outcome: 'late' },
  ],
];

describe('what is said', () => {
  it.each(SAID)('of %j', (event, sentence, facts) => {
    const happening = happeningOf(event);
    const { town = '' } = happening.facts;

    expect(happening.sentence).toBe(sentence.replace('TOWN', String(town)));
    expect(happening.facts).toMatchObject(facts);
    expect(happening).toMatchObject({ about: event.type, atMs: NOW_MS, chain: event.correlationId });
    expect(event.source).toBe(happening.cabinet);
  });

  it('is something of every event that comes over topics and the bus', () => {
    const said = new Set(SAID.map(([{ type }]) => type));

    expect(TOLD.map(({ type }) => type).filter((type) => !said.has(type))).toEqual([]);
  });

  it.each(SAID)('names no player’s sub and no undefined, and fits its contract, of %j', (event) => {
    const pushed = happenedOf(happeningOf({ ...event, id: `${SUB}.${event.id}`, causationId: `${SUB}.cause` }));

    expect(JSON.stringify(pushed)).not.toContain(SUB);
    expect(pushed).toEqual(z.parse(happened.schema, pushed));
    expect(Object.values(pushed.detail.facts)).not.toContain(undefined);
    expect(pushed).toMatchObject({ correlationId: event.correlationId, time: event.time });
  });
});

describe('a happening', () => {
  const [event] = SAID[1] as (typeof SAID)[number];

  it('is the same whenever it is made of an event, and another for another event', () => {
    expect(happeningOf({ ...event })).toEqual(happeningOf(event));
    expect(happeningOf({ ...event, id: 'other' }).happeningId).not.toBe(happeningOf(event).happeningId);
    expect(happenedOf(happeningOf(event)).id).toBe(happenedOf(happeningOf({ ...event })).id);
  });

  it('is one for all statuses that say that a trial is over, and one for each that does not', () => {
    const of = (sequence: number, lives: number, trial = 2) =>
      happeningOf(buildEvent(statusUpdated, { ...status, sequence, trial, score: 10, lives, level: 1 })).happeningId;

    expect(of(91, 0)).toBe(of(90, 0));
    expect(of(1, 0, 3)).not.toBe(of(90, 0));
    expect(of(91, 1)).not.toBe(of(90, 1));
  });
});
