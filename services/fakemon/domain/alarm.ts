import * as z from 'zod/mini';

/**
 * What CloudWatch puts on the default bus
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html), as far as it is read.
 */
export const ALARM_STATE_CHANGE = 'CloudWatch Alarm State Change';

export const alarmDetail = z.object({
  alarmName: z.string(),
  state: z.object({ value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']), reason: z.string() }),
  previousState: z.optional(z.object({ value: z.string() })),
});
