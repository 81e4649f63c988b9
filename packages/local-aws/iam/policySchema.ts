import { z } from 'zod';
import type { PolicyDocument } from '../core/service.ts';

const oneOrMore = z.union([z.string(), z.array(z.string())]);

/** CloudFormation lets a condition's value be a number or a boolean too; IAM compares texts. */
const conditionValue = z
  .union([z.string(), z.number(), z.boolean()])
  .transform((value) => String(value))
  .pipe(z.string());

const statementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: z.union([z.literal('*'), z.record(z.string(), oneOrMore)]).optional(),
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
    Condition: z
      .record(z.string(), z.record(z.string(), z.union([conditionValue, z.array(conditionValue)])))
      .optional(),
  })
  .refine((statement) => (statement.Action === undefined) !== (statement.NotAction === undefined), {
    error: 'a statement has either Action or NotAction',
  })
  .refine((statement) => statement.Resource === undefined || statement.NotResource === undefined, {
    error: 'a statement has Resource or NotResource, not both',
  });

/** An IAM policy in a template, once its intrinsic functions are resolved. */
export const policyDocumentSchema = z
  .strictObject({
    Version: z.string().optional(),
    Id: z.string().optional(),
    Statement: z.union([statementSchema, z.array(statementSchema)]),
  })
  .transform(({ Id: _inert, ...document }) => document as PolicyDocument);
