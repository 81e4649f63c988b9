import { createEvent } from '@arcade/events';
import { alarmChanged } from '@arcade/events/contracts/fakemon';
import { awsEventHandler } from '@arcade/lambda';
import { ALARM_STATE_CHANGE, alarmDetail } from '../domain/alarm.ts';
import { voice } from '../wiring.ts';

const publish = voice();

/** An alarm of the game has changed its state: says so on the game's own bus, for those who operate it. */
export const handler = awsEventHandler(ALARM_STATE_CHANGE, alarmDetail, async ({ id, atMs, detail }) => {
  const { alarmName: alarm, state, previousState } = detail;
  const context = { newId: () => `${id}.alarm`, nowMs: atMs, correlationId: id };
  const changed = { alarm, state: state.value, previousState: previousState?.value, reason: state.reason };
  await publish([createEvent(alarmChanged, changed, context)]);
});
