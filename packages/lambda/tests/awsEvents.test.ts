import { EventRefusedError } from '@arcade/events';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { awsEventHandler } from '../awsEvents.ts';
import { UnknownTriggerError } from '../errors.ts';
import { busEvent, context, recordingLog, snsEvent } from '../testing.ts';

const DETAIL_TYPE = 'CloudWatch Alarm State Change';
const alarm = (detail: unknown) => ({
  ...busEvent({ type: DETAIL_TYPE, source: 'aws.cloudwatch', time: '2030-01-01T00:00:00Z' }),
  detail,
});

function setUp() {
  const seen: unknown[] = [];
  const { log, lines } = recordingLog();
  const schema = z.object({ alarmName: z.string() });
  const handler = awsEventHandler(DETAIL_TYPE, schema, async (...given) => void seen.push(given), { log });
  return { invoke: (event: unknown) => handler(event, context as never), seen, lines };
}

describe('awsEventHandler', () => {
  it('hands over what the schema reads, with the id and time of the event', async () => {
    const { invoke, seen } = setUp();

    await invoke(alarm({ alarmName: 'dead-letters', state: { value: 'ALARM' } }));

    expect(seen).toEqual([
      [
        { id: 'bus-1', atMs: Date.parse('2030-01-01T00:00:00Z'), detail: { alarmName: 'dead-letters' } },
        { requestId: 'request-1', correlationId: 'bus-1' },
      ],
    ]);
  });

  it('fails with the reason when the detail does not fit', async () => {
    const { invoke, seen, lines } = setUp();

    await expect(invoke(alarm({}))).rejects.toThrow(EventRefusedError);
    await expect(invoke(alarm({}))).rejects.toThrow('alarmName');

    expect(seen).toEqual([]);
    expect(lines[0]).toMatchObject({ level: 'error', message: 'the message does not fit its contract' });
  });

  it.each([
    ['another event of AWS', { ...alarm({ alarmName: 'a' }), 'detail-type': 'Scheduled Event' }],
    ['SNS', snsEvent({})],
    ['nothing', null],
  ])('takes no %s', async (_what, event) => {
    await expect(setUp().invoke(event)).rejects.toThrow(UnknownTriggerError);
  });
});
