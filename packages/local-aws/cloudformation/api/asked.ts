import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { checkedOperations } from '../../core/checkedOperation.ts';
import type { Core } from '../../core/cloud.ts';
import { AwsError, NotSupportedError } from '../../core/errors.ts';
import { ROOT } from '../../core/principal.ts';
import { StreamAnswer } from '../../core/service.ts';
import type { StackRequest } from '../stacks.ts';

/** Makes an operation of CloudFormation. */
export const operation = checkedOperations('cloudformation', (path, reason, missing) =>
  validationError(
    missing
      ? `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`
      : `1 validation error detected: Value at '${path}' failed to satisfy constraint: ${reason}`,
  ),
);

export const validationError = (message: string) => new AwsError('ValidationError', message);

export const noSuchStack = (name: string) => validationError(`Stack with id ${name} does not exist`);

/** An empty list comes as a text, for it has no members that could be numbered. */
const list = <Member extends z.ZodType>(member: Member) =>
  z.union([z.literal('').transform(() => []), z.array(member)]).default([]);

/** In the Query protocol every leaf is a text. */
export const flag = z.stringbool().default(false);

const parameters = list(
  z.strictObject({
    ParameterKey: z.string(),
    ParameterValue: z.string().optional(),
    UsePreviousValue: z.stringbool().optional(),
  }),
);

/** How a template comes. */
export const templateInput = { TemplateBody: z.string().optional(), TemplateURL: z.string().optional() };

/** What every operation is told that makes a stack or changes it. */
export const stackInput = {
  StackName: z.string(),
  ...templateInput,
  Parameters: parameters,
  Capabilities: list(z.string()),
  Tags: list(z.strictObject({ Key: z.string(), Value: z.string() })),
  /** An empty list is a text: more is not told to anybody. */
  NotificationARNs: z.literal('', 'local-aws tells nobody').optional(),
  ClientRequestToken: z.string().optional(),
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_BODY_BYTES = 51_200;
const MOST_URL_BYTES = 1_048_576;

/** Where templates come from. */
export interface TemplateSource {
  core: Core;
  /** Whether nobody but the owner can have put something into the bucket. */
  isTrusted(bucket: string): boolean;
}

/** Reads a template from a request, or from S3. Throws AwsError. */
export async function readTemplate(
  source: TemplateSource,
  { TemplateBody: body, TemplateURL: url }: { TemplateBody?: string | undefined; TemplateURL?: string | undefined },
): Promise<Record<string, unknown>> {
  if ((body === undefined) === (url === undefined))
    throw validationError('Either Template URL or Template Body must be specified.');
  if (body === undefined) return parsed(await fromS3(source, url ?? ''));
  if (Buffer.byteLength(body) > MOST_BODY_BYTES) {
    throw validationError(
      "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${MOST_BODY_BYTES}`,
    );
  }
  return parsed(body);
}

async function fromS3({ core, isTrusted }: TemplateSource, url: string): Promise<string> {
  const place = placeIn(url);
  if (!place) throw validationError('TemplateURL must reference a valid S3 object to which you have access.');
  if (!isTrusted(place.Bucket)) {
    const why = `everybody on this machine may write into ${place.Bucket}`;
    throw validationError(
      `TemplateURL: local-aws takes templates only from the bucket that osls makes in a stack: ${why}`,
    );
  }
  try {
    const answer = await core.call({ service: 's3', operation: 'GetObject', input: place, principal: ROOT });
    const stream = answer instanceof StreamAnswer ? answer.stream : Readable.from([]);
    const text = await buffer(stream);
    if (text.length > MOST_URL_BYTES) throw validationError(`Template may not exceed ${MOST_URL_BYTES} bytes in size.`);
    return text.toString();
  } catch (error) {
    if (error instanceof AwsError && error.code !== 'ValidationError')
      throw validationError(
        `S3 error: ${error.message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
      );
    throw error;
  }
}

/** The bucket and the key in an address of S3, whichever way it names them. */
function placeIn(url: string): { Bucket: string; Key: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, pathname } = new URL(url);
  const [, inHost] = /^(.+)\.s3[.-][a-z0-9.-]*amazonaws\.com$/.exec(hostname) ?? [];
  const path = decodeURIComponent(pathname.slice(1));
  if (inHost !== undefined) return { Bucket: inHost, Key: path };
  const slash = path.indexOf('/');
  return slash > 0 ? { Bucket: path.slice(0, slash), Key: path.slice(slash + 1) } : undefined;
}

function parsed(text: string): Record<string, unknown> {
  let template: unknown;
  try {
    template = JSON.parse(text);
  } catch {
    if (!text.trimStart().startsWith('{'))
      throw new NotSupportedError('a template in YAML', 'It takes JSON, which osls writes');
    throw validationError('Template format error: JSON not well-formed.');
  }
  if (typeof template === 'object' && template !== null && !Array.isArray(template))
    return template as Record<string, unknown>;
  throw validationError('Template format error: unsupported structure.');
}

/** The values of parameters that are to count. Throws AwsError where one is to stay that there is not. */
export function parametersIn(
  given: z.output<typeof parameters>,
  before: StackRequest | undefined,
): Record<string, string> {
  const values = given.map(({ ParameterKey: key, ParameterValue: value, UsePreviousValue: stays }) => {
    const previous = before?.parameters[key];
    if (!stays) return [key, value ?? ''] as const;
    if (previous === undefined)
      throw validationError(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    return [key, previous] as const;
  });
  return Object.fromEntries(values);
}

/** Who makes roles must say that he knows. Throws AwsError: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html */
export function checkCapabilities(
  resources: readonly { definition: { Type: string; Properties?: Record<string, unknown> | undefined } }[],
  given: readonly string[],
): void {
  const roles = resources.filter(({ definition: { Type } }) => Type.startsWith('AWS::IAM::'));
  if (roles.length === 0 || given.includes('CAPABILITY_NAMED_IAM')) return;
  const isNamed = roles.some(({ definition: { Properties = {} } }) =>
    ['RoleName', 'UserName', 'GroupName', 'ManagedPolicyName', 'InstanceProfileName'].some(
      (name) => name in Properties,
    ),
  );
  if (!isNamed && given.includes('CAPABILITY_IAM')) return;
  const needed = isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
}
