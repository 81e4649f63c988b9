import { AwsError } from '../core/errors.ts';
import type { PolicyDocument, PolicyStatement } from '../core/service.ts';
import { compilePolicy } from '../iam/compile.ts';
import { bucketArn } from './access.ts';

const malformedPolicy = (message: string) => new AwsError('MalformedPolicy', message);

/**
 * Checks that a bucket's policy speaks of S3 and of this bucket. Throws AwsError MalformedPolicy, NotSupportedError for what is not
 * evaluated. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
 */
export function checkBucketPolicy(bucket: string, document: PolicyDocument): void {
  const arn = bucketArn(bucket);
  for (const { Action, NotAction, Resource, NotResource } of [document.Statement].flat()) {
    const foreign = [Action ?? NotAction ?? []].flat().find((action) => action !== '*' && !/^s3:/i.test(action));
    if (foreign !== undefined) throw malformedPolicy(`Policy has invalid action: ${foreign}`);
    const elsewhere = [Resource ?? NotResource ?? []]
      .flat()
      .find((text) => text !== arn && !text.startsWith(`${arn}/`));
    if (elsewhere !== undefined) throw malformedPolicy(`Policy has invalid resource: ${elsewhere}`);
  }
  compilePolicy(document);
}

/** Keys of conditions that, with fixed values, say who is meant. */
const NARROWING =
  /^(aws:(SourceIp|SourceArn|SourceVpc|SourceVpce|SourceOwner|SourceAccount|userid|Principal(Arn|Account|OrgID))|s3:DataAccessPoint(Arn|Account))$/i;

/**
 * Whether a policy lets everybody in.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function isPublic(document: PolicyDocument): boolean {
  return [document.Statement].flat().some((statement) => statement.Effect === 'Allow' && meansEverybody(statement));
}

function meansEverybody({ Principal, Condition = {} }: PolicyStatement): boolean {
  const named = typeof Principal === 'object' ? Object.values(Principal).flat() : [Principal];
  if (!named.includes('*')) return false;
  const fixed = ([key, values]: [string, string | string[]]) =>
    NARROWING.test(key) && [values].flat().every((value) => !/[*?]|\$\{/.test(value));
  return !Object.values(Condition).some((keys) => Object.entries(keys).some(fixed));
}
