import { expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { alarmDetail } from '../domain/alarm.ts';

it.each(['OK', 'ALARM', 'INSUFFICIENT_DATA'])(
  'an alarm is read in each of its states, with what it was before: %s',
  (value) => {
    const detail = { alarmName: 'a', state: { value, reason: 'because' }, previousState: { value: 'OK' } };

    expect(z.parse(alarmDetail, { ...detail, configuration: {} })).toEqual(detail);
  },
);
