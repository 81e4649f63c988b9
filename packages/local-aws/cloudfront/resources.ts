import { AwsError } from '../core/errors.ts';
import type { AnyResourceType, Provisioned, ResourceType } from '../core/resource.ts';
import { objectArn } from '../s3/access.ts';
import {
  type Distribution,
  type Distributions,
  distributionArn,
  functionArn,
  stableCloudFrontId,
} from './distributions.ts';
import { createEdgeFunction } from './edgeFunction.ts';
import { apiOf, bucketOf, CLOUDFRONT } from './origins.ts';
import {
  type AccessControlProperties,
  accessControlProperties,
  type BehaviorProperties,
  type DistributionConfig,
  type DistributionProperties,
  distributionProperties,
  type FunctionProperties,
  functionProperties,
  type HeadersPolicyProperties,
  headersPolicyProperties,
  type OriginProperties,
} from './properties.ts';

/** The resource types of CloudFront. */
export function cloudFrontResources(distributions: Distributions): AnyResourceType[] {
  return [
    distributionType(distributions),
    functionType(distributions),
    accessControlType(distributions),
    headersPolicyType(distributions),
  ];
}

/** `AWS::CloudFront::Distribution`. Its id is the same at each start, so its address stays. */
function distributionType(distributions: Distributions): ResourceType<DistributionProperties> {
  const provisioned = ({ id, domainName }: Distribution): Provisioned => ({
    physicalId: id,
    attributes: { Id: id, DomainName: domainName },
  });
  return {
    type: 'AWS::CloudFront::Distribution',
    properties: distributionProperties,
    async create({ DistributionConfig: config }, context) {
      checkConfig(config, distributions);
      return provisioned(distributions.create(context.stackName, stableCloudFrontId(context), config));
    },
    async update({ physicalId }, { DistributionConfig: config }) {
      checkConfig(config, distributions);
      const distribution = distributions.find(physicalId);
      distribution.config = config;
      return provisioned(distribution);
    },
    remove: async ({ physicalId }) => distributions.remove(physicalId),
    edges({ properties: { DistributionConfig: config }, provisioned: { physicalId } }) {
      const service = { name: CLOUDFRONT, sourceArn: distributionArn(physicalId) };
      return config.Origins.filter(({ OriginAccessControlId }) => OriginAccessControlId !== undefined).flatMap(
        (origin) => {
          const bucket = bucketOf(origin);
          return bucket === undefined
            ? []
            : [{ targetArn: objectArn(bucket, 'object'), service, actions: ['s3:GetObject'] }];
        },
      );
    },
  };
}

/** What the schema cannot say: what leads to what. Throws AwsError. */
function checkConfig(config: DistributionConfig, distributions: Distributions): void {
  for (const origin of config.Origins) checkOrigin(origin, distributions);
  for (const behavior of [config.DefaultCacheBehavior, ...config.CacheBehaviors]) {
    const { TargetOriginId } = behavior;
    const origin = config.Origins.find(({ Id }) => Id === TargetOriginId);
    if (!origin)
      throw new AwsError(
        'NoSuchOrigin',
        `One or more of your origins or origin groups do not exist: ${TargetOriginId}.`,
      );
    checkBehavior(behavior, origin, distributions);
  }
}

function checkOrigin(origin: OriginProperties, { accessControls }: Distributions): void {
  const { Id, DomainName, S3OriginConfig, OriginAccessControlId: control } = origin;
  if (bucketOf(origin) === undefined && apiOf(origin) === undefined) {
    const what = S3OriginConfig ? 'a bucket, <name>.s3.<region>' : 'an API, <id>.execute-api.<region>';
    const message = `The origin '${Id}' is '${DomainName}', and not ${what}.amazonaws.com: local-aws follows no other.`;
    throw new AwsError('InvalidOrigin', message);
  }
  if (control !== undefined && !accessControls.has(control))
    throw new AwsError('InvalidOriginAccessControl', `The specified origin access control does not exist: ${control}.`);
}

function checkBehavior(
  { FunctionAssociations, ResponseHeadersPolicyId: policy, AllowedMethods }: BehaviorProperties,
  { Id, S3OriginConfig }: OriginProperties,
  { functions, headersPolicies }: Distributions,
): void {
  if (S3OriginConfig && AllowedMethods.includes('PUT'))
    throw new AwsError(
      'InvalidArgument',
      `The origin '${Id}' is a bucket, which local-aws only reads for a distribution.`,
    );
  for (const { FunctionARN } of FunctionAssociations)
    if (!functions.has(FunctionARN)) throw new AwsError('NoSuchFunctionExists', `There is no function ${FunctionARN}.`);
  if (policy !== undefined && !headersPolicies.has(policy))
    throw new AwsError('NoSuchResponseHeadersPolicy', `There is no response headers policy ${policy}.`);
}

/** `AWS::CloudFront::Function`. */
function functionType({ functions }: Distributions): ResourceType<FunctionProperties> {
  const provisioned = (arn: string): Provisioned => ({
    physicalId: arn,
    attributes: { FunctionARN: arn, 'FunctionMetadata.FunctionARN': arn, Stage: 'LIVE' },
  });
  const publish = ({ Name, FunctionCode }: FunctionProperties) => {
    const arn = functionArn(Name);
    functions.set(arn, { name: Name, arn, ...createEdgeFunction(Name, FunctionCode) });
    return provisioned(arn);
  };
  return {
    type: 'AWS::CloudFront::Function',
    properties: functionProperties as ResourceType<FunctionProperties>['properties'],
    replaceOn: ['Name'],
    async create(properties) {
      if (functions.has(functionArn(properties.Name)))
        throw new AwsError('FunctionAlreadyExists', `There is a function ${properties.Name} already.`, { status: 409 });
      return publish(properties);
    },
    update: async (_current, properties) => publish(properties),
    remove: async ({ physicalId }) => void functions.delete(physicalId),
  };
}

/** `AWS::CloudFront::OriginAccessControl`. */
function accessControlType({ accessControls }: Distributions): ResourceType<AccessControlProperties> {
  return {
    type: 'AWS::CloudFront::OriginAccessControl',
    properties: accessControlProperties,
    async create({ OriginAccessControlConfig }, context) {
      const id = stableCloudFrontId(context);
      accessControls.set(id, OriginAccessControlConfig);
      return { physicalId: id, attributes: { Id: id } };
    },
    async update(current, { OriginAccessControlConfig }) {
      accessControls.set(current.physicalId, OriginAccessControlConfig);
      return current;
    },
    remove: async ({ physicalId }) => void accessControls.delete(physicalId),
  };
}

/** `AWS::CloudFront::ResponseHeadersPolicy`. */
function headersPolicyType({ headersPolicies }: Distributions): ResourceType<HeadersPolicyProperties> {
  return {
    type: 'AWS::CloudFront::ResponseHeadersPolicy',
    properties: headersPolicyProperties as ResourceType<HeadersPolicyProperties>['properties'],
    async create({ ResponseHeadersPolicyConfig }, context) {
      const id = stableCloudFrontId(context).toLowerCase();
      headersPolicies.set(id, ResponseHeadersPolicyConfig);
      return { physicalId: id, attributes: { Id: id } };
    },
    async update(current, { ResponseHeadersPolicyConfig }) {
      headersPolicies.set(current.physicalId, ResponseHeadersPolicyConfig);
      return current;
    },
    remove: async ({ physicalId }) => void headersPolicies.delete(physicalId),
  };
}
