import { describe, expect, it } from '@jest/globals';
import { Records } from '../api/records.ts';
import { Runs } from '../api/runs.ts';
import { createStacks } from '../stacks.ts';
import { BoxWorld, boxes, testCore } from './fakes.ts';

const uploads = {
  take: () => Promise.reject(new TypeError('there are no functions')),
  at: () => {
    throw new TypeError('there are no functions');
  },
};

/** A stack in the middle of something when local-aws ends, and what the next start makes of it. */
async function interrupted(status: string, goal: 'one' | 'two', made?: 'one') {
  const core = testCore();
  const stacks = createStacks(core, [new BoxWorld().type], { uploads });
  const template = (label: string) => boxes({ Box: { Label: label } });
  const before = new Records(core);
  const recorded = before.create('test', { tags: [], capabilities: [] });
  const runs = new Runs({ core, stacks, records: before });
  const hanging = new Runs({
    core,
    records: before,
    stacks: { ...forNothing(stacks), deploy: () => new Promise(() => {}) },
  });
  if (made) {
    runs.create(recorded, { template: template(made), parameters: {} });
    await core.clock.idle();
  }
  if (status.startsWith('CREATE')) hanging.create(recorded, { template: template(goal), parameters: {} });
  else if (status.startsWith('UPDATE')) hanging.update(recorded, { template: template(goal), parameters: {} });
  else before.stackEvent(recorded, status);
  const records = new Records(core);

  new Runs({ core, stacks, records }).resume();

  const { record, events } = records.get('test') ?? {};
  return { status: record?.status, reason: record?.reason, told: events?.at(-1)?.status };
}

const forNothing = (stacks: ReturnType<typeof createStacks>) => ({
  check: stacks.check.bind(stacks),
  requestOf: stacks.requestOf.bind(stacks),
  has: stacks.has.bind(stacks),
  remove: stacks.remove.bind(stacks),
});

describe('a stack that local-aws has left under way', () => {
  it.each([
    ['CREATE_IN_PROGRESS', 'one', undefined, 'ROLLBACK_COMPLETE'],
    ['CREATE_IN_PROGRESS', 'one', 'one', 'CREATE_COMPLETE'],
    ['UPDATE_IN_PROGRESS', 'two', 'one', 'UPDATE_ROLLBACK_COMPLETE'],
    ['UPDATE_IN_PROGRESS', 'one', 'one', 'UPDATE_COMPLETE'],
    ['DELETE_IN_PROGRESS', 'one', 'one', 'DELETE_FAILED'],
    ['DELETE_IN_PROGRESS', 'one', undefined, undefined],
  ] as const)('as %s to %s, with %s made, is %s', async (status, goal, made, expected) => {
    const found = await interrupted(status, goal, made);

    expect(found.status).toBe(expected);
    expect(found.told).toBe(expected);
    if (expected) expect(found.reason).toBe('local-aws ended while this was under way');
  });
});
