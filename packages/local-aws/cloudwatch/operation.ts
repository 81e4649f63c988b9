import { checkedOperations } from '../core/checkedOperation.ts';
import { AwsError } from '../core/errors.ts';

/** Makes an operation of CloudWatch: its input is checked, and refused in CloudWatch's own words. */
export const operation = checkedOperations(
  'cloudwatch',
  (path, reason) =>
    new AwsError(
      'ValidationException',
      `1 validation error detected: Value at '${path}' failed to satisfy constraint: ${reason}`,
    ),
);
