import { describe, expect, it } from '@jest/globals';
import { Refused, type Service } from '../client.ts';
import { nameToHost } from '../hostedAlready.ts';

const service = (status: Service['status'], more: Partial<Service> = {}): Service => ({
  name: 'mafia',
  stage: 'local',
  status,
  ...more,
});
/** What a command that needs mafia finds, when local-aws says this, time after time. */
function nameWhen(answers: Service[][], { stage = 'local', params = {} } = {}) {
  const waiting = [...answers];
  return nameToHost(async () => waiting.shift() ?? [], { name: 'mafia', stage, params });
}

describe('a service that a command needs', () => {
  it('is hosted under its name when it does not run', async () => {
    expect(await nameWhen([[service('serves', { name: 'ping-pong' })]])).toBe('mafia');
  });

  it('is used as it runs, after its start when it is starting', async () => {
    expect(await nameWhen([[service('starting')], [service('starting')], [service('serves')]])).toBeUndefined();
  });

  it.each(['broken', 'failed'] as const)('is refused with what is wrong when it is %s', async (status) => {
    const named = nameWhen([[service('starting')], [service(status, { error: 'turn.ts:3: no code' })]]);

    await expect(named).rejects.toThrow(Refused);
    await expect(named).rejects.toThrow('turn.ts:3: no code');
  });

  it('is hosted beside another stage of it', async () => {
    expect(await nameWhen([[service('serves')]], { stage: 'dev' })).toBe('mafia-dev');
    expect(
      await nameWhen([[service('serves'), service('serves', { name: 'mafia-dev', stage: 'dev' })]], { stage: 'dev' }),
    ).toBeUndefined();
  });

  it('is not changed by params while it runs', async () => {
    const params = { turnMs: '500' };

    await expect(nameWhen([[service('serves')]], { params })).rejects.toThrow('--param turnMs would change it');
    expect(await nameWhen([[service('serves')]], { stage: 'dev', params })).toBe('mafia-dev');
  });
});
