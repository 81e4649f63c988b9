import { expect, it } from '@jest/globals';
import { readCompose } from '../../packages/local-aws/compose.ts';
import { removalOrder } from '../slsRuns.ts';
import { ROOT } from '../workspace.ts';

const named = (groups: { name: string }[][]) => groups.map((group) => group.map(({ name }) => name));

it('removes a service before those that it takes from, and at once what nobody waits for', () => {
  const services = [
    { name: 'identity', dependsOn: [] },
    { name: 'mafia', dependsOn: [] },
    { name: 'fakemon', dependsOn: ['identity'] },
    { name: 'lobby', dependsOn: ['fakemon', 'identity'] },
  ];

  expect(named(removalOrder(services))).toEqual([['mafia', 'lobby'], ['fakemon'], ['identity']]);
});

it('takes a service alone, whatever it takes from', () => {
  expect(named(removalOrder([{ name: 'lobby', dependsOn: ['fakemon'] }]))).toEqual([['lobby']]);
});

it('finds an order for all services there are', () => {
  const services = readCompose(ROOT);

  expect(removalOrder(services).flat()).toHaveLength(services.length);
});
