import { type StatusUpdated, statusUpdated } from '@arcade/events/contracts/space-invaders';
import { expect, it } from '@jest/globals';
import { statusOf } from '../domain/status.ts';
import { NOW_MS, statusOf as sent } from './players.ts';

it('a status is what its event tells, with the gateway’s time', () => {
  const { arrivedAtMs, ...detail } = sent({ arrivedAtMs: NOW_MS + 250 });
  const event = { type: statusUpdated.type, time: '2030-01-01T00:00:00.250Z', detail } as StatusUpdated;

  expect(statusOf(event)).toEqual({ ...detail, arrivedAtMs });
});
