import { z } from 'zod';
import { arnOfService } from '../../core/arnSchema.ts';
import { inert } from '../../core/resource.ts';
import { STANDARD_ATTRIBUTES } from '../schema.ts';

/** Numbers in texts, as CloudFormation has the bounds of attributes. */
const bound = z.string().regex(/^-?\d{1,20}$/, 'must be a whole number');
const subject = z.string().min(1).max(140);
const withCode = z
  .string()
  .min(6)
  .max(20_000)
  .includes('{####}', { error: 'must have {####}, for which the code is put' });
const functionArn = arnOfService(['lambda'], 'must be the ARN of a function').optional();

const schemaAttribute = z
  .strictObject({
    Name: z
      .string()
      .min(1)
      .max(20)
      .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u),
    AttributeDataType: z.enum(['String', 'Number', 'DateTime', 'Boolean']).default('String'),
    Required: z.boolean().default(false),
    Mutable: z.boolean().default(true),
    StringAttributeConstraints: z.strictObject({ MinLength: bound.optional(), MaxLength: bound.optional() }).optional(),
    NumberAttributeConstraints: z.strictObject({ MinValue: bound.optional(), MaxValue: bound.optional() }).optional(),
  })
  .refine(({ Name, Required }) => !Required || STANDARD_ATTRIBUTES.has(Name), {
    message: 'Required custom attributes are not supported currently.',
  });

const passwordPolicy = z.strictObject({
  MinimumLength: z.int().min(6).max(99).default(8),
  RequireLowercase: z.boolean().default(false),
  RequireUppercase: z.boolean().default(false),
  RequireNumbers: z.boolean().default(false),
  RequireSymbols: z.boolean().default(false),
  TemporaryPasswordValidityDays: z.int().min(0).max(365).default(7),
});

const triggers = z.strictObject({
  PreSignUp: functionArn,
  PostConfirmation: functionArn,
  PreAuthentication: functionArn,
  PostAuthentication: functionArn,
  PreTokenGeneration: functionArn,
  CustomMessage: functionArn,
});

/**
 * `AWS::Cognito::UserPool`. Aliases (`UsernameAttributes`, `AliasAttributes`), second factors, SMS, domains and other identity
 * providers are refused by name.
 */
export const poolProperties = z.strictObject({
  UserPoolName: z
    .string()
    .regex(/^[\w\s+=,.@-]{1,128}$/)
    .optional(),
  Schema: z.array(schemaAttribute).min(1).max(50).optional(),
  Policies: z.strictObject({ PasswordPolicy: passwordPolicy.optional() }).optional(),
  AutoVerifiedAttributes: z.array(z.literal('email', 'local-aws sends no SMS: email alone is verified')).default([]),
  AdminCreateUserConfig: z
    .strictObject({
      AllowAdminCreateUserOnly: z.boolean().default(false),
      InviteMessageTemplate: z
        .strictObject({
          EmailSubject: subject.optional(),
          EmailMessage: withCode.includes('{username}', { error: 'must have {username}' }).optional(),
        })
        .optional(),
    })
    .optional(),
  LambdaConfig: triggers.default({}),
  UsernameConfiguration: z.strictObject({ CaseSensitive: z.boolean().default(true) }).optional(),
  AccountRecoverySetting: z
    .strictObject({
      RecoveryMechanisms: z
        .array(z.strictObject({ Name: z.enum(['verified_email', 'admin_only']), Priority: z.int().min(1).max(2) }))
        .min(1)
        .max(2),
    })
    .optional(),
  EmailVerificationSubject: subject.optional(),
  EmailVerificationMessage: withCode.optional(),
  VerificationMessageTemplate: z
    .strictObject({
      DefaultEmailOption: z.literal('CONFIRM_WITH_CODE').optional(),
      EmailSubject: subject.optional(),
      EmailMessage: withCode.optional(),
    })
    .optional(),
  MfaConfiguration: z.literal('OFF', 'local-aws knows no second factor').optional(),
  DeletionProtection: z.enum(['ACTIVE', 'INACTIVE']).default('INACTIVE'),
  EmailConfiguration: inert('no mail leaves a laptop: it is written to the log of the pool'),
  UserPoolTier: inert('what a tier allows and costs is not told apart on a laptop'),
  UserPoolTags: inert('tags have no behaviour'),
});

export type PoolProperties = z.output<typeof poolProperties>;
