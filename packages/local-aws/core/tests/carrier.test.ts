import { describe, expect, it } from '@jest/globals';
import { createCarrier } from '../carrier.ts';
import { createVirtualClock } from '../clock.ts';
import { type FaultPlan, Faults } from '../faults.ts';
import { Journal } from '../journal.ts';

function start(rules: FaultPlan['rules'] = []) {
  const clock = createVirtualClock();
  const carrier = createCarrier({ clock, faults: new Faults({ rules }, new Journal(clock)) });
  const arrived: string[] = [];
  const send = (target: string, name: string) =>
    carrier.carry('sns', target, async () => {
      arrived.push(name);
    });
  return { clock, arrived, send };
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

  it('lets messages go in the order in which they were held, when all are held', async () => {
    const { clock, arrived, send } = start([reorder('t')]);

    send('t', 'a');
    await clock.advance(500);
    send('t', 'b');
    await clock.advance(1000);

    expect(arrived).toEqual(['a', 'b']);
  });
});
