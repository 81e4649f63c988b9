import { z } from 'zod';
import { LOCAL_REGION } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { AwsError } from '../core/errors.ts';
import {
  type AnyResourceType,
  inert,
  type Provisioned,
  type ResourceContext,
  type ResourceType,
} from '../core/resource.ts';
import { resourcePolicySchema } from '../iam/policySchema.ts';
import { bucketArn } from './access.ts';
import type { Bucket, BucketSettings, Buckets } from './buckets.ts';
import { BUCKET_NAME } from './operations/buckets.ts';
import { checkBucketPolicy, isPublic } from './policy.ts';
import { websiteUrl } from './website.ts';

/** The bucket that osls puts packages into, in every stack that it makes. */
const DEPLOYMENT_BUCKET = 'ServerlessDeploymentBucket';
const MAX_NAME = 63;
const MADE_UP_END = '-100';
const NO_ACLS = 'there are no access control lists on a laptop';
const flag = z.union([z.boolean(), z.stringbool()]);

const bucketProperties = z.strictObject({
  BucketName: z.string().regex(BUCKET_NAME, 'is no name of a bucket').optional(),
  WebsiteConfiguration: z
    .strictObject({
      IndexDocument: z.string().regex(/^[^/]+$/, 'holds no slash'),
      ErrorDocument: z.string().min(1).optional(),
    })
    .optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicPolicy: flag.default(false),
      RestrictPublicBuckets: flag.default(false),
      BlockPublicAcls: inert(NO_ACLS),
      IgnorePublicAcls: inert(NO_ACLS),
    })
    // Where a template says nothing, all is blocked; where it says something, only what it says.
    .default({ BlockPublicPolicy: true, RestrictPublicBuckets: true }),
  OwnershipControls: inert(NO_ACLS),
  BucketEncryption: inert("objects are not encrypted on a laptop: the files that they are in are their owner's alone"),
  LifecycleConfiguration: inert('objects stay until they are deleted, or until --fresh'),
  Tags: inert('tags have no effect on a laptop'),
});
type BucketProperties = z.output<typeof bucketProperties>;

const policyProperties = z.strictObject({ Bucket: z.string().min(1), PolicyDocument: resourcePolicySchema });

/** The resource types of S3. */
export function s3Resources(core: Core, buckets: Buckets): AnyResourceType[] {
  return [bucketType(core, buckets), policyType(buckets)];
}

/** `AWS::S3::Bucket`. */
function bucketType(core: Core, buckets: Buckets): ResourceType<BucketProperties> {
  const provisioned = ({ name }: Bucket): Provisioned => ({
    physicalId: name,
    attributes: {
      Arn: bucketArn(name),
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${LOCAL_REGION}.amazonaws.com`,
      WebsiteURL: websiteUrl(core, name),
    },
  });
  const made = (bucket: Bucket, properties: BucketProperties, { logicalId }: ResourceContext): Provisioned => {
    bucket.settings = { ...settingsIn(properties), isForCode: logicalId === DEPLOYMENT_BUCKET };
    return provisioned(bucket);
  };
  return {
    type: 'AWS::S3::Bucket',
    properties: bucketProperties,
    replaceOn: ['BucketName'],
    async create(properties, context) {
      const names = namesFor(properties, context);
      const name = names.find((one) => !buckets.get(one)) ?? names[0] ?? '';
      return made(buckets.create(context.stackName, name), properties, context);
    },
    async adopt(properties, context) {
      const mine = namesFor(properties, context).find((one) => buckets.get(one)?.owner === context.stackName);
      return mine === undefined ? undefined : made(buckets.find(mine), properties, context);
    },
    update: async ({ physicalId }, properties, _previous, context) =>
      made(buckets.find(physicalId), properties, context),
    remove: async ({ physicalId }) => {
      if (buckets.get(physicalId)) buckets.remove(physicalId);
    },
    retain: async ({ physicalId }) => buckets.retain(physicalId),
  };
}

/** The name that the template gives, or those that are made up: an earlier one may still be there, which its stack has let go. */
function namesFor({ BucketName }: BucketProperties, context: ResourceContext): string[] {
  if (BucketName !== undefined) return [BucketName];
  const name = context.generateName({ maxLength: MAX_NAME - MADE_UP_END.length }).toLowerCase();
  return [name, ...Array.from({ length: 99 }, (_, index) => `${name}-${index + 2}`)];
}

function settingsIn({
  WebsiteConfiguration,
  PublicAccessBlockConfiguration,
}: BucketProperties): Omit<BucketSettings, 'isForCode'> {
  const { IndexDocument, ErrorDocument } = WebsiteConfiguration ?? {};
  return {
    blocksPublicPolicy: PublicAccessBlockConfiguration.BlockPublicPolicy,
    restrictsPublic: PublicAccessBlockConfiguration.RestrictPublicBuckets,
    ...(IndexDocument !== undefined && {
      website: { indexDocument: IndexDocument, ...(ErrorDocument !== undefined && { errorDocument: ErrorDocument }) },
    }),
  };
}

/** `AWS::S3::BucketPolicy`. */
function policyType(buckets: Buckets): ResourceType<z.output<typeof policyProperties>> {
  const set = ({ Bucket, PolicyDocument }: z.output<typeof policyProperties>) => {
    const bucket = buckets.find(Bucket);
    checkBucketPolicy(Bucket, PolicyDocument);
    if (bucket.settings.blocksPublicPolicy && isPublic(PolicyDocument)) {
      const reason = 'because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access';
      throw new AwsError('AccessDenied', `s3:PutBucketPolicy on ${bucketArn(Bucket)} is denied ${reason}.`, {
        status: 403,
      });
    }
    bucket.policy = PolicyDocument;
  };
  const unset = (name: string) => {
    const bucket = buckets.get(name);
    if (bucket) bucket.policy = undefined;
  };
  return {
    type: 'AWS::S3::BucketPolicy',
    properties: policyProperties,
    replaceOn: ['Bucket'],
    async create(properties, context) {
      set(properties);
      return { physicalId: context.generateName(), attributes: {} };
    },
    async update(current, properties) {
      set(properties);
      return current;
    },
    remove: async (_current, { Bucket }) => unset(Bucket),
    grants: ({ properties: { Bucket, PolicyDocument } }) =>
      [bucketArn(Bucket), `${bucketArn(Bucket)}/*`].map((target) => ({
        target,
        statements: [PolicyDocument.Statement].flat(),
      })),
  };
}
