import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import type { Operation } from '../../core/service.ts';
import { compilePattern } from '../../patterns/pattern.ts';
import { jsonObjectIn } from '../jsonObject.ts';
import { eventsOperation } from './operation.ts';

/** What an event must have to be tested. docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
const REQUIRED = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

/** Says whether an event fits a pattern. */
export function testEventPattern(): Operation<object> {
  return eventsOperation('TestEventPattern', {
    input: z.strictObject({ Event: z.string(), EventPattern: z.string() }),
    permissions: () => [{ action: 'events:TestEventPattern', resource: '*' }],
    run({ Event, EventPattern }) {
      const event = jsonObjectIn(Event);
      if (!event || REQUIRED.some((name) => event[name] === undefined))
        throw new AwsError('ValidationException', 'Parameter Event is not valid.');
      return { Result: compilePattern(EventPattern, 'events').matches(event).matched };
    },
  });
}
