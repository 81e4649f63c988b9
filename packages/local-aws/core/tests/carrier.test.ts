import { describe, expect, it } from '@jest/globals';
import { createCarrier } from '../carrier.ts';
import { createVirtualClock } from '../clock.ts';
import { type FaultMarks, type FaultPlan, Faults } from '../faults.ts';
import { Journal } from '../journal.ts';

function start(rules: FaultPlan['rules'] = []) {
  const marks: FaultMarks[] = [];
  const clock = createVirtualClock();
  const carrier = createCarrier({ clock, faults: new Faults({ rules }, new Journal(clock)) });
  const arrived: string[] = [];
  const send = (target: string, name: string) =>
    carrier.carry('sns', target, async (mark) => {
      arrived.push(name);
      marks.push(mark);
    });
  return { clock, arrived, marks, send };
}

const reorder = (target: string) => ({ match: { target }, reorder: { probability: 1, maxMs: 1000 } });

describe('a carrier', () => {
  it('sends nothing before the call that hands a message over has returned', async () => {
    const { clock, arrived, send } = start();

    send('t', 'a');
    const atReturn = [...arrived];
    await clock.idle();

    expect([atReturn, arrived]).toEqual([[], ['a']]);
  });

  it('lets a held message go once another to its target has passed', async () => {
    const { clock, arrived, send } = start([reorder('t')]);
    send('t', 'first');
    await clock.idle();

    send('other', 'elsewhere');
    await clock.idle();
    expect(arrived).toEqual(['elsewhere']);

    await clock.advance(999);
    expect(arrived).toEqual(['elsewhere']);
    await clock.advance(1);
    expect(arrived).toEqual(['elsewhere', 'first']);
  });

  it('tells what was done to a message: which copy it is by its arrival, how long it was held back', async () => {
    const delay = { probability: 1, maxMs: 1000 };
    const doubled = start([{ match: {}, duplicate: 1, delay }]);
    const overtaken = start([reorder('t')]);
    const untouched = start();

    for (const { clock, send } of [doubled, overtaken, untouched]) {
      send('t', 'a');
      await clock.advance(2000);
    }

    expect(doubled.marks).toEqual([{ delayMs: expect.any(Number) }, { copy: 2, delayMs: expect.any(Number) }]);
    expect(Number(doubled.marks[0]?.delayMs)).toBeLessThanOrEqual(Number(doubled.marks[1]?.delayMs));
    expect(overtaken.marks).toEqual([{ reordered: true }]);
    expect(untouched.marks).toEqual([{}]);
  });

  it('lets messages go in the order in which they were held, when all are held', async () => {
    const { clock, arrived, send } = start([reorder('t')]);

    send('t', 'a');
    await clock.advance(500);
    send('t', 'b');
    await clock.advance(1000);

    expect(arrived).toEqual(['a', 'b']);
  });
});
