import type { z } from 'zod';
import { type AwsError, NotSupportedError } from './errors.ts';
import type { CallContext, Operation, Permission } from './service.ts';

/** An operation whose input has been checked before any of its parts sees it. */
export interface CheckedOperation<Schema extends z.ZodType> {
  /** Every object in it strict: a parameter that it does not name is refused by name. */
  input: Schema;
  permissions?(input: z.output<Schema>, context: CallContext): Permission[];
  target?(input: z.output<Schema>): string | undefined;
  correlationId?(input: z.output<Schema>): string | undefined;
  /** What the journal says of how it went, made of the answer. */
  went?(result: unknown): Record<string, unknown>;
  run(input: z.output<Schema>, context: CallContext): unknown;
}

/** The service's own error for a parameter: `path` as in `Entries.0.Id`, what is wrong, whether it is missing, and its value. */
export type RefuseParameter = (path: string, reason: string, missing: boolean, value: unknown) => AwsError;

/** Makes operations of one service, which read their input once and refuse a bad one in the service's own words. */
export function checkedOperations(service: string, refuse: RefuseParameter) {
  return <Schema extends z.ZodType>(name: string, operation: CheckedOperation<Schema>): Operation<object> => {
    return (input, context) => {
      const parsed = operation.input.safeParse(input);
      if (!parsed.success) throw errorFor(parsed.error, input, `${service}:${name}`, refuse);
      const { data } = parsed;
      return {
        permissions: operation.permissions?.(data, context) ?? [],
        target: operation.target?.(data),
        correlationId: operation.correlationId?.(data),
        went: operation.went,
        run: () => operation.run(data, context),
      };
    };
  };
}

function errorFor(error: z.ZodError, input: unknown, operation: string, refuse: RefuseParameter): AwsError {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') {
    return new NotSupportedError(`the parameter '${[...issue.path, issue.keys[0]].join('.')}' of ${operation}`);
  }
  const path = issue?.path ?? [];
  const value = path.reduce<unknown>((part, name) => (part as Record<PropertyKey, unknown> | undefined)?.[name], input);
  return refuse(path.join('.'), issue?.message ?? 'invalid', value === undefined && path.length > 0, value);
}
