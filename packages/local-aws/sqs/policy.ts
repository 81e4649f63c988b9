import { parseJson } from '../core/boundedJson.ts';
import type { PolicyDocument } from '../core/service.ts';
import { compilePolicy } from '../iam/compile.ts';
import { policyDocumentSchema } from '../iam/policySchema.ts';
import { invalidValue } from './errors.ts';

/** Reads a queue's policy. Throws AwsError `InvalidParameterValue`, NotSupportedError for what is not evaluated. */
export function queuePolicyIn(text: string): PolicyDocument {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch {
    throw invalidValue('Policy', text, 'not JSON');
  }
  const parsed = policyDocumentSchema.safeParse(json);
  if (!parsed.success) throw invalidValue('Policy', text, parsed.error.issues[0]?.message ?? 'not a policy');
  return checkQueueStatements(parsed.data);
}

/** Checks that a queue's policy speaks of SQS and names whom it lets in, and gives it back. */
export function checkQueueStatements(document: PolicyDocument): PolicyDocument {
  for (const statement of [document.Statement].flat()) {
    if (statement.Principal === undefined) throw invalidValue('Policy', document, 'a statement names no Principal');
    const foreign = [statement.Action ?? []].flat().find((action) => action !== '*' && !/^sqs:/i.test(action));
    if (foreign) throw invalidValue('Policy', document, `the action '${foreign}' is not one of SQS`);
  }
  compilePolicy(document);
  return document;
}
