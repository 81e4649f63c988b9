import { describe, expect, it } from '@jest/globals';
import { furniture } from '../src/smart-home/furniture.ts';
import type { Bulb, Home } from '../src/smart-home/home.ts';
import { DRAWING, facesOf, onFloor, project, ROOM } from '../src/smart-home/iso.ts';
import { lampsOf } from '../src/smart-home/lamps.ts';
import { blushing, shownOf } from '../src/smart-home/looks.ts';
import { homeIn } from '../src/smart-home/reading.ts';
import { standInBulbs } from './smartHomeStandIn.ts';

const OFF = { power: 'OFF', brightness: 80 } as const;
const ON = { power: 'ON', brightness: 80 } as const;
const DIM = { power: 'ON', brightness: 20 } as const;

const bulb = (more: Partial<Bulb> = {}): Bulb => ({
  ...{ deviceId: 'a', name: 'lamp', api: 'optimistic', state: OFF, alexa: OFF, reachable: true },
  ...more,
});
const home = (...bulbs: Bulb[]): Home => ({ ...homeIn({}), bulbs });

describe('the room', () => {
  it('lies on its drawing, to the last corner', () => {
    const corners = [0, ROOM.x].flatMap((x) =>
      [0, ROOM.y].flatMap((y) => [0, ROOM.z].map((z) => project({ x, y, z }))),
    );

    expect(corners.filter(({ x, y }) => x < 0 || y < 0 || x > DRAWING.width || y > DRAWING.height)).toEqual([]);
  });

  it('holds all that stands in it', () => {
    expect(
      furniture.filter(({ x, y, z, dx, dy, dz }) => x + dx > ROOM.x || y + dy > ROOM.y || z + dz > ROOM.z),
    ).toEqual([]);
  });

  it('shows three faces of a thing, and one of what lies flat', () => {
    const at = { x: 1, y: 1, z: 0, dx: 1, dy: 1 };

    expect(Object.keys(facesOf({ ...at, dz: 1 }))).toEqual(['top', 'left', 'right']);
    expect(Object.keys(facesOf({ ...at, dz: 0 }))).toEqual(['top']);
    expect(onFloor(1).rx).toBeGreaterThan(onFloor(1).ry);
  });

  it('has a lamp of its own for each bulb of a home, in the place that its name says', () => {
    const lamps = lampsOf(home(...(standInBulbs() as Bulb[])).bulbs);

    expect(lamps.size).toBe(8);
    expect(new Set(lamps.values()).size).toBe(8);
    expect(lamps.get('kitchen-light')?.fixture).toBe('pendant');
    expect(lamps.get('garden-light')?.fixture).toBe('floor');
  });

  it('has a place for a bulb whose name says nothing, and leaves those to others that theirs says', () => {
    const lamps = lampsOf([bulb({ deviceId: 'x', name: 'thing' }), bulb({ deviceId: 'k', name: 'kitchen light' })]);

    expect(lamps.get('k')?.fixture).toBe('pendant');
    expect(lamps.get('x')).toBeDefined();
    expect(lamps.get('x')).not.toBe(lamps.get('k'));
  });
});

describe('a bulb', () => {
  it.each<[string, Partial<Bulb>, ReturnType<typeof shownOf>]>([
    ['off', {}, { look: 'off', light: 0, doubt: undefined }],
    ['on', { state: ON, alexa: ON }, { look: 'on', light: 80, doubt: undefined }],
    [
      'believed on before it is, where one may say so',
      { alexa: ON },
      { look: 'believed', light: 80, doubt: 'Alexa: on, 80 %' },
    ],
    [
      'off, whatever Alexa believes, where one may not',
      { api: 'push', alexa: ON },
      { look: 'off', light: 0, doubt: 'Alexa: on, 80 %' },
    ],
    [
      'on by a hand that nobody has told of',
      { api: 'polling', state: DIM },
      { look: 'on', light: 20, doubt: 'Alexa: off' },
    ],
    [
      'dimmer than Alexa believes',
      { api: 'sync', state: DIM, alexa: ON },
      { look: 'on', light: 20, doubt: 'Alexa: on, 80 %' },
    ],
    [
      'off at another brightness',
      { alexa: { power: 'OFF', brightness: 1 } },
      { look: 'off', light: 0, doubt: undefined },
    ],
    ['on where Alexa knows nothing', { state: ON, alexa: undefined }, { look: 'on', light: 80, doubt: undefined }],
  ])('looks as it is, an optimistic one as Alexa was told: %s', (_how, more, shown) => {
    expect(shownOf(bulb(more))).toEqual(shown);
  });

  describe('blushes', () => {
    const said = {
      ...{ id: 'said', text: 'turn on the lamp', saidAtMs: 1, steps: [], outcome: undefined },
      directive: { directive: { header: { name: 'TurnOn' }, endpoint: { endpointId: 'a' } } },
    };
    const told = (power: string) => ({
      ...{ id: 'told', text: '', saidAtMs: 2, directive: undefined, outcome: undefined },
      steps: [{ kind: 'change' as const, atMs: 2, speech: '', remark: '', message: reportOf(power) }],
    });
    const reportOf = (power: string) => ({
      event: {
        endpoint: { endpointId: 'a' },
        payload: { change: { properties: [{ name: 'powerState', value: power }] } },
      },
    });
    const before = { ...home(bulb({ alexa: ON })), exchanges: [said] };
    const after = (power: string, one = bulb()) => ({ ...home(one), exchanges: [told(power), said] });

    it('when what Alexa was told is taken back, once', () => {
      expect(blushing(before, after('OFF'))).toEqual(['a']);
      expect(blushing(after('OFF'), after('OFF'))).toEqual([]);
    });

    it('not when it was so, when it is on by now, or when the page has just been opened', () => {
      expect(blushing(before, after('ON', bulb({ state: ON, alexa: ON })))).toEqual([]);
      expect(blushing(before, after('OFF', bulb({ state: ON, alexa: ON })))).toEqual([]);
      expect(blushing(undefined, after('OFF'))).toEqual([]);
    });
  });
});
