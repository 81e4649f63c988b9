import { type Game, learn, type News, nothingKnown } from '../src/fakemon/known.ts';
import type { Told } from '../src/fakemon/messages.ts';
import type { Capture, Sighting } from '../src/fakemon/shapes.ts';

/** Builders of what Fakémon's page hears. */

/** When a test begins, by the page's clock, which here goes as the service's does. */
export const START_MS = 1_000_000;

export const sighting = (overrides: Partial<Sighting> = {}): Sighting => ({
  fakemonId: 'f1',
  species: 'zaplet',
  x: 500,
  y: 500,
  units: 1,
  unitsLeft: overrides.units ?? 1,
  appearsAtMs: START_MS - 10_000,
  expiresAtMs: START_MS + 60_000,
  ...overrides,
});

export const capture = (attemptId: string, overrides: Partial<Capture> = {}): Capture => ({
  attemptId,
  fakemonId: 'f1',
  species: 'zaplet',
  capturedAtMs: START_MS,
  ...overrides,
});

/** An answer to `GET /world`, asked for `tookMs` before. */
export const world = (fakemon: readonly Sighting[], afterMs = 0, { tookMs = 0, aheadMs = 0 } = {}): News => ({
  kind: 'world',
  nowMs: START_MS + afterMs,
  sentAtMs: START_MS + afterMs - tookMs,
  told: { nowMs: START_MS + afterMs - tookMs / 2 + aheadMs, fakemon },
});

let events = 0;

/** An event with an id of its own, unless one is given. */
export const told = (content: Omit<Told, 'id'> & Partial<Pick<Told, 'id'>> & object, afterMs = 0): News => {
  events += 1;
  return { kind: 'told', nowMs: START_MS + afterMs, told: { id: `event-${events}`, ...content } as Told };
};

export const taken = (unitsLeft: number, afterMs = 0, id?: string): News =>
  told(
    { type: 'taken', fakemonId: 'f1', species: 'zaplet', unitsLeft, by: 'ben', ...(id && { id }) } as Omit<Told, 'id'>,
    afterMs,
  );

export const thrown = (attemptId: string, afterMs = 0): News => ({
  kind: 'thrown',
  nowMs: START_MS + afterMs,
  attemptId,
  target: sighting(),
});

/** What is known after all of this. */
export const after = (...news: News[]): Game => news.reduce(learn, nothingKnown);
