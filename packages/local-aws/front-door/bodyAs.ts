import type { z } from 'zod';
import { parseJson } from '../core/boundedJson.ts';
import { AwsError } from '../core/errors.ts';
import type { PlainRequest } from './resolve.ts';

/** Far more than a template needs; what comes later walks through it by recursion. */
const MAX_NESTING = 200;

/** What a request of `/_local/*` says, as the schema has it. Throws AwsError `InvalidBody`. */
export function bodyAs<T>(schema: z.ZodType<T>, { body }: PlainRequest): T {
  let value: unknown;
  try {
    value = parseJson(body.toString('utf8'), { levels: MAX_NESTING });
  } catch (error) {
    throw new AwsError('InvalidBody', `The body is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the body'}: ${issue.message}`);
  throw new AwsError('InvalidBody', `The body does not fit: ${issues.join('; ')}`);
}
