import { createHash } from 'node:crypto';
import { parseJson } from '../core/boundedJson.ts';
import type { Delivery } from '../core/cloud.ts';
import { describePrincipal } from '../core/principal.ts';
import type { DeliveryDoor } from '../core/service.ts';
import { intoGroup } from './operations.ts';
import type { LogEvent } from './store.ts';

/** How a group takes events of rules: a line each, in a stream that comes into being with the rule's first. `now`: milliseconds since the epoch. */
export function logTarget(now: () => number): DeliveryDoor {
  return {
    action: 'logs:PutLogEvents',
    allowedBy: 'AWS::Logs::ResourcePolicy',
    asks: (targetArn) => intoGroup(groupOfArn(targetArn), STREAM_OF_A_CHECK),
    call(delivery) {
      const { timestampMs, message } = lineOf(delivery.payload, now());
      return {
        operation: 'PutLogEvents',
        input: {
          logGroupName: groupOfArn(delivery.targetArn),
          logStreamName: streamOf(delivery),
          logEvents: [{ timestamp: timestampMs, message }],
        },
      };
    },
  };
}

const STREAM_OF_A_CHECK = 'check';

/** The group of an ARN, which may end with `:*`. */
function groupOfArn(arn: string): string {
  return (arn.split(':log-group:')[1] ?? '').replace(/:\*$/, '');
}

/** AWS names streams by UUIDs, and says nothing of how many there are: here it is one for each rule. */
function streamOf({ principal }: Delivery): string {
  const digits = createHash('sha256').update(describePrincipal(principal)).digest('hex');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join('-');
}

/**
 * The event itself; of an input transformer, what it made of `{"timestamp": ..., "message": ...}`, which is what such a target takes.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
 */
function lineOf(payload: string, nowMs: number): LogEvent {
  const made = parseJson(payload);
  if (typeof made !== 'object' || made === null || Object.keys(made).sort().join() !== 'message,timestamp')
    return { timestampMs: nowMs, message: payload };
  const { message, timestamp } = made as { message: unknown; timestamp: unknown };
  const timestampMs = typeof timestamp === 'number' ? timestamp : Date.parse(String(timestamp));
  return {
    timestampMs: Number.isNaN(timestampMs) ? nowMs : timestampMs,
    message: typeof message === 'string' ? message : JSON.stringify(message),
  };
}
