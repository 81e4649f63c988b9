import { describe, expect, it } from '@jest/globals';
import { areApart, SEAT_SIZES, seatsAround } from '../src/mafia/ring.ts';

const NOTHING = { width: 0, height: 0 };

/** In rem, as the page lays them out; what is told stands in the middle of a wide room, and above an upright one. */
const told = (players: number) => (players > 16 ? { width: 18, height: 5.6 } : { width: 22, height: 7.4 });
const upright = (players: number) => (players > 16 ? 43.2 : players > 8 ? 29.2 : 19.7);
const ROOMS: Record<
  string,
  (players: number) => { width: number; height: number; middle: { width: number; height: number } }
> = {
  'a desk of 1280 x 800': (players) => ({ width: 57, height: 21, middle: told(players) }),
  'a projector of 1920 x 1080': (players) => ({ width: 60, height: 27, middle: told(players) }),
  'a phone': (players) => ({ width: 23.6, height: upright(players), middle: NOTHING }),
  'a window of 320 px': (players) => ({ width: 19.2, height: upright(players), middle: NOTHING }),
};

describe.each(Object.entries(ROOMS))('seats on %s', (_name, roomFor) => {
  it('stand within the room, none over another or over what is told, from 3 players to 32', () => {
    for (let players = 3; players <= 32; players += 1) {
      const { width, height, middle } = roomFor(players);

      const { places, size } = seatsAround(players, { width, height }, middle);

      const seat = SEAT_SIZES[size];
      expect(places).toHaveLength(players);
      expect({ players, isApart: areApart(places, seat) }).toEqual({ players, isApart: true });
      for (const { x, y } of places) {
        const isBeside = Math.abs(x - width / 2) >= (seat.width + middle.width) / 2;
        const isAboveOrBelow = Math.abs(y - height / 2) >= (seat.height + middle.height) / 2;
        expect({ players, isClear: isBeside || isAboveOrBelow }).toEqual({ players, isClear: true });
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
    const { places, size } = seatsAround(8, { width: 57, height: 22 }, { width: 22, height: 7.4 });

    expect(size).toBe('large');
    expect(places[0]?.x).toBeCloseTo(28.5);
    expect(Math.min(...places.map(({ y }) => y))).toBe(places[0]?.y);
  });

  it('gives a thumb at least 44 pixels by 40', () => {
    const { size } = seatsAround(32, { width: 19.2, height: 43.2 }, NOTHING);

    expect(SEAT_SIZES[size].width * 16).toBeGreaterThanOrEqual(44);
    expect(SEAT_SIZES[size].height * 16).toBeGreaterThanOrEqual(40);
  });

  it('is laid in a room without size, too', () => {
    expect(seatsAround(32, NOTHING, NOTHING).places).toHaveLength(32);
  });
});
