import { describe, expect, it } from '@jest/globals';
import { areApart, SEAT_SIZES, seatsAround } from '../src/mafia/ring.ts';

/** In rem, as the page lays them out. */
const ROOMS = {
  'a desk of 1280 x 800': (_players: number) => [57, 24],
  'a projector of 1920 x 1080': (_players: number) => [60, 30],
  'a phone': (players: number) => [23.6, players > 16 ? 43.2 : players > 8 ? 29.2 : 22.2],
  'a window of 320 px': (players: number) => [19.2, players > 16 ? 43.2 : players > 8 ? 29.2 : 22.2],
} as const;

describe.each(Object.entries(ROOMS))('seats on %s', (_name, roomFor) => {
  it('stand within the room, none over another, from 3 players to 32', () => {
    for (let players = 3; players <= 32; players += 1) {
      const [width = 0, height = 0] = roomFor(players);

      const { places, size } = seatsAround(players, width, height);

      const seat = SEAT_SIZES[size];
      expect(places).toHaveLength(players);
      expect({ players, isApart: areApart(places, seat) }).toEqual({ players, isApart: true });
      for (const { x, y } of places) {
        expect(x - seat.width / 2).toBeGreaterThanOrEqual(0);
        expect(x + seat.width / 2).toBeLessThanOrEqual(width);
        expect(y - seat.height / 2).toBeGreaterThanOrEqual(0);
        expect(y + seat.height / 2).toBeLessThanOrEqual(height);
      }
    }
  });
});

describe('a table', () => {
  it('is one ring with large seats where few sit at it, and begins at the top', () => {
    const { places, size } = seatsAround(8, 57, 24);

    expect(size).toBe('large');
    expect(places[0]?.x).toBeCloseTo(28.5);
    expect(Math.min(...places.map(({ y }) => y))).toBe(places[0]?.y);
  });

  it('gives a thumb at least 44 pixels by 40', () => {
    const { size } = seatsAround(32, 19.2, 43.2);

    expect(SEAT_SIZES[size].width * 16).toBeGreaterThanOrEqual(44);
    expect(SEAT_SIZES[size].height * 16).toBeGreaterThanOrEqual(40);
  });

  it('is laid in a room without size, too', () => {
    expect(seatsAround(32, 0, 0).places).toHaveLength(32);
  });
});
