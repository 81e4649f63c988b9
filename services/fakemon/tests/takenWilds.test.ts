import { describe, expect, it } from '@jest/globals';
import { rememberingTaken } from '../domain/takenWilds.ts';
import type { Wild } from '../domain/wild.ts';
import { attemptOf, tablesInMemory, wildOf } from './parts.ts';

function setUp(wilds: Wild[]) {
  const { wildTable, world } = tablesInMemory(wilds);
  const asked: string[] = [];
  const remembering = rememberingTaken({
    find: (id) => {
      asked.push(id);
      return wildTable.find(id);
    },
    take: wildTable.take,
  });
  return { remembering, world, asked };
}

describe('a fakémon of which nothing is left', () => {
  it('is looked at once', async () => {
    const gone = wildOf({ unitsLeft: 0, takenBy: 'Ann' });
    const { remembering, asked } = setUp([gone]);

    expect([await remembering.find('f-1'), await remembering.find('f-1')]).toEqual([gone, gone]);
    expect(asked).toEqual(['f-1']);
  });

  it('is known by whoever came too late for its last unit', async () => {
    const seen = wildOf();
    const { remembering, world, asked } = setUp([seen]);
    const gone = { ...seen, unitsLeft: 0, takenBy: 'Ben' };
    world.set('f-1', gone);

    expect(await remembering.take(seen, attemptOf(), { unitsLeft: 0, atMs: 1 })).toEqual({ refused: gone });
    expect(await remembering.find('f-1')).toEqual(gone);
    expect(asked).toEqual([]);
  });

  it('is forgotten when five hundred others are', async () => {
    const many = Array.from({ length: 501 }, (_, at) => wildOf({ fakemonId: `f-${at}`, unitsLeft: 0 }));
    const { remembering, asked } = setUp(many);
    for (const { fakemonId } of many) await remembering.find(fakemonId);
    asked.splice(0);

    for (const id of ['f-500', 'f-1', 'f-0']) await remembering.find(id);
    expect(asked).toEqual(['f-0']);
  });
});

it('a fakémon of which something is left, or that is not there, is looked at each time', async () => {
  const { remembering, asked } = setUp([wildOf({ units: 2, unitsLeft: 1 })]);

  for (const id of ['f-1', 'f-1', 'none', 'none']) await remembering.find(id);

  expect(asked).toEqual(['f-1', 'f-1', 'none', 'none']);
});
