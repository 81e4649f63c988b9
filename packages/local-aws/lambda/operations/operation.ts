import { z } from 'zod';
import { checkedOperations } from '../../core/checkedOperation.ts';
import { AwsError } from '../../core/errors.ts';

/** Makes an operation of Lambda: a parameter that it does not know (paging, for example) is refused by name. */
export const lambdaOperation = checkedOperations(
  'lambda',
  (path, reason) =>
    new AwsError('InvalidParameterValueException', `'${path}' failed to satisfy constraint: ${reason}`, {
      fields: { Type: 'User' },
    }),
);

/** What names a function, in the path and the query of a request. */
export const functionInput = z.strictObject({ FunctionName: z.string(), Qualifier: z.string().exactOptional() });
