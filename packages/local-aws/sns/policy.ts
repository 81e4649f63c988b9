import { parseJson } from '../core/boundedJson.ts';
import type { PolicyDocument } from '../core/service.ts';
import { compilePolicy } from '../iam/compile.ts';
import { resourcePolicySchema } from '../iam/policySchema.ts';
import { invalidParameter } from './errors.ts';

/** Reads a topic's policy. Throws AwsError `InvalidParameter` for what AWS refuses, NotSupportedError for what is not evaluated. */
export function checkTopicPolicy(text: string): PolicyDocument {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch {
    throw policyError('it is no JSON');
  }
  const parsed = resourcePolicySchema.safeParse(json);
  if (!parsed.success) throw policyError(parsed.error.issues[0]?.message ?? 'it is no policy');
  return checkTopicStatements(parsed.data);
}

/** Checks that a topic's policy speaks of SNS, and gives it back. */
export function checkTopicStatements(document: PolicyDocument): PolicyDocument {
  for (const statement of [document.Statement].flat()) {
    for (const action of [statement.Action ?? []].flat()) {
      if (action !== '*' && !/^sns:/i.test(action)) {
        throw invalidParameter(`Policy statement action out of service scope! ('${action}')`);
      }
    }
  }
  compilePolicy(document);
  return document;
}

/** Where SNS says `Policy Error: null`, the reason stands here. */
const policyError = (reason: string) => invalidParameter(`Policy Error: ${reason}`);
