import { parseJson } from '../core/boundedJson.ts';
import type { PolicyDocument } from '../core/service.ts';
import { compilePolicy } from '../iam/compile.ts';
import { resourcePolicySchema } from '../iam/policySchema.ts';
import { invalidAttribute, invalidValue } from './errors.ts';

/** Reads a queue's policy. Throws AwsError `InvalidAttributeValue`, `InvalidParameterValueException`, NotSupportedError for what is not evaluated. */
export function queuePolicyIn(text: string): PolicyDocument {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch {
    throw invalidAttribute('Policy', 'not JSON');
  }
  const parsed = resourcePolicySchema.safeParse(json);
  if (!parsed.success) throw invalidValue('Policy', text, parsed.error.issues[0]?.message ?? 'not a policy');
  return checkQueueStatements(parsed.data);
}

/** Checks that a queue's policy speaks of SQS, and gives it back. */
export function checkQueueStatements(document: PolicyDocument): PolicyDocument {
  for (const statement of [document.Statement].flat()) {
    const foreign = [statement.Action ?? []].flat().find((action) => action !== '*' && !/^sqs:/i.test(action));
    if (foreign) throw invalidValue('Policy', document, `the action '${foreign}' is not one of SQS`);
  }
  compilePolicy(document);
  return document;
}
