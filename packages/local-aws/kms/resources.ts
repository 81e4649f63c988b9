import { z } from 'zod';
import { AwsError } from '../core/errors.ts';
import { type AnyResourceType, inert, type Provisioned, type ResourceType } from '../core/resource.ts';
import type { PolicyDocument } from '../core/service.ts';
import { policyAllowsOwner } from '../iam/policyAllows.ts';
import { resourcePolicySchema } from '../iam/policySchema.ts';
import { aliasArn, type KeySettings, type MasterKey, type MasterKeys } from './masterKeys.ts';
import { accountPolicy } from './policies.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html */
const keyProperties = z.strictObject({
  Description: z.string().max(8192).default(''),
  Enabled: z.boolean().default(true),
  EnableKeyRotation: z.boolean().default(false),
  RotationPeriodInDays: z.int().min(90).max(2560).default(365),
  KeyPolicy: resourcePolicySchema.optional(),
  KeySpec: z.literal('SYMMETRIC_DEFAULT').optional(),
  KeyUsage: z.literal('ENCRYPT_DECRYPT').optional(),
  MultiRegion: z.literal(false).optional(),
  Origin: z.literal('AWS_KMS').optional(),
  PendingWindowInDays: z.int().min(7).max(30).default(30),
  BypassPolicyLockoutSafetyCheck: z.boolean().default(false),
  Tags: inert('tags have no effect on a laptop'),
});
type KeyProperties = z.output<typeof keyProperties>;

const aliasProperties = z.strictObject({
  AliasName: z
    .string()
    .max(256)
    .regex(/^alias\/[\w/-]+$/, "begins with 'alias/', and holds letters, digits and _/-")
    .refine((name) => !name.startsWith('alias/aws/'), "must not begin with 'alias/aws/'"),
  TargetKeyId: z.string().min(1).max(256),
});
type AliasProperties = z.output<typeof aliasProperties>;

/** `AWS::KMS::Key` and `AWS::KMS::Alias`: symmetric keys whose material is KMS's own. */
export const kmsResources = (keys: MasterKeys, nowMs: () => number): AnyResourceType[] => [
  keyType(keys, nowMs),
  aliasType(keys),
];

/** A key whose stack is removed waits for its end, and may be had back until then. */
function keyType(keys: MasterKeys, nowMs: () => number): ResourceType<KeyProperties> {
  const provisioned = ({ id, arn }: MasterKey): Provisioned => ({
    physicalId: id,
    attributes: { Arn: arn, KeyId: id },
  });
  const settings = (wanted: KeyProperties): KeySettings => {
    const { Description, Enabled, EnableKeyRotation, RotationPeriodInDays, KeyPolicy = accountPolicy() } = wanted;
    if (!wanted.BypassPolicyLockoutSafetyCheck) refuseLockout(KeyPolicy, nowMs());
    const rotationDays = EnableKeyRotation ? RotationPeriodInDays : undefined;
    return { description: Description, isEnabled: Enabled, policy: KeyPolicy, rotationDays };
  };
  return {
    type: 'AWS::KMS::Key',
    properties: keyProperties,
    create: async (wanted, { stackName, logicalId }) =>
      provisioned(keys.create(stackName, logicalId, settings(wanted))),
    async adopt(wanted, { stackName, logicalId }) {
      const kept = keys.ofResource(stackName, logicalId);
      return kept && provisioned(keys.set(kept, settings(wanted)));
    },
    update: async ({ physicalId }, wanted) => provisioned(keys.set(keys.find(physicalId), settings(wanted))),
    async remove({ physicalId }, { PendingWindowInDays }) {
      keys.scheduleDeletion(keys.release(keys.find(physicalId)), PendingWindowInDays);
    },
    async retain({ physicalId }) {
      keys.release(keys.find(physicalId));
    },
  };
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html: nobody could ever change the policy again. */
function refuseLockout(policy: PolicyDocument, nowMs: number): void {
  if (policyAllowsOwner(policy, { action: 'kms:PutKeyPolicy', resource: '*' }, nowMs)) return;
  const message = 'The new key policy will not allow you to update the key policy in the future.';
  throw new AwsError('MalformedPolicyDocumentException', message);
}

function aliasType(keys: MasterKeys): ResourceType<AliasProperties> {
  const put = ({ AliasName: name, TargetKeyId }: AliasProperties, owner: string): Provisioned => {
    keys.putAlias({ owner, name, keyId: keys.find(TargetKeyId).id });
    return { physicalId: name, attributes: {} };
  };
  return {
    type: 'AWS::KMS::Alias',
    properties: aliasProperties,
    replaceOn: ['AliasName'],
    async create(wanted, { stackName }) {
      if (keys.alias(wanted.AliasName)) {
        const message = `An alias with the name ${aliasArn(wanted.AliasName)} already exists`;
        throw new AwsError('AlreadyExistsException', message);
      }
      return put(wanted, stackName);
    },
    adopt: async (wanted, { stackName }) =>
      keys.alias(wanted.AliasName)?.owner === stackName ? put(wanted, stackName) : undefined,
    update: async (_current, wanted, _previous, { stackName }) => put(wanted, stackName),
    remove: async ({ physicalId }) => keys.removeAlias(physicalId),
    retain: async ({ physicalId }) => keys.releaseAlias(physicalId),
  };
}
